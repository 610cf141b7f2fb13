"""Tables with which benchmarks/lab.py plays a laboratory: what would be told of each molecule, and docking scores.

FOLDER of `--data` holds `moonshot/ic50.csv`, IC50 of the COVID Moonshot with qualified rows, and `series`, described in
`series_data.py`. Docking scores of the series are those that benchmarks/series.py keeps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rows import read
from series_data import read_series

import molgrad as mg
from molgrad.assays.table import read_results
from molgrad.assays.value import Measured
from molgrad.errors import MolgradError
from molgrad.molecule.domain import MOLECULES

DOCKED = Path(__file__).with_name("results") / "series.jsonl"
ACTIVE, ACTIVE_OF_SERIES = 0.04, 0.25  # the most potent share of a table that is to be found
PER_DECADE = 1.364  # kcal/mol: RT ln 10 at 298 K
LEAST = 2  # batches of a game


@dataclass(frozen=True)
class Game:
    """A table that is measured bit by bit.

    Attributes:
        name: of the table.
        assay: what is told.
        values: canonical SMILES, each once.
        told: what the laboratory writes of each.
        truth: log10 of each in the assay's unit (-pIC50 for a series), lower is better; a bound counts as its number.
        docked: docking scores, kcal/mol; None where there are none.
        starts: molecules measured at first.
        batch: molecules of each batch.
        batches: how many.
        share: of the molecules, the most potent, that is active.
    """

    name: str
    assay: mg.Assay
    values: tuple[str, ...]
    told: tuple[tuple[Measured, ...], ...]
    truth: NDArray[np.float64]
    docked: NDArray[np.float64] | None
    starts: int
    batch: int
    batches: int
    share: float

    @property
    def actives(self) -> set[int]:
        """The places of the most potent; among equals the first."""
        count = max(3, round(self.share * len(self.values)))
        return set(np.argsort(self.truth, kind="stable")[:count].tolist())

    def order(self, seed: int) -> list[int]:
        """All places in a random order, of which the first are measured at the start."""
        return [int(place) for place in np.random.default_rng(seed).permutation(len(self.values))]


def games(data: Path, names: Sequence[str] = ()) -> list[Game]:
    """The tables of a folder.

    Args:
        data: the folder.
        names: of the tables wanted: "moonshot" or a series; all when empty.
    """
    found = []
    if (data / "moonshot").is_dir() and (not names or "moonshot" in names):
        found.append(_moonshot(data / "moonshot" / "ic50.csv"))
    series = [name for name in names if name != "moonshot"]
    if (data / "series").is_dir() and (series or not names):
        found += _series(data / "series", series)
    return found


def _moonshot(path: Path) -> Game:
    told: dict[str, list[Measured]] = defaultdict(list)
    for row in read_results(path):
        try:
            value = MOLECULES.canonical(row.smiles.split()[0])
        except (MolgradError, IndexError):
            continue
        if row.measured is not None:
            told[value].append(row.measured)
    assay = mg.Assay("ic50", unit="uM", kind="IC50")
    truth = [np.log10(assay.complete(results).raw[assay.name]) for results in told.values()]
    results = tuple(map(tuple, told.values()))
    return Game("moonshot", assay, tuple(told), results, np.array(truth), None, 24, 8, 8, ACTIVE)


def _series(folder: Path, names: Sequence[str]) -> list[Game]:
    """Series of which half is measured: four at random, then two at a time."""
    docked: dict[tuple[str, int], float] = {}
    for row in read(DOCKED, "series", "index", "kind"):  # a pose built on the known one is preferred
        if row.get("affinity") is not None and (row["kind"] == "built" or (row["series"], row["index"]) not in docked):
            docked[row["series"], row["index"]] = row["affinity"]
    found = []
    for series in read_series(folder, names):
        known = {
            MOLECULES.canonical(ligand.smiles): (ligand.measured / PER_DECADE, docked[series.name, ligand.index])
            for ligand in series.ligands
            if (series.name, ligand.index) in docked
        }
        truth, scores = np.array(list(known.values())).T
        told = tuple((Measured(-at, unit="p", kind="pIC50"),) for at in truth)
        batches = max(LEAST, (len(known) // 2 - 4) // 2)
        assay = mg.Assay("pic50", kind="pIC50")
        found.append(Game(series.name, assay, tuple(known), told, truth, scores, 4, 2, batches, ACTIVE_OF_SERIES))
    return found

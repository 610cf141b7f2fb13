"""What a docking score is worth within a series: does it rank ligands as their measured affinities do?

    python benchmarks/series.py --data FOLDER [--out FILE] [--series NAMES] [--effort standard] [--quick] [--report]

FOLDER is described in `series_data.py`. Every molecule of a series is docked without a known pose, built on the pose of
the series' first ligand, and docked with Vinardo's function; poses of the first two are relaxed with Vinardo too, and a
molecule with several charge states is docked in each. Printed for each series and in the mean: Spearman's rank
correlation of measured affinity with each score, and with the number of heavy atoms, logP and molecular weight, which
need no docking; and how far the poses lie from those given. A molecule that a file holds twice counts once. Results are
kept by series and place in the file, and a later run goes on. --quick takes five molecules of each series, about 15
minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from binding_mode import BUILD
from rdkit import Chem
from rows import Row, keep, read
from series_data import Posed, Series, read_series, receptor_of, rmsd, shuffled
from series_table import report

from molgrad.chem.descriptors import describe
from molgrad.chem.skeleton import skeleton
from molgrad.docking.effort import EFFORTS, Effort
from molgrad.docking.engine import EngineBase
from molgrad.docking.ligand import Ligand, placed, prepare_ligand
from molgrad.docking.request import MOST_STATES, DockRequest, DockSettings, ReceptorContent
from molgrad.docking.result import DockResult
from molgrad.docking.searching import SearchError
from molgrad.docking.species import choose
from molgrad.docking.vina import Vina
from molgrad.docking.vinardo import Vinardo
from molgrad.errors import LigandPreparationError
from molgrad.receptors.receptor import Receptor

KEPT = Path(__file__).with_name("results") / "series.jsonl"
BATCH = 6  # molecules of a series before the next one has its turn
QUICK = 5  # molecules of a series that --quick takes
POSED, FURTHER = ("unseeded", "built"), ("vinardo", "states")  # what is measured first, and afterwards


@cache
def code() -> str:
    """The commit that measures, so that rows of several versions are told apart."""
    said = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"], capture_output=True, text=True
    )
    return said.stdout.strip()


class Bench:
    """The engines with one series' receptor, and what is measured of a ligand, by name.

    Args:
        series: with the known poses; the first one is given to the others.
        receptor: prepared from its protein.
        effort: of the searches.
    """

    def __init__(self, series: Series, receptor: Receptor, effort: Effort) -> None:
        self.series, self.effort = series, effort
        content = ReceptorContent.of(receptor)
        self.key = content.key
        self.vina, self.vinardo = Vina(), Vinardo()
        for engine in (self.vina, self.vinardo):
            engine.warm_up()
            engine.prepare(content)

    def row(self, ligand: Posed, kind: str) -> Row:
        """One of the measurements, with its CPU seconds."""
        began = time.process_time()
        made: Row = getattr(self, f"of_{kind}")(ligand)
        return made | {"cpu": round(time.process_time() - began, 2)}

    def of_unseeded(self, ligand: Posed) -> Row:
        """The search alone, and what needs no docking."""
        result = self._dock(self.vina, ligand)
        facts, done = describe(ligand.smiles), result.provenance
        row: Row = {"measured": round(float(np.mean([one.measured for one in self._twins(ligand)])), 3)}
        row |= {"heavy": int(facts["heavy_atoms"]), "logp": round(facts["logp"], 3), "mw": round(facts["weight"], 2)}
        row |= {"mean": done.mean, "repeatability": done.repeatability, "searches": done.searches_made}
        return row | self._found(result, ligand) | self._rescored(result)

    def of_built(self, ligand: Posed) -> Row:
        """The pose built on that of the first ligand."""
        known = self.series.ligands[0]
        if ligand.smiles == known.smiles:
            return {"known": True}
        block = Chem.MolToMolBlock(known.mol, forceV3000=False)
        settings = DockSettings(BUILD, poses=1, pose_mode="keep")
        result = self.vina.dock(DockRequest(ligand.smiles, settings, self.key, parent_pose=block))
        if result.provenance.in_mode is None:
            return {"why": result.provenance.not_built or result.reason}
        return self._found(result, ligand) | self._rescored(result)

    def of_vinardo(self, ligand: Posed) -> Row:
        """A search with Vinardo's function."""
        return self._found(self._dock(self.vinardo, ligand), ligand)

    def of_states(self, ligand: Posed) -> Row:
        """The share-weighted mean affinity over charge states, where there are several."""
        if len(choose(ligand.smiles, states=MOST_STATES).species) < 2:
            return {}
        species = [one for one in self._dock(self.vina, ligand, MOST_STATES).provenance.species if one.share]
        scored = [(one.affinity - one.price, one.share) for one in species if one.affinity is not None]
        if not scored:
            return {}
        scores, shares = zip(*scored, strict=True)
        return {"states": len(scored), "affinity": round(float(np.average(scores, weights=shares)), 3)}

    def _dock(self, engine: EngineBase, ligand: Posed, states: int = 1) -> DockResult:
        settings = DockSettings(self.effort, poses=1, states=states)
        return engine.dock(DockRequest(ligand.smiles, settings, self.key))

    def _twins(self, ligand: Posed) -> list[Posed]:
        return [one for one in self.series.ligands if one.smiles == ligand.smiles]

    def _found(self, result: DockResult, ligand: Posed) -> Row:
        """Affinity, and RMSD from the nearest of the poses that are given of the molecule."""
        if result.affinity is None:
            return {"why": result.reason}
        pose = Chem.MolFromMolBlock(result.poses[0])
        return {
            "affinity": result.affinity,
            "rmsd": round(min(rmsd(pose, twin.mol) for twin in self._twins(ligand)), 2),
        }

    def _rescored(self, result: DockResult) -> Row:
        """The score of the pose relaxed with Vinardo's function."""
        if result.affinity is None:
            return {}
        try:
            found = self.vinardo.relax(as_ligand(result))
        except (SearchError, LigandPreparationError):
            return {}
        finally:
            self.vinardo.forget()
        return {"relaxed": found.affinities[0]}


def as_ligand(result: DockResult) -> Ligand:
    """What was docked, as it lies in its best pose."""
    pose = Chem.MolFromMolBlock(result.poses[0], removeHs=False)
    ligand = prepare_ligand(choose(result.smiles, result.docked_smiles).species[0], conformers=1)
    # Read back, a pose may be drawn with other bond orders; its hydrogens tell like atoms apart.
    order = skeleton(pose).GetSubstructMatch(skeleton(ligand.mol))
    return placed(ligand, Chem.RenumberAtoms(pose, list(order)))


def distinct(series: Series) -> list[Posed]:
    """A ligand of each molecule, in the fixed order of the series."""
    first = {ligand.smiles: ligand.index for ligand in reversed(series.ligands)}
    return [ligand for ligand in shuffled(series) if first[ligand.smiles] == ligand.index]


def batches(chosen: Sequence[Series], quick: bool) -> Iterator[tuple[Series, list[Posed]]]:
    """A few molecules of each series in turn, so that a run that is stopped tells of all."""
    longest = QUICK if quick else max(len(distinct(series)) for series in chosen)
    for start in range(0, longest, BATCH):
        for series in chosen:
            if part := distinct(series)[start : min(start + BATCH, longest)]:
                yield series, part


def measure(chosen: Sequence[Series], out: Path, work: Path, effort: str, quick: bool) -> None:
    """Every molecule of every series, where it is not measured yet."""
    done = {(row["series"], row["index"], row["kind"]) for row in measured(out, effort)}
    for kinds in (POSED, FURTHER):
        for series, ligands in batches(chosen, quick):
            todo = [(one, kind) for one in ligands for kind in kinds if (series.name, one.index, kind) not in done]
            if not todo:
                continue
            bench = Bench(series, receptor_of(series, work), EFFORTS[effort])
            for ligand, kind in todo:
                row: Row = {"series": series.name, "index": ligand.index, "kind": kind, **bench.row(ligand, kind)}
                row |= {"effort": effort, "code": code()}
                keep(out, row)
                print(*row.values(), flush=True)


def measured(out: Path, effort: str) -> list[Row]:
    """What was measured with this effort."""
    return [row for row in read(out, "series", "index", "kind", "effort") if row["effort"] == effort]


def main() -> None:
    """Measure what is missing, then print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with a folder for each series")
    parser.add_argument("--out", type=Path, default=KEPT, help="rows of results")
    parser.add_argument("--work", type=Path, help="where receptors are kept; a temporary folder when left out")
    parser.add_argument("--series", default="", help="names, with commas; all when left out")
    parser.add_argument("--affinity", help="property with the measured affinity, kcal/mol; found by its name")
    parser.add_argument("--effort", default="standard", choices=sorted(EFFORTS))
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} molecules a series")
    parser.add_argument("--report", action="store_true", help="print what was measured before")
    given = parser.parse_args()
    names = [name for name in given.series.split(",") if name]
    if not given.report:
        if given.data is None:
            parser.error("--data is needed, unless --report")
        with tempfile.TemporaryDirectory() as folder:
            chosen = read_series(given.data, names, given.affinity)
            measure(chosen, given.out, given.work or Path(folder), given.effort, given.quick)
    report([row for row in measured(given.out, given.effort) if not names or row["series"] in names])


if __name__ == "__main__":
    main()

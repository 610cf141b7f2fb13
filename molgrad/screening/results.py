"""What a screen writes: the docked molecules best first as CSV and SDF, and what was left out by line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from molgrad.campaign.faults import explained
from molgrad.chem.descriptors import describe
from molgrad.chem.similarity import scaffold
from molgrad.io import PoseFile
from molgrad.io.cells import guarded
from molgrad.screening.store import Docked, ScreenStore, place_of

TABLE, POSES, LEFT_OUT = "results.csv", "poses.sdf", "left_out.csv"
_DESCRIBED = ("heavy_atoms", "qed", "sa", "logp")
COLUMNS = (
    "rank", "name", "smiles", "docked_smiles", "status", "affinity", "ligand_efficiency", "expected", "expected_sd",
    "batch", *_DESCRIBED, "scaffold", "reason", "note", "source",
)  # fmt: skip
_LEFT_OUT = ("source", "name", "smiles", "kind", "reason")


def write_results(store: ScreenStore, folder: Path) -> None:
    """Write results.csv, poses.sdf and left_out.csv, each replaced whole.

    Args:
        store: of the screen.
        folder: where they go.
    """
    _write_table(folder / TABLE, COLUMNS, (_row(rank, one) for rank, one in enumerate(store.docked(), start=1)))
    _write_table(folder / LEFT_OUT, _LEFT_OUT, map(_left_out_row, store.left_out()))
    with PoseFile(folder / POSES) as poses:
        for one in store.docked():
            if one.result is not None and one.result.ok:
                poses.write(one.molecule.name, one.result)


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """A CSV file, written row by row and put in its place once it is whole."""
    part = path.with_name(path.name + ".part")
    with explained(path, "written"):
        try:
            with part.open("w", encoding="utf-8", errors="replace", newline="") as file:
                table = csv.writer(file, lineterminator="\n")
                table.writerow(columns)
                table.writerows([guarded(cell) for cell in row] for row in rows)
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink()
            raise


def _row(rank: int, one: Docked) -> Iterator[Any]:
    molecule, result, described = one.molecule, one.result, describe(one.molecule.smiles)
    affinity = None if result is None else result.affinity
    yield rank if affinity is not None else ""
    yield from (molecule.name, molecule.smiles)
    yield from ("", "waiting") if result is None else (result.docked_smiles, result.status.value)
    yield from (_number(affinity), _number(affinity and affinity / described["heavy_atoms"]))
    yield from (_number(one.pick.mean), _number(one.pick.sd), one.batch)
    yield from (_number(described[name]) for name in _DESCRIBED)
    yield scaffold(molecule.smiles)
    yield from ("", "") if result is None else (result.reason, result.remarks)
    yield molecule.source


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def _left_out_row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    file, line, record, *rest = row
    return (place_of(file, record, line), *rest)

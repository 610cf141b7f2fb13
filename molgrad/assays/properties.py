"""Results that stand in the properties of an SDF file."""

from __future__ import annotations

from pathlib import Path

from molgrad.assays.grid import CellLike, Grid, bounded
from molgrad.io.library import read_library


def from_sdf(path: Path) -> Grid:
    """The grid of an SDF file: name, SMILES and properties of each record.

    Args:
        path: the file.

    Raises:
        InputFileError: it cannot be read, or holds no records.
    """
    library = read_library(path)
    titles = list(dict.fromkeys(title for entry in library for title in entry.properties))
    rows: list[tuple[int, list[CellLike]]] = [
        (entry.line or number, [entry.name, entry.smiles, *(entry.properties.get(title, "") for title in titles)])
        for number, entry in enumerate(library, start=1)
    ]
    grid = Grid(path.name, ["record", "structure", *titles], rows, list(library.notes))
    grid.told = {"record": "name", "structure": "smiles"}
    grid.unread = {line: entry.error for (line, _), entry in zip(rows, library, strict=True) if entry.error}
    return bounded(grid)

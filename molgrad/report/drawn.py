"""Tables of molecules for people: of a workbook each row has its structure drawn in a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.io.sheets import write_sheet
from molgrad.io.workbook import write_workbook
from molgrad.report.pictures.molecule import png_of

PICTURE = (220, 150)  # pixels of a structure in a cell
DRAWN = 1_000  # rows with a structure: more would make the file too large to mail
SMILES = "smiles"  # the column of the structures


def write_drawn(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    *,
    columns: Sequence[str] = (),
    about: Sequence[tuple[str, str]] = (),
    more: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> None:
    """Write rows as a table; an .xlsx file has structures drawn before the column `smiles` of the first 1,000 rows.

    Args:
        path: ending in .csv, .tsv or .xlsx; replaced whole.
        rows: cells by column, all with the same keys, one of them `smiles`.
        columns: of a table that may have no rows.
        about: what a further sheet of a workbook says, pairs of a word and its meaning.
        more: further sheets of a workbook, rows by title.

    Raises:
        InputFileError: a place that cannot be written to.
        InvalidMoleculeError: a cell of `smiles` is no molecule.
    """
    if path.suffix.lower() != ".xlsx" or not (rows or columns):
        write_sheet(path, rows)
        return
    drawn = [png_of(str(row[SMILES]), size=PICTURE) for row in rows[:DRAWN]]
    write_workbook(path, rows, drawn, before=SMILES, size=PICTURE, columns=columns, about=about, more=more)

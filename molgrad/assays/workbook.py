"""The sheet of an Excel workbook that holds results, its cells as the user sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from molgrad.assays.grid import MAX_COLUMNS, MAX_ROWS, Grid, arranged, text_of
from molgrad.assays.heading import read_heading
from molgrad.assays.numbers import Figure
from molgrad.errors import InputFileError, shorten
from molgrad.io.columns import named_smiles
from molgrad.io.names import is_name
from molgrad.io.rows import Row
from molgrad.io.xlsx import check_workbook

UNCOMPUTED = "#formula without a saved value"
_NUMBER = re.compile(r"[<>=~\s]*[\d.,-]")
_LITERAL = re.compile(r'"([^"]*)"')
_PLACES = re.compile(r"[0#]")


def from_workbook(path: Path) -> Grid:
    """The grid of the first sheet whose headings are those of results.

    Args:
        path: an .xlsx or .xlsm file.

    Raises:
        InputFileError: no workbook, too large, or no sheet with headings of results.
    """
    from openpyxl import load_workbook  # 0.2 s; only for workbooks

    check_workbook(path)
    try:
        book, formulas = (load_workbook(path, read_only=True, data_only=values) for values in (True, False))
    except Exception as error:  # a damaged workbook raises what its damage meets
        raise InputFileError(f"{path} is no workbook that can be read: {shorten(str(error), 120)}") from None
    try:
        sheets = [sheet.title for sheet in book.worksheets]
        merits = {title: _merit(list(_rows(book[title], None, 20))) for title in sheets}
        best = max(sheets, key=lambda title: merits[title])
        grid = arranged(path.name, list(_rows(book[best], formulas[best], MAX_ROWS + 20)))
    finally:
        book.close()
        formulas.close()
    others = [f"'{shorten(title, 40)}'" for title in sheets if title != best]
    grid.notes.insert(0, f"sheet '{shorten(best, 40)}'" + (f"; not read: {', '.join(others[:10])}" if others else ""))
    return grid


def _merit(top: list[Row]) -> int:
    """How many headings of results and molecules the best of the first rows has."""
    return max((sum(map(_is_heading, row.cells)) for row in top), default=0)


def _is_heading(cell: str) -> bool:
    return bool(cell) and len(cell) < 200 and bool(named_smiles(cell) == 2 or is_name(cell) or read_heading(cell).role)


def _rows(sheet: Any, formulas: Any, most: int) -> Iterator[Row]:
    """The rows that are not blank; `formulas` is the same sheet with formulas in place of values."""
    sheet.reset_dimensions()  # some programs write a wrong size, which would cut the rows
    if formulas is not None:
        formulas.reset_dimensions()
    written = formulas.iter_rows(max_row=most, max_col=MAX_COLUMNS + 1) if formulas is not None else None
    for number, cells in enumerate(sheet.iter_rows(max_row=most, max_col=MAX_COLUMNS + 1), start=1):
        texts = [_struck(cell, _shown(cell)) for cell in cells]
        if written is not None:
            for place, cell in enumerate(next(written, ())):
                if cell.value is not None and place < len(texts) and not texts[place]:
                    texts[place] = UNCOMPUTED if str(cell.value).startswith("=") else texts[place]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield Row(texts, number)


def _struck(cell: Any, text: str) -> str:
    """The text of a cell; a number that is struck out, as is done with a value that does not hold, is marked."""
    if not text or not _NUMBER.match(text) or not getattr(getattr(cell, "font", None), "strike", False):
        return text
    marked = f"{text} (struck out)"
    return Figure(marked) if isinstance(text, Figure) else marked


def _shown(cell: Any) -> str:
    """A cell as its number format shows it where that changes the meaning: percentages, signs and units in it."""
    value = cell.value
    text = text_of(value)
    if not isinstance(text, str):
        return ""
    if not isinstance(value, int | float) or isinstance(value, bool | date | datetime):
        return text.strip()
    shape = str(cell.number_format or "").split(";")[0]
    literals = _LITERAL.findall(shape)
    bare = _LITERAL.sub("\0", shape)
    if "%" in bare:
        return Figure(f"{value * 100:.12g}%")
    place = _PLACES.search(bare)
    if not literals or place is None:
        return text
    before = bare[: place.start()].count("\0")
    return Figure("".join(literals[:before]) + text + "".join(literals[before:]))

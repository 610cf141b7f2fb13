"""The first sheet of an Excel workbook that has a column of SMILES."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from molgrad.errors import InputFileError, shorten
from molgrad.io.entry import Entry, Wanted
from molgrad.io.layout import SAMPLE, Layout, arranged
from molgrad.io.rows import Row
from molgrad.io.table import entries, placed, said

MAX_UNPACKED = 300 << 20  # bytes of all parts together; the texts of a workbook are held in memory
_SHEET = "\t"  # cells of a sheet need no delimiter; this one stands in no SMILES


def read_xlsx(path: Path, _ending: str, wanted: Wanted, notes: list[str]) -> Iterator[Entry]:
    """The entries of the first sheet with a column of SMILES; formulas count as the values saved with them.

    Args:
        path: the file.
        _ending: not looked at.
        wanted: the columns that the user named.
        notes: to which is added how the file was read.

    Raises:
        InputFileError: no workbook, too large, no sheet with SMILES, or a column that the user named is missing.
    """
    from openpyxl import load_workbook

    check_workbook(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # a damaged workbook raises what its damage meets
        raise InputFileError(f"{path} is no workbook that can be read: {shorten(str(error), 120)}") from None
    try:
        sheets = ((sheet, layout) for sheet in book.worksheets if (layout := _layout(sheet, wanted)) is not None)
        for sheet, layout in sheets:
            columns = placed(layout, wanted, path)
            kind = said(replace(layout, way="sheet"), columns).removeprefix("read as ")
            notes.append(f"read as sheet '{shorten(sheet.title, 40)}', {kind}")
            yield from entries((row for row in _rows(sheet) if row.line >= layout.first), columns)
            more = ", ".join(f"'{shorten(other.title, 40)}'" for other, _ in sheets)
            notes += [f"not read, though there are molecules too: {more} (one sheet a file is read)"] if more else []
            return
    finally:
        book.close()
    named = f" {wanted.smiles!r}" if wanted.smiles else ""
    there = shorten(", ".join(book.sheetnames[:10]), 200)
    raise InputFileError(f"{path}: no sheet has a column{named} of SMILES; its sheets are: {there}")


def _layout(sheet: Any, wanted: Wanted) -> Layout | None:
    """The layout of a sheet that has a column of SMILES."""
    layout = arranged(list(islice(_rows(sheet), SAMPLE)), _SHEET, wanted)
    return layout if layout is not None and (layout.sure or layout.fits > 0.5) else None


def check_workbook(path: Path) -> None:
    """Refuse what is no workbook, and one that unpacks to more than `MAX_UNPACKED`; zipfile holds it to its word.

    Args:
        path: the file.

    Raises:
        InputFileError: with what to do.
    """
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
            sheets = any(part.startswith("xl/") for part in parts.namelist())
    except zipfile.BadZipFile:
        raise InputFileError(f"{path} is no .xlsx workbook; save it as .xlsx or .csv") from None
    if not sheets:
        raise InputFileError(f"{path} is a ZIP file and no workbook; unpack it")
    if size > MAX_UNPACKED:
        raise InputFileError(f"{path} unpacks to {size >> 20} MB, more than {MAX_UNPACKED >> 20}: save it as .csv")


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # some programs write a wrong size, which would cut the rows
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_text(value) for value in values]
        if any(cells):
            yield Row(cells, number)


def _text(value: Any) -> str:
    """A cell as a user sees it: whole numbers without a point, dates without the midnight that Excel adds."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()

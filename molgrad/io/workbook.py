"""A workbook for people: a table with a picture in a cell of each row, and a sheet that says what it is."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from molgrad.io.cells import guarded
from molgrad.io.sheets import check_sheet

STRUCTURE = "structure"  # heading of the column with pictures
MARGIN = 3  # pixels between a picture and the lines of its cell
LEAST, WIDEST = 8, 48  # characters of a column; longer texts are wrapped
_POINTS = 0.75  # of a pixel, in which Excel measures rows
_CHARACTER = 7  # pixels, in which Excel measures columns
_EMU = 9525  # English Metric Units of a pixel, in which pictures are placed
_PADDING = 5  # pixels that Excel adds to a column's characters
_BUTTON = 4  # characters of a heading that the filter's button takes
_LINE, _HIGHEST = 15.0, 409.0  # points of a line of text, and of the highest row that Excel allows
_BOLD = Font(name="Calibri", size=11, bold=True)
_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)


def write_workbook(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    pictures: Sequence[bytes],
    *,
    before: str,
    size: tuple[int, int],
    columns: Sequence[str] = (),
    about: Sequence[tuple[str, str]] = (),
    more: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> None:
    """Write rows with the same keys, a picture in each; the file is replaced whole.

    The header and the columns up to the pictures stay in view, columns are as wide as what they hold, and texts that a
    spreadsheet would compute get an apostrophe before them.

    Args:
        path: ending in .xlsx.
        rows: cells by column.
        pictures: PNG, one for each row, or for the first ones.
        before: the column before which the pictures stand.
        size: width and height at which a picture is shown, pixels.
        columns: in their order; those of the first row by default.
        about: what a sheet "about" says, pairs of a word and its meaning.
        more: further sheets, rows by title.

    Raises:
        InputFileError: see `check_sheet`.
    """
    check_sheet(path)
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = "molecules"
    columns = list(columns or rows[0])
    place = columns.index(before)
    columns.insert(place, STRUCTURE)
    sheet.append([guarded(name) for name in columns])
    for row in rows:
        sheet.append([guarded(row.get(name, "")) for name in columns])
    _lay_out(sheet, columns, place, size)
    for number, picture in enumerate(pictures):
        sheet.add_image(_picture(picture, number + 1, place, size))
    for title, table in (more or {}).items():
        _add(book.create_sheet(title), table)
    if about:
        _tell(book.create_sheet("about"), about)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    book.save(part)
    part.replace(path)


def _lay_out(sheet: Worksheet, columns: Sequence[str], place: int, size: tuple[int, int]) -> None:
    """Widths, heights, wrapped texts, a bold header that stays in view and can be filtered by."""
    lines = [1] * (sheet.max_row + 1)  # that the longest text of each row takes
    for number, name in enumerate(columns, start=1):
        texts = [_shown(sheet.cell(row, number).value) for row in range(1, sheet.max_row + 1)]
        width = min(WIDEST, max(LEAST, len(texts[0]) + _BUTTON, *(len(text) + 2 for text in texts)))
        if name == STRUCTURE:
            width = (size[0] + 2 * MARGIN - _PADDING) // _CHARACTER + 1
        sheet.column_dimensions[get_column_letter(number)].width = width
        for row, text in enumerate(texts, start=1):
            _lay_out_cell(sheet.cell(row, number), wrapped=len(text) > WIDEST - 2, bold=row == 1)
            lines[row] = max(lines[row], 1 + len(text) // (WIDEST - 4))
    for row in range(2, sheet.max_row + 1):
        height = max((size[1] + 2 * MARGIN) * _POINTS, lines[row] * _LINE)
        sheet.row_dimensions[row].height = min(height, _HIGHEST)
    sheet.freeze_panes = sheet.cell(2, place + 2).coordinate
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _shown(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)


def _lay_out_cell(cell: Cell | MergedCell, *, wrapped: bool, bold: bool) -> None:
    cell.alignment = _WRAPPED if wrapped else _TOP
    if bold:  # other cells keep the workbook's own font
        cell.font = _BOLD
    if isinstance(cell.value, float):
        cell.number_format = "0.000"


def _picture(png: bytes, row: int, column: int, size: tuple[int, int]) -> Image:
    """A picture within one cell, so that it is sorted, filtered and hidden with its row."""
    image = Image(io.BytesIO(png))
    margin = MARGIN * _EMU
    begin = AnchorMarker(col=column, row=row, colOff=margin, rowOff=margin)
    right, low = ((MARGIN + side) * _EMU for side in size)
    end = AnchorMarker(col=column, row=row, colOff=right, rowOff=low)
    image.anchor = TwoCellAnchor(editAs="twoCell", _from=begin, to=end)
    return image


def _add(sheet: Worksheet, rows: Sequence[Mapping[str, Any]]) -> None:
    """A plain table with a bold header that stays in view."""
    columns = list(rows[0]) if rows else []
    for cells in (columns, *([row.get(name, "") for name in columns] for row in rows)):
        sheet.append([guarded(cell) for cell in cells])
    for number in range(1, len(columns) + 1):
        _lay_out_cell(sheet.cell(1, number), wrapped=False, bold=True)
    sheet.freeze_panes = "A2"


def _tell(sheet: Worksheet, about: Sequence[tuple[str, str]]) -> None:
    for word, meaning in about:
        sheet.append([guarded(word), guarded(meaning)])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 100
    for row in range(1, len(about) + 1):
        _lay_out_cell(sheet.cell(row, 1), wrapped=False, bold=True)
        _lay_out_cell(sheet.cell(row, 2), wrapped=True, bold=False)

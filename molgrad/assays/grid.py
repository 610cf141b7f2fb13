"""Any source of results as a grid: headings, and rows of cells with their line numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molgrad.assays.heading import is_units_row, read_heading
from molgrad.assays.numbers import Figure
from molgrad.errors import InputFileError, shorten
from molgrad.io.columns import is_smiles, named_smiles
from molgrad.io.encoding import MAX_BYTES, TextLines
from molgrad.io.names import is_name
from molgrad.io.rows import Row, rows

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_ROWS = 200_000
MAX_COLUMNS = 500
_PREAMBLE = 15  # rows within which the headings are looked for
_SAMPLE = 60  # lines from which the delimiter is told
_DELIMITERS = (",", ";", "\t", "|")
_DECLARED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_FIGURE = re.compile(r"[<>=~\u2264\u2265]*\s*[-+\u2212]?[\d.,]")

CellLike = str | Mapping[str, Any]


@dataclass(slots=True)
class Grid:
    """A table of results before anything in it is understood.

    Attributes:
        source: the file's name, or "table".
        header: the headings; numbers of the columns where there are none.
        rows: line numbers with cells; a cell of a vault is an object.
        notes: how it was read.
        told: what columns are, where the source itself says so, by heading.
        unread: by line, why a row gives no value, where the source itself says so.
    """

    source: str
    header: list[str]
    rows: list[tuple[int, list[CellLike]]]
    notes: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)


def text_of(value: Any) -> CellLike:
    """A cell as a user sees it; objects of a vault stay as they are.

    Args:
        value: of any type that a spreadsheet, a data frame or JSON gives.
    """
    if isinstance(value, str | Mapping):
        return value
    if value is None or str(value) in ("nan", "NaT", "<NA>"):
        return ""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return Figure(value) if abs(value) < 10**30 else Figure(f"{value:.6g}")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return str(value)
    return Figure(f"{number:.15g}") if math.isfinite(number) else str(number)


def in_memory(source: DataFrame | Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Grid:
    """The grid of a data frame, of rows as mappings, or of columns as lists; lines count from 1.

    Args:
        source: the table.

    Raises:
        InputFileError: no rows, too many, or no table at all.
    """
    found: Iterable[Sequence[Any]]
    if isinstance(source, Mapping):
        columns = [list(column) if isinstance(column, Sequence) else [column] for column in source.values()]
        header, found = [str(title) for title in source], zip_longest(*columns)
    elif not isinstance(source, Sequence) and hasattr(source, "itertuples"):
        header, found = _of_frame(source)
    elif isinstance(source, Sequence) and all(isinstance(row, Mapping) for row in source):
        header = list(dict.fromkeys(str(key) for row in source for key in row))
        found = ([row.get(key) for key in header] for row in source)
    else:
        raise InputFileError("results are a file, a data frame or a list of rows such as {'name': ..., 'IC50': 35}")
    cells = [(number, [text_of(cell) for cell in row]) for number, row in enumerate(found, start=1)]
    return bounded(Grid("table", header, cells))


def _of_frame(frame: DataFrame) -> tuple[list[str], Iterable[Sequence[Any]]]:
    """Headings and rows of a data frame; an index of names is a column."""
    texts = frame.index.name is not None or (len(frame) and all(isinstance(one, str) for one in frame.index))
    if texts:
        frame = frame.reset_index(names=str(frame.index.name or "name"))
    titles = [" ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in frame.columns]
    return [title.strip() for title in titles], frame.itertuples(index=False, name=None)


def bounded(grid: Grid) -> Grid:
    """The grid, if it has rows and not too many.

    Args:
        grid: any.

    Raises:
        InputFileError: it is empty or too large.
    """
    if not grid.rows:
        raise InputFileError(f"{grid.source} holds no rows of results")
    if len(grid.rows) > MAX_ROWS or len(grid.header) > MAX_COLUMNS:
        raise InputFileError(f"{grid.source} has more than {MAX_ROWS} rows or {MAX_COLUMNS} columns: split it")
    return grid


def from_text(path: Path) -> Grid:
    """The grid of a text file whose cells are parted by commas, semicolons, tabs or bars.

    Args:
        path: the file, in any usual encoding, compressed or not.

    Raises:
        InputFileError: it cannot be read, or holds no table.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputFileError(f"{path} is larger than {MAX_BYTES >> 20} MB: split it")
        lines = TextLines(path)
        head = lines.head(_SAMPLE)
        declared = _DECLARED.fullmatch(head[0].strip()) if head else None
        way = declared[1] if declared else max(_DELIMITERS, key=lambda mark: _merit(head, mark))
        found = list(islice(rows(_without(lines, bool(declared)), way), MAX_ROWS + _PREAMBLE + 2))
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror or error}") from None
    if found and all(len(row.cells) < 2 for row in found):
        raise InputFileError(
            f"{path} is no table: part its cells by commas, semicolons or tabs, under a line of headings"
        )
    grid = arranged(path.name, found)
    grid.notes += lines.notes
    return grid


def _without(lines: Iterable[str], declared: bool) -> Iterable[str]:
    return ("" if declared and number == 0 else line for number, line in enumerate(lines))


def _merit(head: Sequence[str], mark: str) -> tuple[int, float, int]:
    """How well a delimiter parts the first lines: headings known, even rows, columns."""
    found = list(rows(head, mark))
    best = max((_known(row.cells) for row in found[:_PREAMBLE]), default=0)
    widths = [len(row.cells) for row in found]
    usual = max(set(widths), key=widths.count, default=1)
    even = widths.count(usual) / len(widths) if usual > 1 else 0.0
    return (best if best > 1 else 0, round(even, 1), usual)


def _known(cells: Sequence[str]) -> int:
    """How many cells of a row are headings that are known."""
    words = [cell for cell in cells if cell and len(cell) < 200]
    if any(any(sign in cell for sign in "=#()[]@") and len(cell) > 8 and is_smiles(cell) for cell in words):
        return 0
    return sum(_is_heading(cell) for cell in words)


def _is_heading(cell: str) -> bool:
    if _FIGURE.match(cell) and "%" not in cell:
        return False
    return named_smiles(cell) == 2 or is_name(cell) or bool(read_heading(cell).role)


def arranged(source: str, found: Sequence[Row]) -> Grid:
    """The grid of rows, the first of which may be a title, the headings and their units.

    Args:
        source: name of the file.
        found: every row that is not blank.

    Raises:
        InputFileError: no rows.
    """
    if not found:
        raise InputFileError(f"{source} holds no rows of results")
    top = found[:_PREAMBLE]
    known = [_known(row.cells) for row in top]
    place = known.index(max(known))
    notes = []
    if max(known) == 0 and any(_FIGURE.match(cell) for cell in top[0].cells):
        header, below = [str(i + 1) for i in range(max(len(row.cells) for row in top))], list(found)
        notes.append("no headings: columns are numbered")
    else:
        header, below = [cell.lstrip("# ") for cell in found[place].cells], list(found[place + 1 :])
        groups = _groups(found[place - 1].cells, header) if place else []
        if groups:
            header = [f"{group} {title}".strip() for group, title in zip(groups, header, strict=True)]
            notes.append(f"headings in lines {found[place - 1].line} and {found[place].line}")
        if place > bool(groups):
            notes.append(f"headings in line {found[place].line}; what stands before them is left out")
    if below and (titles := _subtitled(header, below[0].cells)):
        notes.append(f"headings go on in line {below.pop(0).line}")
        header = titles
    if below and is_units_row(below[0].cells):
        units = [*below[0].cells, *[""] * len(header)]
        header = [
            f"{title} ({unit.strip('()[] ')})" if unit else title for title, unit in zip(header, units, strict=False)
        ]
        notes.append(f"units from line {below.pop(0).line}")
    while header and not header[-1] and all(not "".join(row.cells[len(header) - 1 :]) for row in below):
        header.pop()
    kept = [row for row in below if any(row.cells)]
    return bounded(Grid(source, _distinct(header), [(row.line, list(row.cells)) for row in kept], notes))


def _groups(above: Sequence[str], header: Sequence[str]) -> list[str]:
    """For each heading the one above it that spans several, such as the name of an assay; empty where there is none.

    A title of the sheet stands in the first cell, alone or with one more text, such as a batch number.
    """
    filled = [i for i, cell in enumerate(above) if cell]
    if not filled or filled == [0] or len(above) > len(header) or any(len(above[i]) > 60 for i in filled):
        return []
    if len(filled) == 2 and filled[0] == 0:
        return []  # a title, or one assay: nothing to tell apart
    starts = [max((start for start in filled if start <= i), default=None) for i in range(len(header))]
    return [above[start] if start else "" for start in starts]


def _subtitled(header: Sequence[str], cells: Sequence[str]) -> list[str]:
    """The headings together with a second line of them, such as mean and SD below IC50; empty where that is none.

    Such a line holds nothing but headings, and nothing below those of names and structures.
    """
    under = [*cells, *[""] * (len(header) - len(cells))]
    filled = [i for i, cell in enumerate(under) if cell]
    bare = any(not cell and (is_name(title) or named_smiles(title)) for title, cell in zip(header, under, strict=False))
    if len(filled) < 2 or len(under) > len(header) or not bare or not all(_is_heading(under[i]) for i in filled):
        return []
    titles = []
    for i, title in enumerate(header):
        above = next((header[j] for j in range(i, -1, -1) if header[j]), "")
        counted = read_heading(under[i]).replicate is not None and read_heading(above).role != "value"
        titles.append(title if not under[i] else under[i] if counted else f"{above} {under[i]}".strip())
    return titles


def _distinct(header: Sequence[str]) -> list[str]:
    """Headings on one line, the nameless ones numbered."""
    return [shorten(" ".join(title.split()), 200) or f"column {i + 1}" for i, title in enumerate(header)]

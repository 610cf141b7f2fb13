"""Lines of a delimited table as rows of cells, where quotes hold and where they do not."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from molgrad.io.cells import unguarded
from molgrad.io.encoding import MAX_TEXT_LINE

BLANKS = " "  # a delimiter of any number of blanks and tabs
_REACH = 1_000  # lines over which a quoted cell may run


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        cells: as written, blanks around them taken off.
        line: the line where it begins, from 1.
        mended: whether quotes had to be read as plain characters, since one is opened and not closed.
    """

    cells: list[str]
    line: int
    mended: bool = False


def rows(lines: Iterable[str], delimiter: str, runs_on: Callable[[list[str]], bool] = lambda _: False) -> Iterator[Row]:
    """The rows that are not blank.

    A quote that is opened and not closed takes no further line with it.

    Args:
        lines: without their ends.
        delimiter: between cells.
        runs_on: says of a row of several lines whether its quote has swallowed rows that follow.
    """
    csv.field_size_limit(MAX_TEXT_LINE)  # csv's own limit ends the whole file for one long cell
    source = _Lines(lines)
    for line in source:
        if '"' not in line:
            if line and not line.isspace():
                yield Row([_bare(cell.strip()) for cell in line.split(delimiter)], source.number)
            continue
        yield _quoted(line, source, delimiter, runs_on)


def _bare(cell: str) -> str:
    """The cell without single quotes around it, and without the apostrophe that keeps spreadsheets from computing."""
    if cell[:1] != "'":
        return cell
    return cell[1:-1] if len(cell) > 2 and cell[-1] == "'" else unguarded(cell)


class _Lines:
    """Lines that can be put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.number += 1
        return line

    def put_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def _quoted(line: str, source: _Lines, delimiter: str, runs_on: Callable[[list[str]], bool]) -> Row:
    """A row with quotes, whose cells may run over several lines."""
    number, taken = source.number, [line]

    def following() -> Iterator[str]:
        yield line + "\n"
        for more in source:
            taken.append(more)
            if len(taken) > _REACH:
                return
            yield more + "\n"

    try:
        cells = next(csv.reader(following(), delimiter=delimiter, strict=True))
        if not (len(taken) > 1 and runs_on(cells)):
            return Row([unguarded(cell.strip()) for cell in cells], number)
    except csv.Error:
        pass
    source.put_back(taken[1:])
    cells = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    return Row([unguarded(cell.strip()) for cell in cells], number, mended=True)


def words(lines: Iterable[str], split: Callable[[str], list[str]]) -> Iterator[Row]:
    """The rows of lines whose cells are apart by blanks.

    Args:
        lines: without their ends.
        split: what takes a line apart.
    """
    for number, line in enumerate(lines, start=1):
        if cells := split(line):
            yield Row(cells, number)

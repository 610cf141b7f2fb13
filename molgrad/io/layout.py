"""How the lines of a text file are to be read: what parts the cells, where the header is, what the columns are."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, islice
from typing import NamedTuple

from molgrad.io.columns import find_smiles, is_header_word, is_smiles, named_smiles, normal, share
from molgrad.io.entry import Wanted
from molgrad.io.names import cleaned, find_name, find_unheaded, is_name, like_an_id
from molgrad.io.rows import Row, rows, words

SAMPLE = 60  # rows from which the layout is told
PREAMBLE = 12  # lines within which a header is looked for
_EXTENDED = re.compile(r"(\S+)(\s+\|[^|]*\|)?\s*(.*)")  # SMILES, CXSMILES extension, name
_EXTENSION = re.compile(r"\S\s+\|(?:[&oa]\d*:\d|[&oawrcmlSLC^$][^|]*\|)")  # what stands between pipes there is no cell
_DECLARED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_ATOMS = re.compile(r"(?:Cl|Br|[BCNOPSFIbcnops]|\[[^\]]*\]?|[-=#$:/\\.%()+@\d\]*~])+")  # of these SMILES are made
_FIRST, _LAST, _EACH = "SMILES first", "SMILES last", "columns"
_MARKS = {
    "\t": "tab-separated table",
    ",": "CSV",
    ";": "semicolon-separated table",
    "|": "pipe-separated table",
    "sheet": "table",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table is like.

    Attributes:
        way: the delimiter, or how blanks part a line.
        header: the names of the columns; None where there is no header.
        first: the line at which the rows begin, from 1.
        smiles: index of the SMILES column; None where none was found.
        name: index of the column of names; None where none was found.
        fits: the share of the rows looked at whose SMILES can be read.
        width: the number of columns.
        top: the first row.
        sure: 2 for a header with a known SMILES name, 1 for one that holds the word, 0 for none.
    """

    way: str
    header: tuple[str, ...] | None
    first: int
    smiles: int | None
    name: int | None
    fits: float
    width: int
    top: tuple[str, ...]
    sure: int

    @property
    def is_table(self) -> bool:
        """Whether a delimiter parts its columns, of which there are several."""
        return self.way in _MARKS and self.width > 1

    def __str__(self) -> str:
        kind = _MARKS.get(self.way, "SMILES file")
        if self.header is not None:
            return f"{kind} with header: {listed(self.header)}"
        return f"{kind} without header"

    def read(self, lines: Iterable[str]) -> Iterator[Row]:
        """The rows, header and what stands before it left out."""
        found = _rows(lines, self.way, self._runs_on if self.header else None)
        return dropwhile(lambda row: row.line < self.first, found)

    def _runs_on(self, cells: list[str]) -> bool:
        """Whether a SMILES goes on over a line break: a quote has swallowed the rows that follow."""
        return self.smiles is not None and self.smiles < len(cells) and "\n" in cells[self.smiles].strip()


def listed(columns: Sequence[str]) -> str:
    """Names of columns for a sentence, the first twelve."""
    shown = [" ".join(column.split())[:40] or "(no name)" for column in columns[:12]]
    return ", ".join(shown) + (f", ... ({len(columns)} columns)" if len(columns) > 12 else "")


def tell(lines: Sequence[str], ending: str, wanted: Wanted) -> Layout:
    """The layout under which most rows hold a molecule.

    Args:
        lines: the first lines of the file.
        ending: of its name; the usual delimiter wins where several would do.
        wanted: columns that the user named; the row that holds such a name is the header.
    """
    usual = {".csv": ",", ".tsv": "\t", ".tab": "\t"}.get(ending, "\t")
    declared = _DECLARED.fullmatch(lines[0]) if lines else None
    if declared:  # Excel's way of saying what the delimiter is
        usual, lines = declared[1], ["", *lines[1:]]
    ways = dict.fromkeys((usual, "\t", ",", ";", _EACH, _FIRST, _LAST, "|"))
    found = [layout for way in ways if (layout := _under(lines, way, wanted)) is not None]
    return max(found, key=_merit)  # the first of equals


class _Merit(NamedTuple):
    fits: bool
    headed: bool
    share: float
    sure: int
    several: bool
    plain: bool


def _merit(layout: Layout) -> _Merit:
    share, several = round(layout.fits, 1), layout.width > 1
    return _Merit(layout.fits > 0, layout.sure > 0, share, layout.sure, several, not several and layout.way == _FIRST)


def _under(lines: Sequence[str], way: str, wanted: Wanted) -> Layout | None:
    """The layout if the cells are parted in this way; None where it makes no sense."""
    found = [row for row in islice(_rows(lines, way, None), SAMPLE) if not is_comment(row.cells)]
    if way == _EACH and not _even(found, mixed=all("\t" in line for line in lines if line.strip())):
        return None
    if way == "|" and any(map(_EXTENSION.search, lines)):
        return None
    return arranged(found, way, wanted)


def arranged(found: Sequence[Row], way: str, wanted: Wanted) -> Layout | None:
    """The layout of a table of which these are the first rows; None where it does not fit the way.

    Args:
        found: the first rows.
        way: what parts their cells.
        wanted: columns that the user named.
    """
    names = {normal(name) for name in (wanted.smiles, wanted.name) if name}
    place = next((i for i, row in enumerate(found[:PREAMBLE]) if _is_header(row.cells, names)), None)
    if place is not None and any(is_smiles(cell) for row in found[:place] for cell in row.cells if len(cell) > 1):
        place = None
    return _without_header(found, way) if place is None else _with_header(found, place, way, wanted)


def _with_header(found: Sequence[Row], place: int, way: str, wanted: Wanted) -> Layout | None:
    cells = found[place].cells
    header = (cells[0].lstrip("# ") or cells[0], *cells[1:])
    below = [row.cells for row in found[place + 1 :]]
    own = None if wanted.smiles is None else normal(wanted.smiles)
    smiles = next((i for i, column in enumerate(header) if normal(column) == own), None)
    smiles = find_smiles(header, below) if smiles is None else smiles
    if (way == _LAST and smiles != 1) or (way == _FIRST and smiles != 0):
        return None
    first = found[place + 1].line if below else found[place].line + 1
    fits = share([_cell(row, smiles) for row in below])
    sure = 2 if own in list(map(normal, header)) else max(named_smiles(column) for column in header)
    name = find_name(header, below, (smiles,))
    if way in (_FIRST, _LAST) and max(map(len, below), default=1) > 1:
        name = 1 if way == _FIRST else 0
    return Layout(way, header, first, smiles, name, fits, len(header), header, sure)


def is_comment(cells: Sequence[str]) -> bool:
    """Whether a row is a remark: it begins with # and names no columns.

    Args:
        cells: of the row.
    """
    return cells[0].startswith("#") and not any(named_smiles(cell.lstrip("# ")) == 2 for cell in cells)


def _without_header(found: Sequence[Row], way: str) -> Layout:
    below = [row.cells for row in found]
    width = max(map(len, below), default=1)
    likely = {i: share([_cell(row, i) for row in below[1:] or below]) for i in range(width)}
    lengths = {i: sum(len(_cell(row, i)) for row in below) for i in range(width)}
    smiles = max(likely, key=lambda i: (round(likely[i], 1), lengths[i]))
    if way in _MARKS and width > 1 and all(len(_cell(row, smiles)) < 2 for row in below[1:] or below):
        likely[smiles] = 0.0  # answers such as N and C, and no molecules
    if way in (_FIRST, _LAST):
        smiles = 0 if way == _FIRST or width < 2 else 1
    filled = len([row for row in below if _cell(row, smiles)]) / len(below) if below else 0.0
    header = tuple(below[0]) if below else ()
    plain = Layout(way, None, found[0].line if found else 1, smiles, None, likely[smiles] * filled, width, header, 0)
    if len(below) > 1 and likely[smiles] > 0.5 and _is_strange_header(header, below[1], smiles, way in _MARKS):
        name = find_name(header, below[1:], (smiles,))
        return replace(plain, header=header, first=found[1].line, name=name)
    name = find_unheaded(below, smiles) if way not in (_FIRST, _LAST) else 1 - smiles if width > 1 else None
    return replace(plain, name=name)


def _is_header(cells: Sequence[str], names: Collection[str] = ()) -> bool:
    """Whether a row names columns: one cell is called as SMILES columns are, and no cell is a molecule or a number."""
    named = any(named_smiles(cell.lstrip("# ")) or normal(cell) in names for cell in cells)
    words = [cell for cell in cells if cell]
    return named and all(len(cell) <= 200 for cell in words) and not any(_is_value(cell) for cell in words)


def _is_strange_header(cells: Sequence[str], below: Sequence[str], smiles: int, table: bool) -> bool:
    """Whether the first row names columns that nobody heard of: words where the rows below have molecules."""
    cell = _cell(cells, smiles)
    if not cell or _ATOMS.fullmatch(cell):  # a SMILES, sound or broken
        return False
    texts = [text for text in cells if text]
    plain = not any(_is_value(text) for text in texts) and len(set(texts)) == len(texts)
    return plain and (is_header_word(cell) or (table and len(texts) > 1 and len(cells) >= len(below)))


def _is_value(cell: str) -> bool:
    """Whether a cell is a number, or a SMILES that no word could be taken for."""
    return cell.replace(".", "").replace(",", "").lstrip("+-").isdigit() or (
        any(sign in cell for sign in "=#()[]123") and is_smiles(cell)
    )


def _even(found: Sequence[Row], *, mixed: bool) -> bool:
    """Whether all rows have as many words, at least three, under a header or such that the second word is the name.

    Of fewer than three rows it is believed only where tabs part some of the words.
    """
    few = len(found) < 3 and not (found and mixed)
    if few or len({len(row.cells) for row in found}) > 1 or len(found[0].cells) < 3:
        return False
    if _is_header(found[0].cells):
        return not is_name(" ".join(found[0].cells[1:]))  # `SMILES Compound Name`
    names = [cleaned(row.cells[1]) for row in found]
    numbers = all(_is_number(cell) for row in found for cell in row.cells[2:])
    ids = len(found[0].cells) > 3 and all(map(like_an_id, names))
    return (numbers or ids) and len(set(names)) == len(names)


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _rows(lines: Iterable[str], way: str, runs_on: Callable[[list[str]], bool] | None) -> Iterator[Row]:
    if way == _FIRST:
        return words(lines, smiles_first)
    if way == _LAST:
        return words(lines, lambda line: line.rsplit(maxsplit=1))
    if way == _EACH:
        return words(lines, str.split)
    return rows(lines, way, runs_on or (lambda _: False))


def smiles_first(line: str) -> list[str]:
    """SMILES with its CXSMILES extension, and the name, which may hold blanks.

    Args:
        line: not blank.
    """
    if line[:1] == '"' and line[:2] != '""':
        cells = next(csv.reader([line.strip()], delimiter=" ", skipinitialspace=True))
        return [cells[0], " ".join(cells[1:])] if len(cells) > 1 else cells
    if "|" not in line:
        return line.split(None, 1)
    found = _EXTENDED.fullmatch(line.strip())
    if found is None:
        return line.split(maxsplit=1)
    smiles, extension, name = found[1], found[2], found[3]
    if name.startswith("|"):  # a bar without the second one: no name, and the molecule's reader says what is wrong
        extension, _, name = name.partition(" ")
    return [smiles + (f" {extension.strip()}" if extension else ""), *([name] if name else [])]

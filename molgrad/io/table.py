"""Entries from the rows of a table: which cell is the SMILES, which the name, what is kept beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from molgrad.errors import InputFileError, shorten
from molgrad.io.columns import STATE, asked, normal
from molgrad.io.encoding import TextLines
from molgrad.io.entry import MAX_LINE, NONE, Entry, Properties, Wanted
from molgrad.io.layout import Layout, is_comment, listed, smiles_first, tell
from molgrad.io.names import cleaned
from molgrad.io.rows import Row

_EXTENDING = re.compile("ext|cx|stereo|chiral", re.IGNORECASE)  # names of columns with CXSMILES extensions
_EXTENSION = re.compile(r"\|(?:[&oa]\d*:|r\b|w[UD]?:)[^|]*\|")
# What word processors and web pages put into a text: dashes for the minus sign, marks without width.
_DASHES, _WIDTHLESS = "\u2010\u2011\u2012\u2013\u2212", "\u200b\u200c\u200d\u2060\xad"
_TYPESET = str.maketrans(dict.fromkeys(_DASHES, "-") | dict.fromkeys(_WIDTHLESS))
_LOOKED_AT = 400  # lines from which the layout is told, comments and blank lines included


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the cells of an entry stand in a row.

    Attributes:
        smiles: index of the SMILES.
        name: index of the name; None where rows are numbered.
        state: index of the species to dock; None where there is none.
        rest: indices of the properties.
        titles: their names.
        width: the number of columns of the header; 0 without one.
        apart: the delimiter.
        file: the file, for the entries.
        extended: whether a column of its own may hold the CXSMILES extensions, `|&1:1|`.
    """

    smiles: int
    name: int | None
    state: int | None
    rest: tuple[int, ...]
    titles: tuple[str, ...]
    width: int
    apart: str
    file: str
    extended: bool


def read_table(path: Path, ending: str, wanted: Wanted, notes: list[str]) -> Iterator[Entry]:
    """The entries of a text file with a molecule in each line or row, however its cells are parted.

    Args:
        path: the file.
        ending: of its name, without that of a compression.
        wanted: the columns that the user named.
        notes: to which is added how the file was read.

    Raises:
        InputFileError: the column of SMILES that the user named is missing, or no column holds SMILES.
    """
    lines = TextLines(path)
    layout = tell(lines.head(_LOOKED_AT), ending, wanted)
    columns = placed(layout, wanted, path)
    notes.append(said(layout, columns))
    yield from entries(layout.read(lines), columns)
    notes += lines.notes


def placed(layout: Layout, wanted: Wanted, path: Path) -> Columns:
    """The columns of a layout, those that the user named where he has.

    Args:
        layout: of the table.
        wanted: the columns that the user named.
        path: of the file, for errors.

    Raises:
        InputFileError: the column of SMILES that the user named is missing, or no column holds SMILES.
    """
    header = layout.header or tuple(str(number) for number in range(1, layout.width + 1))
    smiles, name = layout.smiles, layout.name
    if wanted.smiles is not None and (smiles := asked(header, wanted.smiles)) is None:
        option = f"--smiles-column {shorten(wanted.smiles, 60)!r}"
        raise InputFileError(f"{path}: {option}: there is no such column; its columns are: {listed(header)}")
    if smiles is None or (layout.fits == 0 and not layout.sure and layout.is_table):
        raise InputFileError(
            f"{path} has no column 'smiles'; its columns are: {listed(layout.top)}; "
            "--smiles-column names the one with the SMILES"
        )
    if wanted.name is not None:
        own = asked(header, wanted.name)
        name = name if own is None else own
        if own is None:
            wanted.lacking[str(path)] = f"columns are: {listed(header)}"
    state = next((i for i, column in enumerate(header) if normal(column) == STATE), None)
    rest = tuple(i for i in range(len(header)) if i not in (smiles, name, state))
    width = len(header) if layout.header else 0
    titles = tuple(header[i] for i in rest)
    extended = not layout.header or any(_EXTENDING.search(title) for title in titles)
    return Columns(smiles, name, state, rest, titles, width, layout.way, str(path), extended)


def said(layout: Layout, columns: Columns) -> str:
    """How the table is read, in a sentence.

    Args:
        layout: of the table.
        columns: that were chosen.
    """
    header, name = layout.header, columns.name
    if header is None:
        order = ["SMILES" if i == columns.smiles else "name" if i == name else "property" for i in range(layout.width)]
        return f"read as {layout}: {', '.join(order[:12])}" + ("" if name is not None else f"; {NO_NAMES}")
    parts = [f"read as {layout}"]
    if normal(header[columns.smiles]) != "smiles":
        parts.append(f"SMILES from '{header[columns.smiles]}'")
    if name is None:
        parts.append(NO_NAMES)
    elif name < len(header) and normal(header[name]) != "name":
        parts.append(f"names from '{header[name] or 'the column without a name'}'")
    return "; ".join(parts)


NO_NAMES = "no name column found; rows are numbered"


def entries(rows: Iterable[Row], columns: Columns) -> Iterator[Entry]:
    """An entry for every row that is no remark.

    Args:
        rows: without the header.
        columns: where the cells stand.
    """
    number = 0
    for row in rows:
        cells = row.cells
        if cells[0][:1] == "#" and is_comment(cells) and (columns.smiles == 0 or len(cells) <= columns.smiles):
            continue
        if columns.width > 1 and not "".join(cells).strip("-=:+_"):
            continue  # delimiters alone, as spreadsheets write them, or a ruled line
        number += 1
        yield _entry(row, columns, number)


def _entry(row: Row, columns: Columns, number: int) -> Entry:
    cells = row.cells
    place, named, state_at, rest, count = columns.smiles, columns.name, columns.state, columns.rest, len(row.cells)
    smiles = cells[place] if place < count else ""
    note = ""
    if not smiles.isascii() and (plain := smiles.translate(_TYPESET)) != smiles:
        smiles, note = plain, "typographic dashes and invisible characters of the SMILES read as plain text"
        cells = [*cells[:place], smiles, *cells[place + 1 :]]
    if " " in smiles or "\t" in smiles or ("|" in smiles and columns.apart == ","):
        cells = _regrouped(cells, columns)
        smiles, count = cells[place], len(cells)
    name = cleaned(cells[named]) if named is not None and named < count else ""
    state = cells[state_at] if state_at is not None and state_at < count else ""
    if columns.extended and "|" not in smiles:
        smiles += next((f" {cells[i]}" for i in rest if i < count and _EXTENSION.fullmatch(cells[i])), "")
    more = Properties(columns.titles, [cells[i] if i < count else "" for i in rest]) if rest else NONE
    error = (
        _fault(row, smiles, state, columns) if not smiles or row.mended or len(smiles) + len(state) > MAX_LINE else ""
    )
    if error:
        smiles = state = ""
    return Entry(name or str(number), smiles, error or None, state or None, note, columns.file, 0, row.line, more)


def _regrouped(cells: list[str], columns: Columns) -> list[str]:
    """The cells, where the delimiter stands in a CXSMILES extension, or where blanks are in its place."""
    smiles = cells[columns.smiles]
    if columns.apart == "," and smiles.count("|") == 1:
        return _joined(cells, columns.smiles)
    if len(cells) > 1 or columns.smiles:
        return cells
    smiles, *name = smiles_first(smiles)
    return [smiles, *[""] * (columns.name - 1), *name] if columns.name else [smiles]


def _fault(row: Row, smiles: str, state: str, columns: Columns) -> str:
    """Why a row holds no molecule; empty where it does."""
    if row.mended and columns.width and ('"' in smiles or len(row.cells) > columns.width):
        return f"a quote in this row is opened and not closed: {shorten(' '.join(row.cells), 80)}"
    if not smiles:
        return "no SMILES in this row"
    if len(smiles) > MAX_LINE or len(state) > MAX_LINE:
        return f"a SMILES of more than {MAX_LINE} characters: {shorten(smiles, 40)}"
    return ""


def _joined(cells: list[str], place: int) -> list[str]:
    """The row with the cells put together over which a CXSMILES extension runs: `CC(O)F |&1:1`, `3|`."""
    for end in range(place + 1, len(cells)):
        if "|" in cells[end]:
            return [*cells[:place], ",".join(cells[place : end + 1]), *cells[end + 1 :]]
    return cells

"""What a file of molecules gives: an entry for every record, and how the file was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_LINE = 10_000  # characters of a line or cell; the longest drug-like SMILES has a few hundred
MAX_ENTRIES = 1_000_000
_COMPARED = 4  # fields of an entry that say what it is; the others say where it comes from
_APART = "\x1f"  # between the cells of a row that is kept as one text


class Properties(Mapping[str, str]):
    """The further columns of a row by name; kept as one text, since a file may hold a million rows.

    Args:
        columns: their names, shared by all rows of a file.
        cells: their values; missing ones are empty.
    """

    __slots__ = ("_columns", "_text")

    def __init__(self, columns: tuple[str, ...] = (), cells: Iterable[str] = ()) -> None:
        self._columns = columns
        self._text = _APART.join(cells)

    def _cells(self) -> dict[str, str]:
        pairs = zip(self._columns, self._text.split(_APART), strict=False)
        return {name: cell for name, cell in pairs if cell}

    def __getitem__(self, name: str) -> str:
        return self._cells()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells())

    def __len__(self) -> int:
        return len(self._cells())

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))


NONE = Properties()


class Entry(NamedTuple):
    """A molecule of a file, or why it could not be read; a tuple, since a file may hold a million.

    Two are equal if their first four fields are.

    Attributes:
        name: as given, or the entry's number.
        smiles: the text as it stands in the file, unchecked, with its CXSMILES extension where it has one
            (`CC(O)F |&1:1|`); empty where `error` is set.
        error: why the record could not be read at all.
        docked_smiles: the species to dock, from a column or SDF property of that name; None where none is given.
        note: what was mended to read it.
        file: the file it comes from.
        record: its number in an SDF or mol2 file, from 1; 0 where a record is a line.
        line: the line of the file where it begins, in a spreadsheet the row; from 1, 0 where there is none.
        properties: its further columns or SDF properties.
    """

    name: str
    smiles: str
    error: str | None = None
    docked_smiles: str | None = None
    note: str = ""
    file: str = ""
    record: int = 0
    line: int = 0
    properties: Mapping[str, str] = NONE

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entry) and self[:_COMPARED] == other[:_COMPARED]

    def __hash__(self) -> int:
        return hash(self[:_COMPARED])

    @property
    def source(self) -> str:
        """File and place, such as `a.sdf, record 2, line 57`."""
        record = f"record {self.record}" if self.record else ""
        line = f"line {self.line}" if self.line else ""
        return ", ".join(part for part in (self.file, record, line) if part)


class Library(list[Entry]):
    """The entries of one or several files, in order.

    Attributes:
        notes: how each file was read, in sentences.
    """

    def __init__(self, entries: Iterable[Entry] = (), notes: Iterable[str] = ()) -> None:
        super().__init__(entries)
        self.notes = list(notes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns (in an SDF file the properties) that a user names instead of having them found.

    Attributes:
        name: of the names; a file without it is named as if nothing were asked.
        smiles: of the SMILES; where tables are concerned.
        lacking: files that have no such column of names, and the columns that they have; filled as files are read.
    """

    name: str | None = None
    smiles: str | None = None
    lacking: dict[str, str] = field(default_factory=dict)

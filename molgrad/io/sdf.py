"""Records of an SDF file, parted and taken apart here so that none vanishes; RDKit reads their mol blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from molgrad.errors import shorten
from molgrad.io.columns import STATE, is_smiles, named_smiles, normal
from molgrad.io.encoding import TextLines
from molgrad.io.entry import MAX_LINE, Entry, Properties, Wanted
from molgrad.io.layout import listed
from molgrad.io.molblock import MolBlockError, smiles_of, split_block, title_of
from molgrad.io.names import cleaned, counts, find_name
from molgrad.io.table import NO_NAMES

_DOLLARS = re.compile(r"\$\$\$\$\s*")
_DATA = re.compile(r">.*?<(.+)>[^<>]*")  # `>  <name>  (12)`
_NUMBERED = re.compile(r">\s+(DT\d+)\s*")
_SAMPLE = 60  # records from which the names' property is told
_MOST_LINES = 500_000  # of a record: more is no molecule
_SINGLE = (".mol", ".mdl")  # endings of files with one molecule
# What programs write where a title is missing, often with a number: `Untitled Document-1`, `Molecule 3`, `CTAB`.
_NO_TITLE = re.compile(
    r"(untitled|unnamed|no ?name|un(known|defined)|none|null|-isis-|molecule|title|structure|compound|mol|ctab)"
    r"([ _.-]*(document|molecule|structure))?[ _.#-]*\d*", re.IGNORECASE
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file.

    Attributes:
        number: from 1.
        line: where it begins, from 1.
        title: the first line of its header.
        block: its mol block, as `molblock.split_block` gives it.
        data: its properties by name.
        error: why there is no block.
    """

    number: int
    line: int
    title: str
    block: Sequence[str] = ()
    data: dict[str, str] = field(default_factory=dict)
    error: str = ""


def read_sdf(path: Path, ending: str, wanted: Wanted, notes: list[str]) -> Iterator[Entry]:
    """The entries of an SDF file, or the one of a mol file.

    Args:
        path: the file.
        ending: of its name.
        wanted: the property that the user named for the names.
        notes: to which is added how the file was read.
    """
    lines = TextLines(path)
    records = (_record(number, line, text) for number, (line, text) in enumerate(parted(lines), start=1))
    first = list(islice(records, _SAMPLE))
    key = naming(first)
    spellings: dict[str, str] = {}
    one = ending in _SINGLE
    found = wanted.name is not None and normal(wanted.name) == "title"
    here = found or any(_value(record, wanted.name) for record in first)
    notes.append(_said(first, wanted.name if here else key, one))
    for record in chain(first, records):
        spellings |= dict.fromkeys(record.data, "")
        own = _value(record, wanted.name)
        found = found or bool(own)
        name = own or _value(record, key) or record.title or next(iter(_fallback(record)), "")
        yield _entry(record, name or (path.name.split(".")[0] if one else str(record.number)), str(path))
    if wanted.name is not None and not found:
        wanted.lacking[str(path)] = f"properties are: {listed(list(spellings)) or 'none'}"
    notes += lines.notes


def parted(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The records between lines of four dollars: the line where each begins, from 1, and its lines.

    Where a mol block follows another one without dollars, two records are made. Blank lines alone after the last
    record are none. A record beyond `_MOST_LINES` is cut there.

    Args:
        lines: of the file, without their ends.
    """
    begin, kept = 1, list[str]()
    for place, line in enumerate(lines, start=1):
        if line.startswith("$$$$") and _DOLLARS.fullmatch(line):
            yield from _apart(begin, kept)
            begin, kept = place + 1, []
        elif len(kept) < _MOST_LINES:
            kept.append(line)
    if any(line.strip() for line in kept):
        yield from _apart(begin, kept)


def _apart(begin: int, lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines of a record, taken apart where a mol block ends and, before any property, another one begins."""
    end = next((i for i, line in enumerate(lines) if line.startswith("M  END")), len(lines))
    data = next((i for i in range(end, len(lines)) if lines[i].startswith(">")), len(lines))
    again = next((i for i in range(end + 1, data) if lines[i].rstrip().endswith(("V2000", "V3000"))), None)
    if again is None:
        yield begin, lines
        return
    cut = max(again - 3, end + 1)
    yield begin, lines[:cut]
    yield from _apart(begin + cut, lines[cut:])


def _record(number: int, line: int, lines: list[str]) -> Record:
    if not any(text.strip() for text in lines):
        return Record(number, line, "", error="it is empty")
    try:
        title, block, rest = split_block(lines)
    except MolBlockError as error:
        begin = next((i for i, text in enumerate(lines) if _DATA.fullmatch(text)), len(lines))
        return Record(number, line, title_of(lines[:begin]), data=data_items(lines[begin:]), error=str(error))
    return Record(number, line, title, block, data_items(rest))


def data_items(lines: Sequence[str]) -> dict[str, str]:
    """Properties by name; a value goes on to a blank line, a line that names the next property, or the end.

    Args:
        lines: that follow the mol block.
    """
    found: dict[str, list[str]] = {}
    key, open_ = "", False
    for line in lines:
        head = _DATA.fullmatch(line) or _NUMBERED.fullmatch(line) if line.startswith(">") else None
        if head:
            key, open_ = head[1].strip(), True
            found.setdefault(key, [])
        elif not line.strip():
            open_ = False
        elif open_:
            found[key].append(line.strip())
    return {name: "\n".join(value) for name, value in found.items()}


def naming(records: Sequence[Record]) -> str | None:
    """The property that names the records; None where their titles do.

    Args:
        records: the first ones of a file.
    """
    titles = [record.title for record in records]
    filled = [title for title in titles if title and not _NO_TITLE.fullmatch(title)]
    different = len(set(filled)) > 0.5 * len(titles)
    if different and not counts(filled) and not all(map(is_smiles, filled)):
        return None
    keys = tuple(dict.fromkeys(key for record in records for key in record.data))
    rows = [[record.data.get(key, "") for key in keys] for record in records]
    states = [i for i, key in enumerate(keys) if normal(key) == STATE or named_smiles(key)]
    place = find_name(keys, rows, states)
    return None if place is None else keys[place]


def _value(record: Record, key: str | None) -> str:
    if key is None:
        return ""
    if key in record.data:
        return cleaned(record.data[key])
    similar = next((value for name, value in record.data.items() if normal(name) == normal(key)), "")
    return cleaned(similar) or (record.title if normal(key) == "title" else "")


def _fallback(record: Record) -> list[str]:
    """A name from the properties of one record without a title."""
    place = find_name(tuple(record.data), [list(record.data.values())])
    return [] if place is None else [cleaned(list(record.data.values())[place])]


def _entry(record: Record, name: str, file: str) -> Entry:
    smiles, error, note = "", record.error, ""
    if not error:
        try:
            smiles = smiles_of(record.block)
        except MolBlockError as problem:
            error = str(problem)
    drawn = next((key for key in record.data if named_smiles(key) and record.data[key]), None)
    if error and drawn is not None and len(record.data[drawn]) <= MAX_LINE:
        note, error = f"SMILES from the property {drawn}, since of the mol block {error}", ""
        smiles = record.data[drawn]
    state = next((value for key, value in record.data.items() if normal(key) == STATE), "")
    if len(state) > MAX_LINE:
        error = f"a docked_smiles of more than {MAX_LINE} characters"
    if error:
        smiles, state, error = "", "", f"record {record.number}, line {record.line}: {error}"
    more = Properties(tuple(record.data), record.data.values())
    return Entry(name, smiles, error or None, state or None, note, file, record.number, record.line, more)


def _said(records: Sequence[Record], key: str | None, one: bool) -> str:
    kind = "a mol file" if one else "SDF"
    if key is not None:
        return f"read as {kind}; names from the property '{shorten(key, 60)}'"
    if any(record.title for record in records):
        return f"read as {kind}; names from the titles"
    if one:
        return f"read as {kind}; named after the file"
    return f"read as {kind}; {NO_NAMES.replace('name column', 'title or name property').replace('rows', 'records')}"

"""The columns of a table of results told apart: molecules, values, and what belongs to each value."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from molgrad.assays.grid import CellLike, Grid
from molgrad.assays.heading import Heading, asked_for, read_heading
from molgrad.assays.lexicon import is_word, plain
from molgrad.assays.numbers import Figure, Style, style_of, tidy
from molgrad.errors import InputFileError, listed
from molgrad.io.columns import find_smiles, normal
from molgrad.io.names import find_name, is_name

_SAMPLE = 200  # rows from which columns are told apart
_FIGURE = re.compile(r"[<>=~]*\s*[+-]?(?:\d|[.,]\d)[\d.,eE+-]*")
_SHORTEST = 8  # characters of the SMILES of a column that is called after names
_NUMBERED = 0.6  # of the filled cells of a column of values that hold numbers
WIDE = ("qc", "plate", "date", "operator", "note", "assay")  # of a whole row, where they name no readout
_BESIDE = ("relation", "unit", "kind", "sd", "sem", "error", "cv", "low", "high", "interval", "n", "p", "at")


@dataclass(slots=True)
class Readout:
    """A column of values and the columns that belong to it.

    Attributes:
        at: index of its column.
        heading: what its heading says.
        style: how its numbers are written.
        beside: indices of the columns that say more about it, by role.
        mean_of: indices of replicate columns of which it is the mean; empty where there are none.
        label: what the result is called, one name for all its replicates.
    """

    at: int
    heading: Heading
    style: Style
    beside: dict[str, list[int]] = field(default_factory=dict)
    mean_of: list[int] = field(default_factory=list)
    label: str = ""

    @property
    def group(self) -> tuple[str, str, str]:
        """What replicates of one result share."""
        return (self.heading.rest, self.heading.kind.removeprefix("p"), self.heading.at)


@dataclass(slots=True)
class Columns:
    """What the columns of a table are.

    Attributes:
        smiles: index of the SMILES; None where there is none.
        name: index of the names; None where there is none.
        readouts: the columns of values, in order.
        headings: what each heading says.
        notes: which columns are read as what, and which are not read.
    """

    smiles: int | None
    name: int | None
    readouts: list[Readout]
    headings: list[Heading]
    notes: list[str]


def tell_apart(grid: Grid, meanings: Mapping[str, str], assay: str | None, known: Collection[str] = ()) -> Columns:
    """The columns of a table, those that the user explains as he explains them.

    Args:
        grid: the table.
        meanings: by heading, what columns are: a role, or the heading to read in its place.
        assay: the one assay whose results are wanted; None for all.
        known: names of assays; a column called so holds values.

    Raises:
        InputFileError: a column that does not exist, no molecules or no values, or values of several assays of which
            one is to be chosen; says what to do.
    """
    headings = _headings(grid, meanings, known)
    sample = [[_text(cell) for cell in cells] for _, cells in grid.rows[:_SAMPLE]]
    headings = [_believed(heading, [row[i] for row in sample if i < len(row)]) for i, heading in enumerate(headings)]
    smiles, name = _molecules(headings, grid.header, sample)
    values = _values(headings, sample, (smiles, name), grid, assay)
    columns = [[_text(row[i]) if i < len(row) else "" for _, row in grid.rows] for i in range(len(headings))]
    readouts = [Readout(i, headings[i], style_of(columns[i])) for i in values]
    _inherit(readouts)
    _attach(readouts, headings)
    _means(readouts)
    return Columns(smiles, name, readouts, headings, _notes(headings, readouts, (smiles, name)))


def _text(cell: CellLike) -> str:
    return cell if isinstance(cell, str) else Figure(cell.get("value") or "")


def _headings(grid: Grid, meanings: Mapping[str, str], known: Collection[str]) -> list[Heading]:
    headings = _numbered(_of_predictions([_known(read_heading(title), known) for title in grid.header]))
    standard = any(heading.title.lower().startswith("standard") and heading.role == "value" for heading in headings)
    if standard:  # ChEMBL: published columns stand beside those it has made comparable
        raw = {"value", "values", "relation", "units", "unit", "type", "activity value", "upper value", "text value"}
        headings = [replace(one, role="") if plain(one.title) in raw else one for one in headings]
    for title, meaning in {**grid.told, **meanings}.items():
        places = [i for i, column in enumerate(grid.header) if column == title]
        places = places or [i for i, column in enumerate(grid.header) if normal(column) == normal(title)]
        if not places:
            raise InputFileError(f"{grid.source} has no column {title!r}; its columns are: {listed(grid.header)}")
        for i in places:
            told = asked_for(grid.header[i], meaning)
            if told is None:
                raise InputFileError(
                    f"--map {title!r}: {meaning!r} is not known; say 'value', 'value nM', a heading such as "
                    "'IC50 (nM)', 'name', 'smiles', 'relation', 'unit', 'kind', 'sd', 'sem', 'n', 'qc', 'date', 'note' "
                    "or 'ignore'"
                )
            headings[i] = told
    mapped = {
        normal(title)
        for title, meaning in meanings.items()
        if (one := asked_for(title, meaning)) and one.role == "value"
    }
    if mapped:  # the user names the values: no other column is one
        headings = [
            replace(one, role="") if one.role == "value" and normal(title) not in mapped else one
            for one, title in zip(headings, grid.header, strict=True)
        ]
    return headings


def _known(heading: Heading, known: Collection[str]) -> Heading:
    """The heading, as one of values where it is the name of an assay, with or without its unit."""
    title = re.sub(r"\s*[(\[][^()\[\]]*[)\]]$", "", heading.title)
    if heading.role == "value" or normal(title) not in {normal(name) for name in known}:
        return heading
    return replace(heading, role="value", rest=plain(title))


def _numbered(headings: list[Heading]) -> list[Heading]:
    """The headings, with R2 as the second replicate where R1 is the first, and not a coefficient."""
    first = any(one.replicate == 1 and one.title.lower() == "r1" for one in headings)
    return [
        replace(one, role="value", rest="", replicate=2) if first and one.title.lower() == "r2" else one
        for one in headings
    ]


def _of_predictions(headings: list[Heading]) -> list[Heading]:
    """The headings, those of the spread of a prediction told apart: `sd of IC50` behind `expected IC50`."""
    pairs = zip([Heading(""), *headings], headings, strict=False)
    return [
        replace(one, role="", rest=plain(one.title))
        if one.role in ("sd", "error") and re.match(r"expected|predicted", before.title, re.IGNORECASE)
        else one
        for before, one in pairs
    ]


def _believed(heading: Heading, cells: Sequence[str]) -> Heading:
    """The heading, unless its cells contradict it: substituents R1 and R2, and an operator that is a person."""
    filled = [tidy(cell) for cell in cells if cell.strip()]
    if heading.role == "relation" and plain(heading.title).startswith(("operator", "op")):
        signs = [cell for cell in filled if not re.search(r"\w", cell)]
        return heading if 2 * len(signs) > len(filled) else replace(heading, role="operator")
    if heading.role == "value" and not heading.kind and not heading.unit and not _are_numbers(filled):
        return replace(heading, role="", rest=plain(heading.title), replicate=None)
    return heading


def _are_numbers(filled: Sequence[str]) -> bool:
    """Whether the cells of a column are values, those without one left aside."""
    cells = [cell for cell in filled if not is_word(cell, "nothing", "wordy", "spoilt", "formula")]
    return sum(bool(_FIGURE.match(cell)) for cell in cells) >= _NUMBERED * len(cells) if cells else bool(filled)


def _molecules(
    headings: Sequence[Heading], header: Sequence[str], sample: Sequence[Sequence[str]]
) -> tuple[int | None, int | None]:
    """The columns of SMILES and names."""
    smiles = next((i for i, heading in enumerate(headings) if heading.role == "smiles"), None)
    name = next((i for i, heading in enumerate(headings) if heading.role == "name"), None)
    taken = {i for i, heading in enumerate(headings) if heading.role}
    if smiles is None:
        closed = taken | {i for i, title in enumerate(header) if is_name(title) and _are_short(sample, i)}
        free = [["" if i in closed else cell for i, cell in enumerate(row)] for row in sample]
        smiles = find_smiles(["" if i in closed else title for i, title in enumerate(header)], free)
    if name is None:
        name = find_name(header, sample, {smiles, *taken})
    if name is None and smiles is None:  # the first column of texts that are no values: what it is called is not known
        texts = [i for i in range(len(headings)) if i not in taken and all(i < len(row) and row[i] for row in sample)]
        name = next((i for i in texts if not _are_numbers([tidy(row[i]) for row in sample])), None)
    return smiles, name


def _are_short(sample: Sequence[Sequence[str]], i: int) -> bool:
    """Whether the cells are too short for molecules: names such as C1 and B read as SMILES too."""
    cells = [row[i] for row in sample if i < len(row) and row[i]]
    return sum(map(len, cells)) < _SHORTEST * len(cells)


def _values(
    headings: Sequence[Heading],
    sample: Sequence[Sequence[str]],
    molecules: tuple[int | None, int | None],
    grid: Grid,
    assay: str | None,
) -> list[int]:
    """The columns of values."""
    if molecules == (None, None):
        raise InputFileError(
            f"{grid.source} has no column of molecules; its columns are: {listed(grid.header)}; "
            "name it with --map 'COLUMN=smiles' or --map 'COLUMN=name'"
        )
    found = [i for i, heading in enumerate(headings) if heading.role == "value" and i not in molecules]
    if assay is not None and not found:
        found = [i for i, title in enumerate(grid.header) if normal(title) == normal(assay)]
    if not found:
        found = _like_values(headings, sample, molecules)
        if len(found) != 1:
            there = f"{len(found)} columns of numbers that it could be" if found else f"columns: {listed(grid.header)}"
            raise InputFileError(
                f"{grid.source} has no column that is known to hold results; {there}; say which with "
                f"--map '{grid.header[found[0]] if found else 'COLUMN'}=value'"
            )
    return _of_assay(found, headings, grid, assay)


def _like_values(
    headings: Sequence[Heading], sample: Sequence[Sequence[str]], molecules: tuple[int | None, int | None]
) -> list[int]:
    """Columns of numbers that are not known to be anything else."""
    found = []
    for i, heading in enumerate(headings):
        filled = [tidy(row[i]) for row in sample if i < len(row) and row[i].strip()]
        if not heading.role and i not in molecules and filled and _are_numbers(filled) and heading.rest:
            found.append(i)
    return found


def _of_assay(found: list[int], headings: Sequence[Heading], grid: Grid, assay: str | None) -> list[int]:
    """Of columns of several results those of the assay asked for."""
    groups = {(headings[i].rest, headings[i].kind.removeprefix("p"), headings[i].at) for i in found}
    if assay is None or len(groups) < 2 or any(heading.role == "assay" for heading in headings):
        return found
    names = [
        (
            normal(grid.header[i]),
            normal(headings[i].rest + headings[i].kind),
            normal(headings[i].rest),
            normal(headings[i].kind),
        )
        for i in range(len(headings))
    ]
    for place in range(4):
        if matching := [i for i in found if names[i][place] == normal(assay)]:
            return matching
    kinds = [i for i in found if headings[i].kind or headings[i].unit]
    if len({headings[i].kind.removeprefix("p") + headings[i].rest for i in kinds}) == 1:
        return kinds
    raise InputFileError(
        f"{grid.source} has results of several kinds: {listed([grid.header[i] for i in found])}; "
        f"say which is {assay!r} with --map '{grid.header[found[0]]}=value'"
    )


def _inherit(readouts: Sequence[Readout]) -> None:
    """Give replicate columns that say nothing the kind and unit of the one result beside them."""
    known = {(one.heading.kind, one.heading.unit) for one in readouts if one.heading.kind or one.heading.unit}
    if len(known) == 1:
        kind, unit = known.pop()
        for one in readouts:
            if one.heading.replicate is not None and not one.heading.kind:
                one.heading = replace(one.heading, kind=kind, unit=one.heading.unit or unit)


def _attach(readouts: Sequence[Readout], headings: Sequence[Heading]) -> None:
    """Give each column that says more about a value to the value it is about."""
    for i, heading in enumerate(headings):
        if heading.role in (*_BESIDE, *WIDE):
            alone = heading.role == "n" and not heading.rest and sum(other.role == "n" for other in headings) == 1
            for one in readouts if alone else _owners(i, heading, readouts):
                one.beside.setdefault(heading.role, []).append(i)
    for one in list(readouts):  # pIC50 beside IC50 is the same result: a check, and in its place where it is missing
        if one.heading.kind.startswith("p") and one.heading.unit == "p":
            other = [two for two in readouts if two.group == one.group and two.heading.unit != "p"]
            for two in other:
                two.beside.setdefault("p", []).append(one.at)


def _owners(i: int, heading: Heading, readouts: Sequence[Readout]) -> Sequence[Readout]:
    """The readouts that a column is about."""
    if len(readouts) < 2:
        return readouts
    same = [one for one in readouts if heading.rest and one.heading.rest == heading.rest]
    same = same or [one for one in readouts if heading.kind and one.heading.kind == heading.kind]
    if heading.role in WIDE:
        return [one for one in readouts if one.heading.rest == heading.rest] if same else readouts
    if heading.kind and len(narrow := [one for one in same if one.heading.kind == heading.kind]):
        same = narrow
    if same:
        return same
    before = [one for one in readouts if one.at < i]
    after = [one for one in readouts if one.at > i]
    if heading.role in ("unit", "kind"):
        return before[-1:] if before and before[-1].at == i - 1 else readouts
    if heading.role == "relation" and after and (after[0].at == i + 1 or not before):
        return after[:1]
    return before[-1:] or after[:1]


def _means(readouts: Sequence[Readout]) -> None:
    """Mark values that are means of replicate columns beside them, and give replicates one name."""
    for one in readouts:
        one.label = one.label or one.heading.title
        if one.heading.replicate is None:
            same = [
                two for two in readouts if two.heading.replicate is not None and two.heading.rest == one.heading.rest
            ]
            same = [two for two in same if two.heading.kind in ("", one.heading.kind)]
            one.mean_of = [two.at for two in same]
        else:
            same = [two for two in readouts if two.heading.replicate is not None and two.group == one.group]
        for two in same:
            two.label = one.label if one.heading.replicate is None or not two.label else two.label


def _notes(
    headings: Sequence[Heading], readouts: Sequence[Readout], molecules: tuple[int | None, int | None]
) -> list[str]:
    checks = {i for one in readouts for i in one.beside.get("p", [])}
    used = {i for one in readouts for places in one.beside.values() for i in places} | {one.at for one in readouts}
    said = [f"results in {', '.join(repr(one.heading.title) for one in readouts if one.at not in checks)}"]
    roles = [
        f"{role} '{headings[i].title}'"
        for i, role in sorted((i, role) for one in readouts for role, places in one.beside.items() for i in places)
    ]
    said += [f"with {', '.join(dict.fromkeys(roles))}"] if roles else []
    smiles, name = molecules
    said += [f"SMILES in '{headings[smiles].title}'"] if smiles is not None else []
    said += [f"names in '{headings[name].title}'"] if name is not None else []
    unread = [one.title for i, one in enumerate(headings) if i not in used and i not in molecules]
    said += [f"columns not read: {listed([repr(title) for title in unread])}"] if unread else []
    commas = [one.heading.title for one in readouts if one.style.startswith("comma")]
    said += [f"decimal commas in {', '.join(map(repr, commas))}"] if commas else []
    return said

"""The columns of a table of results told apart: molecules, values, and what belongs to each value."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from molgrad.assays.bare_replicates import inherit
from molgrad.assays.columns import are_numbers, headings_of, text_of_value
from molgrad.assays.grid import Grid
from molgrad.assays.heading import Heading
from molgrad.assays.lexicon import units
from molgrad.assays.numbers import Style, style_of, tidy
from molgrad.errors import InputFileError, listed
from molgrad.io.columns import find_smiles, normal
from molgrad.io.names import find_name, is_name

_NUMBERING = re.compile(r"(?:\b|_)(?:\w?id|no|nr|number|nummer|index|rank|order|position|barcode|key)$", re.IGNORECASE)
_OWN = re.compile("role|parent|change|hypothesis|expected .+")  # of a plate as `ask` writes it; no news to its reader
_SHORTEST = 8  # characters of the SMILES of a column that is called after names
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
    headings, sample = headings_of(grid, meanings, known)
    smiles, name = _molecules(headings, grid.header, sample)
    values = _values(headings, sample, (smiles, name), grid, assay)
    columns = [[text_of_value(row[i]) if i < len(row) else "" for _, row in grid.rows] for i in range(len(headings))]
    for i in values:
        if headings[i].fault:
            title = headings[i].title
            raise InputFileError(f"{grid.source}: column {title!r}: {headings[i].fault}; or --map '{title}=ignore'")
    readouts = [Readout(i, headings[i], style_of(columns[i])) for i in values]
    inherit(grid.source, readouts, columns)
    _attach(readouts, headings)
    _means(readouts)
    return Columns(smiles, name, readouts, headings, _notes(headings, readouts, (smiles, name)))


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
        name = next((i for i in texts if not are_numbers([tidy(row[i]) for row in sample])), None)
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
        if heading.role or i in molecules or not heading.rest or _NUMBERING.search(heading.rest):
            continue
        if filled and are_numbers(filled):
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


def _attach(readouts: Sequence[Readout], headings: Sequence[Heading]) -> None:
    """Give each column that says more about a value to the value it is about."""
    for i, heading in enumerate(headings):
        if heading.role in (*_BESIDE, *WIDE):
            alone = heading.role == "n" and not heading.rest and sum(other.role == "n" for other in headings) == 1
            for one in readouts if alone else _owners(i, heading, readouts):
                one.beside.setdefault(heading.role, []).append(i)
    _join(readouts)


def _join(readouts: Sequence[Readout]) -> None:
    """Give a result that stands twice, as IC50 and pIC50 or in two units, to the one that is told.

    The other one is a check, and in its place where it is missing.
    """
    groups: dict[tuple[str, str, str], list[Readout]] = {}
    for one in readouts:
        if one.heading.replicate is None and (_rank(one.heading) or one.heading.kind):
            groups.setdefault(one.group, []).append(one)
    for same in groups.values():
        first, *others = sorted(same, key=lambda one: -_rank(one.heading))  # the first of equals
        if _rank(first.heading):
            units_seen = {first.heading.unit}
            for one in others:
                if one.heading.unit not in units_seen:
                    first.beside.setdefault("p", []).append(one.at)
                    units_seen.add(one.heading.unit)


def _rank(heading: Heading) -> int:
    """How gladly a column of a concentration is told: in molar units, as a logarithm, without a unit."""
    if _is_molar(heading.unit):
        return 2
    return int(heading.unit in ("p", "log M"))


def _is_molar(unit: str) -> bool:
    return unit in units() and units()[unit].dimension == "molar"


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
        one.label = one.label or one.heading.assay or one.heading.title
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
    unread = [title for title in unread if not _OWN.fullmatch(title)]
    said += [f"columns not read: {listed([repr(title) for title in unread])}"] if unread else []
    commas = [one.heading.title for one in readouts if one.style.startswith("comma")]
    said += [f"decimal commas in {', '.join(map(repr, commas))}"] if commas else []
    return said

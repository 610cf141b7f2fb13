"""What the headings of a table say, with what the user says of them and what their cells contradict."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from molgrad.assays.grid import CellLike, Grid
from molgrad.assays.heading import Heading, asked_for, read_heading
from molgrad.assays.lexicon import is_property, is_word, kind_pattern, plain
from molgrad.assays.numbers import Figure, tidy
from molgrad.errors import InputFileError, listed
from molgrad.io.columns import normal

_SAMPLE = 200  # rows from which columns are told apart
_FIGURE = re.compile(r"[<>=~]*\s*[+-]?(?:\d|[.,]\d)[\d.,eE+-]*")
_UNIT = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")  # at the end of a heading
_NUMBERED = 0.6  # of the filled cells of a column of values that hold numbers


def headings_of(
    grid: Grid, meanings: Mapping[str, str], known: Collection[str]
) -> tuple[list[Heading], list[list[str]]]:
    """The headings of a table, and its first rows as texts.

    Args:
        grid: the table.
        meanings: by heading, what the user says that columns are.
        known: names of assays; a column called so holds values.

    Raises:
        InputFileError: a column that does not exist, or a meaning that is not known.
    """
    headings = _explained(grid, meanings, known)
    sample = [[text_of_value(cell) for cell in cells] for _, cells in grid.rows[:_SAMPLE]]
    sample = [cells for cells in sample if not is_description(cells)] or sample
    sure = {normal(title) for title in (*grid.told, *meanings)}
    return [
        heading if normal(grid.header[i]) in sure else _believed(heading, [row[i] for row in sample if i < len(row)])
        for i, heading in enumerate(headings)
    ], sample


def is_description(cells: Sequence[str]) -> bool:
    """Whether a row describes the columns, as the first ones of PubChem's tables do.

    Args:
        cells: of the row.
    """
    return any(cell.startswith("RESULT_") for cell in cells[:3])


def text_of_value(cell: CellLike) -> str:
    """The text of a cell, of a vault's object its number.

    Args:
        cell: any.
    """
    return cell if isinstance(cell, str) else Figure(cell.get("value") or "")


def _explained(grid: Grid, meanings: Mapping[str, str], known: Collection[str]) -> list[Heading]:
    headings = _numbered(_of_predictions([_known(read_heading(title), known) for title in grid.header]))
    standard = any(heading.title.lower().startswith("standard") and heading.role == "value" for heading in headings)
    if standard:  # ChEMBL: published columns stand beside those it has made comparable
        raw = {"value", "values", "relation", "units", "unit", "type", "activity value", "upper value", "text value"}
        headings = [replace(one, role="") if plain(one.title) in raw else one for one in headings]
    mapped = set[int]()
    for title, meaning in {**grid.told, **meanings}.items():
        places = [i for i, column in enumerate(grid.header) if column == title]
        places = places or [i for i, column in enumerate(grid.header) if normal(column) == normal(title)]
        if not places:
            raise InputFileError(f"{grid.source} has no column {title!r}; its columns are: {listed(grid.header)}")
        for i in places:
            told = _of_assay(grid.header[i], meaning, known) or asked_for(grid.header[i], meaning)
            if told is None:
                raise InputFileError(
                    f"--map {title!r}: {meaning!r} is not known; say {_named(known)}'value', 'value nM', a heading "
                    "such as 'IC50 (nM)', 'name', 'smiles', 'relation', 'unit', 'kind', 'sd', 'sem', 'n', 'qc', "
                    "'date', 'note' or 'ignore'"
                )
            headings[i] = told
            if told.role == "value" and title in meanings:
                mapped.add(i)
    if mapped:  # the user names the values: no other column is one
        headings = [
            replace(one, role="") if one.role == "value" and i not in mapped else one for i, one in enumerate(headings)
        ]
    return headings


def _of_assay(title: str, meaning: str, known: Collection[str]) -> Heading | None:
    """The heading of a column for which the user names the assay, such as `sol` or `sol (ug/mL)`; else None."""
    name = next((name for name in known if normal(name) == normal(_UNIT.sub("", meaning))), None)
    if name is None:
        return None
    own = read_heading(title)
    return replace(own, role="value", unit=read_heading(meaning).unit or own.unit, assay=name)


def _named(known: Collection[str]) -> str:
    return f"an assay of the campaign ({listed([repr(name) for name in known])}), " if known else ""


def _known(heading: Heading, known: Collection[str]) -> Heading:
    """The heading, as one of values where it is the name of an assay, with or without its unit."""
    title = _UNIT.sub("", heading.title)
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
    if heading.role == "kind" and 2 * sum(_is_kind(cell) for cell in filled) < len(filled):
        return replace(heading, role="", rest=plain(heading.title))  # samples and controls, say
    if heading.role == "value" and not heading.kind and not heading.unit and not are_numbers(filled):
        return replace(heading, role="", rest=plain(heading.title), replicate=None)
    return heading


def _is_kind(cell: str) -> bool:
    found = kind_pattern().match(cell)
    return is_property(cell) or (
        found is not None and plain(found["kind"]) not in ("control", "ctrl", "remaining", "bound")
    )


def are_numbers(filled: Sequence[str]) -> bool:
    """Whether the cells of a column are values, those without one left aside.

    Args:
        filled: the cells that are not empty.
    """
    cells = [cell for cell in filled if not is_word(cell, "nothing", "wordy", "spoilt", "formula")]
    if not cells:  # words alone: a column of verdicts, unless nothing was measured yet
        return not any(is_word(cell, "wordy") for cell in filled)
    return sum(bool(_FIGURE.match(cell)) for cell in cells) >= _NUMBERED * len(cells)

"""What the other columns of a row say about its value: spread, count, quality, place and time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from molgrad.assays.apart import take_apart
from molgrad.assays.cell import Cell, Told, spread
from molgrad.assays.heading import Heading
from molgrad.assays.lexicon import is_word, kind_of, kind_pattern, known_units, plain, unit_named, units
from molgrad.assays.numbers import NUMBER, NumberError, Style, read_number, style_for, style_of, tidy
from molgrad.assays.pieces import CellError
from molgrad.assays.quality import LONGEST
from molgrad.assays.scale import p_value
from molgrad.assays.value import Measured
from molgrad.errors import AssayUnitError

_CONCENTRATIONS = ("molar", "mass", "p", "log")
_ROUNDED = 1.05  # a value may lie so far outside its interval, both rounded
_TOLERANCE = 0.3  # log units between a value and its p-value: means of replicates differ so, slips of a unit do not


def told_by(told: Told, role: str, heading: Heading, cell: str) -> Told:
    """What is told of a cell, with what a column of units, kinds, qualifiers or doses adds.

    Args:
        told: so far.
        role: of the column.
        heading: of the column.
        cell: its text.

    Raises:
        CellError: a unit, qualifier or dose that is not known.
    """
    title = heading.title
    text = tidy(cell).strip("'\"")
    if not text or is_word(text, "nothing"):
        return told
    if role == "unit":
        unit, found = unit_named(text.strip("()[]")), kind_pattern().fullmatch(text)
        if unit is None and found is not None and kind_of(found)[1]:
            return replace(told, kind=kind_of(found)[0].name, unit=kind_of(found)[1])  # "pIC50" as a unit
        if unit is None:
            raise CellError(f"the unit {text[:40]!r} in column {title!r} is not known: write one of {known_units()}")
        if told.unit and told.unit != unit.name:
            raise CellError(f"the heading says {told.unit}, column {title!r} {unit.name}: make them agree")
        return replace(told, unit=unit.name)
    if role == "kind":
        found = kind_pattern().match(text)
        kind, unit_name = (kind_of(found)[0].name, kind_of(found)[1]) if found else (text[:60], "")
        return replace(told, kind=kind, unit=unit_name or told.unit)
    if role == "relation":
        relation = _relation_of(text)
        if not relation:
            raise CellError(f"the qualifier {text[:20]!r} in column {title!r} is not known: write <, <=, =, >=, > or ~")
        return replace(told, relation=relation)
    return replace(told, at=_dose(text, heading.unit))


def _relation_of(text: str) -> str:
    try:
        return take_apart(f"{text} 1", "point").relation if len(text) < 30 else ""
    except (CellError, NumberError):
        return ""


def _dose(text: str, unit: str) -> str:
    """The concentration of a cell, in its own unit or in that of its heading."""
    own = re.fullmatch(rf"(?P<number>{NUMBER})\s*(?P<unit>\D*)", text)
    named = unit_named(own["unit"] or unit) if own else None
    if own is None or named is None:
        raise CellError(f"the dose {text[:40]!r} is not understood: write it as '1 uM'")
    return f"{read_number(own['number'], style_of([text])):g} {named.name}"


def counted(text: str) -> int | None:
    """The number of measurements in a cell such as `3`, `n=3` or `3.0`; None where it says none.

    Args:
        text: the cell.
    """
    found = re.fullmatch(r"(?:n\s*=?\s*)?(\d{1,4})(?:[.,]0+)?(?:\s*x|\s*runs?)?", tidy(text), re.IGNORECASE)
    return int(found[1]) if found and int(found[1]) > 0 else None


def with_spread(cell: Cell, role: str, title: str, text: str, style: Style, unit: str) -> Cell:
    """The value with the error of a column of standard deviations, errors or variation.

    Args:
        cell: the value.
        role: "sd", "sem", "error" or "cv".
        title: heading of the column.
        text: its cell.
        style: how its numbers are written.
        unit: of its numbers; "" for the value's own.
    """
    value = cell.measured
    number = _number(text, style)
    if value is None or number is None:
        return _left_out(cell, title, text)
    if role == "cv":
        return _with(cell, f"CV {number:g}%", error=abs(value.value) * number / 100, error_kind="sd")
    factor = _factor(unit, value.unit)
    if factor is None or number < 0:
        return _left_out(cell, title, text)
    kind = role if role in ("sd", "sem") else ""
    return _with(cell, f"{kind.upper() or 'error'} {number * factor:g}", error=number * factor, error_kind=kind)


def with_interval(cell: Cell, low: str, high: str, style: Style, unit: str) -> Cell:
    """The value with the interval of two columns, which are one for `1.2-3.4`.

    Args:
        cell: the value.
        low: cell of the lower end.
        high: cell of the upper end; the same for a column of intervals.
        style: how numbers are written.
        unit: of the ends; "" for the value's own.
    """
    if cell.measured is None:
        return cell
    ends = _interval(low, high, style)
    factor = _factor(unit, cell.measured.unit)
    if ends is None or factor is None:
        note = "; ".join(dict.fromkeys(text.strip("() ") for text in (low, high) if re.search(r"[A-Za-z]{4}", text)))
        return _with(cell, f"interval: {note}" if note else "", **_noted(cell.measured, note))
    if cell.measured.error is not None:
        return cell
    if not ends[0] * factor <= cell.measured.value * _ROUNDED or ends[1] * factor * _ROUNDED < cell.measured.value:
        return Cell(cell.measured, f"{cell.said}; the interval {low}-{high} does not hold the value and is left out")
    error, kind = spread(*ends, cell.measured.unit)
    note = f"95% CI {ends[0] * factor:g}-{ends[1] * factor:g}"
    shown = f"{note}, a spread of {error:.3g} {'times or divided by' if kind == 'factor' else ''}".strip()
    return _with(cell, shown, error=error, error_kind=kind, **_noted(cell.measured, note))


def _interval(low: str, high: str, style: Style) -> tuple[float, float] | None:
    if low == high:
        try:
            pieces = take_apart(f"1 ({tidy(low).strip('()[]')})", style)
        except (CellError, NumberError):
            return None
        return None if pieces.low is None or pieces.high is None else (pieces.low, pieces.high)
    ends = _number(low, style), _number(high, style)
    return (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None and ends[0] < ends[1] else None


def _number(text: str, style: Style) -> float | None:
    try:
        return read_number(tidy(text).lstrip("±").strip().rstrip("%").strip(), style_for(text, style))
    except NumberError:
        return None


def _factor(unit: str, own: str) -> float | None:
    """What turns numbers of one unit into the other; None where they measure different things."""
    if not unit or unit == own or not own:
        return 1.0
    given, wanted = units()[unit], units()[own]
    if given.dimension != wanted.dimension or given.factor is None or wanted.factor is None:
        return None
    return given.factor / wanted.factor


def _left_out(cell: Cell, title: str, text: str) -> Cell:
    if not text.strip() or is_word(text, "nothing") or cell.measured is None:
        return cell
    return Cell(cell.measured, f"{cell.said}; {title} {text[:30]!r} not understood and left out")


def _with(cell: Cell, said: str, **fields: Any) -> Cell:
    if cell.measured is None:
        return cell
    measured = replace(cell.measured, **fields)
    return Cell(measured, f"{cell.said}; {said}" if said else cell.said)


def _noted(measured: Measured, note: str) -> dict[str, Any]:
    """The field `note` with a further remark."""
    return {"note": "; ".join(filter(None, (measured.note, note)))[:LONGEST]}


def with_note(cell: Cell, note: str) -> Cell:
    """The value with a further remark.

    Args:
        cell: the value.
        note: the remark.
    """
    return cell if cell.measured is None or not note else _with(cell, "", **_noted(cell.measured, note))


def with_texts(cell: Cell, texts: dict[str, str]) -> Cell:
    """The value with its plate, date and operator.

    Args:
        cell: the value.
        texts: fields of `Measured` that are texts.
    """
    return _with(cell, "", **texts)


def checked(cell: Cell, told: Told, title: str, again: Cell) -> Cell:
    """The value compared with the same one in another column, or that in its place where there is none.

    Args:
        cell: the value.
        told: what is said of it.
        title: heading of the other column.
        again: the value there.
    """
    other, linear = again.measured, units().get(told.unit)
    if cell.refused or other is None or (linear is not None and linear.dimension not in _CONCENTRATIONS):
        return cell
    if cell.measured is None:
        return Cell(other, f"{again.said}; in place of column {told.column!r}, which has no value")
    try:
        apart = abs(p_value(cell.measured)[0] - p_value(other)[0])
    except AssayUnitError:
        return cell
    if apart > _TOLERANCE:
        return Cell(
            None,
            "",
            f"{cell.measured} in column {told.column!r}, but {other} in column {title!r}: mend the wrong one, or "
            f"leave one out, as with --map '{title}=ignore'",
        )
    return Cell(cell.measured, f"{cell.said}; agrees with {title!r} ({other.value:.4g})")


def is_heading_again(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row repeats the headings.

    Args:
        cells: of the row.
        header: the headings.
    """
    pairs = [(cell, title) for cell, title in zip(cells, header, strict=False) if cell]
    return len(pairs) > 1 and all(plain(cell) and plain(title).startswith(plain(cell)) for cell, title in pairs)

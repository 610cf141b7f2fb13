"""One cell of a results table as a measured value, with a sentence on how it was read."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from molgrad.assays.apart import take_apart
from molgrad.assays.lexicon import is_word, kinds, units
from molgrad.assays.numbers import NumberError, Style, style_for, tidy
from molgrad.assays.pieces import CellError, Pieces
from molgrad.assays.scale import p_value
from molgrad.assays.value import Measured
from molgrad.errors import AssayUnitError, one_line, shorten

MAX_CELL = 400  # characters; a longer one is no measurement
_NORMAL = 1.959964  # standard deviations of half a 95 % interval
_ROUNDING = 0.06  # log units by which a value and its repetition may differ, both rounded
_LOGARITHMIC = ("p", "log M")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a cell beside it: by its heading, its row's other cells and its column.

    Attributes:
        column: the heading, for sentences.
        kind: of the results.
        unit: of the numbers.
        at: the concentration of an effect at one dose.
        relation: of a column of qualifiers.
        style: how the column writes numbers.
    """

    column: str = ""
    kind: str = ""
    unit: str = ""
    at: str = ""
    relation: str = ""
    style: Style = "unknown"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that was read.

    Attributes:
        measured: the value; None where there is none.
        said: what was understood and why.
        refused: why it is not understood and what to do; "" where it is.
    """

    measured: Measured | None
    said: str
    refused: str = ""


def read_cell(text: str, told: Told = Told()) -> Cell:
    """What a cell says: a value, that there is none, or why it is not understood.

    Args:
        text: the cell as written.
        told: what is said of it beside it.
    """
    raw = one_line(text) if len(text) <= MAX_CELL else shorten(text, 60)
    place = f"{raw!r} in column {told.column!r}" if told.column else repr(raw)
    if len(text) > MAX_CELL:
        return Cell(None, "", f"a cell of {len(text)} characters in column {told.column!r}: write the value alone")
    plain = tidy(text).strip("\"'")
    if (empty := _without_number(plain, place, told)) is not None:
        return empty
    try:
        pieces = take_apart(plain, style_for(text, told.style))
        measured = _measured(pieces, told, raw)
    except (CellError, NumberError, OverflowError) as error:
        return Cell(None, "", f"{place}: {error}")
    return Cell(measured, f"{place}: {_told(measured, pieces, told)}")


def _without_number(text: str, place: str, told: Told) -> Cell | None:
    """What a cell says that holds a word or nothing; None where it may hold a number."""
    if not text:
        return Cell(None, f"{place}: empty, no value")
    if is_word(text, "nothing"):
        return Cell(None, f"{place}: not measured, no value")
    if is_word(text, "wordy"):
        if told.unit == "%":
            return Cell(
                None, "", f"{place} gives no number: write the effect that was measured, such as '<5', or 'n.d.'"
            )
        remedy = "write the bound that was seen, such as '>30 uM' with the highest concentration tested, or 'n.d.'"
        remedy += f"; for all such cells --map '{text[:20]}=>30 uM'"
        return Cell(None, "", f"{place} gives no number: {remedy}")
    if is_word(text, "spoilt"):
        return Cell(None, f"{place}: a measurement without result, no value")
    if is_word(text, "formula"):
        return Cell(None, "", f"{place} is a formula or switch without a number: mend it in the spreadsheet")
    return None


def _measured(pieces: Pieces, told: Told, raw: str) -> Measured:
    kind, unit = _kind_and_unit(pieces, told)
    value, relation = _value(pieces, unit), _relation(pieces.relation, told.relation)
    if told.unit == "%" and pieces.unaffected:
        raise CellError("a column of percentages needs the effect that was measured: write it, such as '<5'")
    _check(value, kind, unit, raw)
    _check_dose(pieces, kind, unit)
    error, error_kind = _error(pieces, value, unit)
    notes = list(pieces.notes)
    if pieces.low is not None and pieces.high is not None:
        notes.append(f"interval {pieces.low:g}-{pieces.high:g}")
    at = pieces.at or (told.at if units().get(unit, None) is None or units()[unit].dimension == "percent" else "")
    measured = Measured(
        value, relation, unit, kind, error, error_kind, pieces.n, at, pieces.qc, note="; ".join(notes), raw=raw
    )
    for text in pieces.again:
        measured = _compared(measured, text, told)
    return measured


def _value(pieces: Pieces, unit: str) -> float:
    """The number, or the middle of a range: the geometric mean where the unit is not logarithmic."""
    if pieces.value is not None:
        return pieces.value
    if pieces.low is None or pieces.high is None:
        raise CellError("no number: write one, or 'n.d.'")
    pieces.relation = "~"
    linear = pieces.low <= 0 or unit in (*_LOGARITHMIC, "%")
    return (pieces.low + pieces.high) / 2 if linear else (pieces.low * pieces.high) ** 0.5


def _compared(measured: Measured, text: str, told: Told) -> Measured:
    """The value, if what the cell says again in brackets is the same."""
    again = read_cell(text, Told("", told.kind, style=told.style)).measured
    try:
        same = again is not None and abs(p_value(measured)[0] - p_value(again)[0]) < _ROUNDING
    except AssayUnitError:
        same = False
    if not same:
        raise CellError(f"'({text[:40]})' is not the same as {measured}: give each value a cell")
    return replace(measured, note="; ".join(filter(None, (measured.note, f"also written as {text}"))))


def _relation(cell: str, column: str) -> str:
    """The qualifier of a cell and of the column beside it; a column that says "=" where a cell has a bound yields."""
    if not column or column == cell or (column == "=" and cell):
        return cell or "="
    if cell in ("", "="):
        return column
    raise CellError(f"the cell says '{cell}' and the column of qualifiers '{column}': make them agree")


def _kind_and_unit(pieces: Pieces, told: Told) -> tuple[str, str]:
    """Kind and unit, those of the cell before those of the column where the two differ."""
    unit, kind = pieces.unit or told.unit, pieces.kind or told.kind
    if pieces.unit and not pieces.kind and kind and not _fits(kind, pieces.unit):
        kind = _turned(kind, pieces.unit)
    if pieces.kind and not pieces.unit and told.unit and not _fits(kind, told.unit):
        unit = ""
    if not unit and kind.startswith("p") and kind[1:] in kinds():
        unit = "p"
    return kind, unit


def _turned(kind: str, unit: str) -> str:
    """The kind of a value whose unit is not one of its column's kind: `63 %` in a column of IC50."""
    if unit == "p":
        return f"p{kind}" if kind in kinds() and kinds()[kind].scale == "molar" else ""
    if kind.startswith("p") and kind[1:] in kinds():
        return kind[1:] if _fits(kind[1:], unit) else "inhibition" if unit == "%" else ""
    return "inhibition" if unit == "%" else ""


def _fits(kind: str, unit: str) -> bool:
    """Whether a kind comes in a unit; a kind that is not known comes in any."""
    if kind.startswith("p") and kind[1:] in kinds():
        return unit == "p"
    if kind not in kinds() or unit not in units():
        return True
    scale, dimension = kinds()[kind].scale, units()[unit].dimension
    return dimension in scale.split() or (scale == "molar" and dimension in ("mass", "log"))


def _check(value: float, kind: str, unit: str, raw: str) -> None:
    """Refuse numbers that no such measurement can give."""
    linear = unit in units() and units()[unit].dimension in ("molar", "mass", "ratio", "time")
    if value <= 0 and (linear or (not unit and kind in kinds() and kinds()[kind].scale == "molar")):
        hint = "is it 'log M'?" if value < 0 else "write '<' and the lowest concentration tested"
        raise CellError(f"{value:g} {unit} is no {kind or 'amount'}: {hint}".replace("  ", " "))
    if unit == "p" and value < -2:
        raise CellError(f"a {kind or 'p-value'} of {value:g} is a log of the concentration: write '{raw} log M'")
    if unit == "log M" and value > 3:
        raise CellError(f"10^{value:g} mol/L is no concentration: is it a {'p' + kind if kind else 'p-value'}?")


def _check_dose(pieces: Pieces, kind: str, unit: str) -> None:
    """Refuse a dose beside what is no percentage: `63 @ 1 uM` in a column of IC50 is no 63 nM."""
    percent = unit == "%" or (kind in kinds() and kinds()[kind].scale == "percent")
    if pieces.at and not percent:
        raise CellError(f"an effect at one dose ({pieces.at}) needs its '%': write it as '63 % @ {pieces.at}'")


def _error(pieces: Pieces, value: float, unit: str) -> tuple[float | None, str]:
    """The spread and what it is; an interval that is not even is a factor, one standard deviation each way."""
    if pieces.error is not None:
        error = pieces.error
        if pieces.error_percent and not pieces.unit and unit != "%":
            raise CellError(f"the % may belong to the value or to its spread: write '{value:g} {unit} ± {error:g}%'")
        if pieces.error_percent and unit != "%":
            return abs(value) * error / 100, pieces.error_kind
        return error, pieces.error_kind
    if pieces.low is None or pieces.high is None:
        return None, ""
    return spread(pieces.low, pieces.high, unit)


def spread(low: float, high: float, unit: str) -> tuple[float, str]:
    """The error that a 95 % interval stands for.

    Args:
        low: its lower end.
        high: its upper end.
        unit: of both.

    Returns:
        On a logarithmic scale or of what may be negative half the width, "ci95"; else the geometric standard
        deviation, "factor".
    """
    if unit in (*_LOGARITHMIC, "%") or low <= 0:
        return (high - low) / 2, "ci95"
    return math.exp(math.log(high / low) / (2 * _NORMAL)), "factor"


def _told(measured: Measured, pieces: Pieces, told: Told) -> str:
    """The sentence on a value that was understood."""
    parts = [str(measured)]
    if measured.error is not None:
        kind = {"sd": "SD", "sem": "SEM", "ci95": "half a 95% interval", "factor": "one SD, times or divided by"}
        parts.append(f"spread {measured.error:.3g} ({kind.get(measured.error_kind, 'kind not said')})")
    if measured.n is not None:
        parts.append(f"n = {measured.n}")
    if measured.qc:
        parts.append("failed, kept and not used")
    if not measured.unit and (
        not measured.kind or (measured.kind in kinds() and kinds()[measured.kind].scale != "none")
    ):
        parts.append("no unit in cell or heading: the assay's own")
    if pieces.unit and told.unit and pieces.unit != told.unit:
        parts.append(f"the cell's unit {pieces.unit}, not the heading's {told.unit}")
    if told.kind and measured.kind != told.kind:
        parts.append(f"the cell's kind, not the heading's {told.kind}")
    if measured.note:
        parts.append(f"noted: {measured.note}")
    return "; ".join(parts)

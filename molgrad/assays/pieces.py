"""The pieces of a cell of results: spread, unit, dose, count and remark, each with its own pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from molgrad.assays.lexicon import is_property, is_word, kind_of, kind_pattern, unit_named, unit_pattern
from molgrad.assays.numbers import NUMBER, Style, read_number

BRACKETED = re.compile(r"[(\[{](?P<inner>[^()\[\]{}]*)[)\]}]")
_PM = r"(?:±|\+\s?/\s?-|\+-)"
_ERROR = re.compile(rf"{_PM}\s*(?P<number>{NUMBER})\s*(?P<percent>%)?")
_SPREAD = re.compile(
    r"(?:(?P<sem>s\.?e\.?m\.?|std\.? ?err(?:or)?|standard error|s\.?e\.?)|(?P<sd>s\.?\s?d\.?|st\.?\s?dev\.?|stdev"
    r"|standard deviation|stabw\.?)|(?P<factor>g\.?s\.?d\.?))(?![a-zA-Z])\s*[:=]?\s*"
    rf"(?:{_PM}?\s*(?P<number>{NUMBER}))?",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"n\s?[=:]?\s?(?P<n>\d{1,4})(?!\d|\s?[.,]\d|\s?[a-zA-Z])"
    r"|(?P<m>\d{1,3})\s?(?:runs|expts?|replicates|reps|measurements)\b",
    re.IGNORECASE,
)
_CI_WORDS = r"(?:95\s?%?\s?)?(?:ci|c\.i\.|confidence interval|konfidenzintervall|ki)(?:\s?95\s?%?)?|range|spanne"
_MOLAR = r"(?:[munp]M)(?![a-zA-Z/])"
INTERVAL = re.compile(
    rf"(?P<named>(?:{_CI_WORDS})\s*[:=,]?\s*)?[\[(]?\s*(?P<low>{NUMBER})\s*(?P<low_unit>{_MOLAR})?"
    rf"\s*(?:-|to|bis|à|\.{{3}}|;|,\s)\s*(?P<high>{NUMBER})\s*(?P<high_unit>{_MOLAR})?\s*[\])]?",
    re.IGNORECASE,
)
_AT = re.compile(
    rf"(?:@|at\b|bei\b|à\b|with\b|mit\b)\s*(?P<number>{NUMBER})\s*(?P<unit>[a-zA-Z%/]+)?(?!\S*\d)", re.IGNORECASE
)
_EFFECT = re.compile(rf"[<>~]?=?\s*{NUMBER}\s*%[^\d]*(?:{NUMBER}\s*[a-zA-Z/]+)?", re.IGNORECASE)
_DOSE = re.compile(rf"(?P<number>{NUMBER})\s*(?P<unit>[munp]M|[mun]g/mL)", re.IGNORECASE)
_APPROXIMATE = re.compile(r"(?:approx|ca|circa|about|estimated|est|extrapolated|~)\.?", re.IGNORECASE)
_FOOTNOTE = re.compile(r"[*#†‡§?!]+(?![a-zA-Z])|\^[a-z\d]{1,2}$")
# A remark that may hold figures: it has a word, and no amount, bound or potency that could be another value.
_WORD = re.compile(r"[^\W\d_]{3,}")
_AMOUNT = re.compile(rf"[<>=]\s*{NUMBER}\s*[a-zA-Z%]|{NUMBER}\s*(?:[munp]?M\b|[mun]?g/m?L)|[<>]", re.IGNORECASE)


@dataclass(slots=True)
class Pieces:
    """What stands in a cell; fields that it does not say are None or empty."""

    relation: str = ""
    value: float | None = None
    unit: str = ""
    kind: str = ""
    error: float | None = None
    error_percent: bool = False
    error_kind: str = ""
    low: float | None = None
    high: float | None = None
    n: int | None = None
    at: str = ""
    qc: str = ""
    unaffected: bool = False  # "inactive at 10 uM"
    again: list[str] = field(default_factory=list)  # the value in another unit, `7.46 (35 nM)`
    notes: list[str] = field(default_factory=list)


class CellError(ValueError):
    """A cell that is not understood; the message says why and what to do."""


def note_kind(found: re.Match[str], pieces: Pieces) -> None:
    """Keep the kind that was found.

    Args:
        found: of `kind_pattern`.
        pieces: of the cell.

    Raises:
        CellError: another kind or unit stands in the cell.
    """
    kind, unit = kind_of(found)
    if pieces.kind and pieces.kind != kind.name:
        raise CellError(f"'{pieces.kind}' and '{kind.name}' in one cell: give each a column")
    pieces.kind = kind.name
    note_unit(unit, pieces)


def note_unit(name: str, pieces: Pieces) -> None:
    """Keep the unit that was found.

    Args:
        name: of the unit; "" for none.
        pieces: of the cell.

    Raises:
        CellError: another unit stands in the cell.
    """
    if name and pieces.unit and name != pieces.unit:
        raise CellError(f"two units in one cell, {pieces.unit} and {name}: write one")
    pieces.unit = name or pieces.unit


def ends_of(found: re.Match[str], pieces: Pieces, style: Style) -> tuple[float, float]:
    """The ends of an interval, whose unit is noted.

    Args:
        found: of `INTERVAL`.
        pieces: of the cell.
        style: how the column writes numbers.

    Raises:
        CellError: they are not in order, or not in one unit.
    """
    low, high = read_number(found["low"], style), read_number(found["high"], style)
    if low >= high:
        raise CellError(f"'{found[0].strip()}' is no range from low to high: write the value, or low-high")
    units = [unit_named(found[group] or "") for group in ("low_unit", "high_unit")]
    if units[0] is not None and units[0] != units[1]:
        raise CellError(f"'{found[0].strip()}' has two units: write both ends in one")
    if units[1] is not None:
        note_unit(units[1].name, pieces)
    return low, high


_Taker = Callable[[str, Pieces, Style], str | None]


def take_one(text: str, pieces: Pieces, style: Style) -> str | None:
    """The text without its first piece, which is noted; None where no piece is known.

    Args:
        text: what is left of a cell.
        pieces: of the cell.
        style: how the column writes numbers.
    """
    for take in _TAKERS:
        rest = take(text, pieces, style)
        if rest is not None:
            return rest
    return None


def _take_error(text: str, pieces: Pieces, style: Style) -> str | None:
    found = _ERROR.match(text)
    if found is None:
        return None
    pieces.error, pieces.error_percent = abs(read_number(found["number"], style)), bool(found["percent"])
    return text[found.end() :]


def _take_spread(text: str, pieces: Pieces, style: Style) -> str | None:
    found = _SPREAD.match(text)
    if found is None or (found["number"] is None and pieces.error is None):
        return None
    pieces.error_kind = next(kind for kind in ("sem", "sd", "factor") if found[kind])
    if found["number"] is not None:
        pieces.error = read_number(found["number"], style)
    return text[found.end() :]


def _take_count(text: str, pieces: Pieces, _style: Style) -> str | None:
    found = _COUNT.match(text)
    if found is None:
        return None
    pieces.n = int(found["n"] or found["m"])
    return text[found.end() :]


def _take_interval(text: str, pieces: Pieces, style: Style) -> str | None:
    found = INTERVAL.match(text)
    if found is None or not found["named"] or pieces.value is None or pieces.low is not None:
        return None
    pieces.low, pieces.high = ends_of(found, pieces, style)
    return text[found.end() :]


def _take_at(text: str, pieces: Pieces, style: Style) -> str | None:
    found = _AT.match(text)
    if found is None:
        return None
    unit = unit_named(found["unit"] or "")
    number = read_number(found["number"], style)
    if unit is None or unit.dimension not in ("molar", "mass", "time"):
        raise CellError(f"'{found[0]}' is no dose: write it as '@ 1 uM'")
    pieces.at = f"{number:g} {unit.name}"
    return text[found.end() :]


def _take_unit(text: str, pieces: Pieces, _style: Style) -> str | None:
    found = unit_pattern().match(text)
    unit = unit_named(found[0]) if found else None
    if found is None or unit is None:
        return None
    note_unit(unit.name, pieces)
    return text[found.end() :]


def _take_kind(text: str, pieces: Pieces, _style: Style) -> str | None:
    found = kind_pattern().match(text)
    if found is None:
        return None
    note_kind(found, pieces)
    return text[found.end() :].lstrip(".")


def _take_footnote(text: str, pieces: Pieces, _style: Style) -> str | None:
    found = _FOOTNOTE.match(text)
    if found is None:
        return None
    pieces.notes.append(f"marked '{found[0]}'")
    return text[found.end() :]


def _take_brackets(text: str, pieces: Pieces, style: Style) -> str | None:
    """What stands in brackets: known pieces one after the other, the value again, or a remark."""
    found = BRACKETED.match(text)
    if found is None:
        return None
    inner = found["inner"].strip()
    dose = _DOSE.fullmatch(inner) if pieces.unit == "%" else None
    if pieces.error is not None and pieces.n is None and re.fullmatch(r"\d{1,3}", inner):
        pieces.n = int(inner)
    elif dose is not None:
        _take_at(f"@ {inner}", pieces, style)
    elif pieces.unit != "%" and _EFFECT.fullmatch(inner):
        pieces.notes.append(inner)
    elif is_word(inner, "remark failed"):
        pieces.qc = "failed"
        pieces.notes.append(inner)
    elif _is_again(inner):
        pieces.again.append(inner)
    else:
        _inside(inner, pieces, style)
    return text[found.end() :]


def _is_again(inner: str) -> bool:
    """Whether a bracket holds one number with a unit or kind: the value in other words."""
    rest = inner
    if kind := kind_pattern().match(rest):
        rest = rest[kind.end() :].lstrip(" :")
    number = re.match(rf"[<>=~]*\s*{NUMBER}\s*", rest)
    after = rest[number.end() :] if number else ""
    unit = unit_named(after)
    concentration = unit is not None and unit.dimension in ("molar", "mass", "log", "p")
    return number is not None and (concentration or (kind is not None and not after))


def _inside(inner: str, pieces: Pieces, style: Style) -> None:
    """The pieces in brackets, where an interval needs no name and a remark may be longer."""
    rest = inner
    while rest := rest.lstrip(" ,;:"):
        interval = INTERVAL.match(rest)
        if interval is not None and pieces.value is not None and pieces.low is None:
            pieces.low, pieces.high = ends_of(interval, pieces, style)
            rest = rest[interval.end() :]
            continue
        kind = kind_pattern().match(rest)
        shorter = (
            None if kind and rest[kind.end() :].lstrip()[:1] not in ("", ",", ";") else take_one(rest, pieces, style)
        )
        if shorter is None:
            _note(rest, inner, pieces)
            return
        rest = shorter


def _note(rest: str, inner: str, pieces: Pieces) -> None:
    """Keep a remark in brackets.

    Raises:
        CellError: it holds figures that may be another value.
    """
    if re.search(r"[\d<>=~%]", rest) and (not _WORD.search(rest) or _AMOUNT.search(rest)):
        raise CellError(f"'({inner[:60]})' is not understood: write 'n=3', '± 0.2', '95% CI 2.1-3.4' or a note")
    if _APPROXIMATE.fullmatch(rest):
        pieces.relation = pieces.relation.strip("=") or "~"
    pieces.notes.append(rest)


def _take_remark(text: str, pieces: Pieces, _style: Style) -> str | None:
    """A remark behind a comma or semicolon: words, the effect at one dose, a parameter of the curve."""
    remark = re.sub(r"^[,;]\s*", "", text)
    if remark == text:
        return text[1:].lstrip() if re.match(r"\.(?!\d)", text) else None
    parameter = is_property(remark.split(" ")[0]) and not _AMOUNT.search(remark)
    effect = pieces.unit != "%" and _EFFECT.fullmatch(remark)
    if not re.search(r"[\d<>=~%]", remark) or parameter or effect:
        pieces.notes.append(remark)
        pieces.qc = "failed" if is_word(remark, "remark failed") else pieces.qc
        return ""
    return remark


_TAKERS: tuple[_Taker, ...] = (
    _take_brackets, _take_error, _take_interval, _take_at, _take_count, _take_spread, _take_unit, _take_kind,
    _take_footnote, _take_remark,
)  # fmt: skip

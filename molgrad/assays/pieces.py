"""The pieces of a cell of results: spread, unit, dose, count and remark, each with its own pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from molgrad.assays.lexicon import is_word, kind_of, kind_pattern, unit_named, unit_pattern
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
INTERVAL = re.compile(
    rf"(?P<named>(?:{_CI_WORDS})\s*[:=]?\s*)?[\[(]?\s*(?P<low>{NUMBER})\s*(?:-|to|bis|à|\.{{3}}|;|,\s)\s*(?P<high>{NUMBER})\s*[\])]?",
    re.IGNORECASE,
)
_AT = re.compile(
    rf"(?:@|at\b|bei\b|à\b|with\b|mit\b)\s*(?P<number>{NUMBER})\s*(?P<unit>[a-zA-Z%/]+)?(?!\S*\d)", re.IGNORECASE
)
_EFFECT = re.compile(rf"[<>~]?=?\s*{NUMBER}\s*%[^\d]*(?:{NUMBER}\s*[a-zA-Z/]+)?", re.IGNORECASE)
_FOOTNOTE = re.compile(r"[*#†‡§]+|\^[a-z\d]{1,2}$")
_REMARK = re.compile(r"[;,]\s*(?P<text>[^\d<>=~%]+)$")


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


def ends_of(found: re.Match[str], style: Style) -> tuple[float, float]:
    """The ends of an interval.

    Args:
        found: with the groups `low` and `high`.
        style: how the column writes numbers.

    Raises:
        CellError: they are not in order.
    """
    low, high = read_number(found["low"], style), read_number(found["high"], style)
    if low >= high:
        raise CellError(f"'{found[0].strip()}' is no range from low to high: write the value, or low-high")
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
    if found is None or pieces.value is None or pieces.low is not None:
        return None
    bracketed = found[0].lstrip("cCiI95% :=").startswith(("(", "["))
    if not found["named"] and not bracketed:
        return None
    pieces.low, pieces.high = ends_of(found, style)
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
    """What stands in brackets: known pieces one after the other, or a remark without figures."""
    found = BRACKETED.match(text)
    if found is None:
        return None
    inner = found["inner"].strip()
    if pieces.error is not None and pieces.n is None and re.fullmatch(r"\d{1,3}", inner):
        pieces.n = int(inner)
    elif pieces.unit != "%" and _EFFECT.fullmatch(inner):
        pieces.notes.append(inner)
    elif is_word(inner, "qc failed"):
        pieces.qc = "failed"
        pieces.notes.append(inner)
    else:
        _inside(inner, pieces, style)
    return text[found.end() :]


def _inside(inner: str, pieces: Pieces, style: Style) -> None:
    rest = inner
    while rest := rest.lstrip(" ,;:"):
        shorter = take_one(rest, pieces, style)
        if shorter is None:
            if re.search(r"[\d<>=~%]", rest):
                raise CellError(f"'({inner[:60]})' is not understood: write 'n=3', '± 0.2', '95% CI 2.1-3.4' or a note")
            pieces.notes.append(rest)
            return
        rest = shorter


def _take_remark(text: str, pieces: Pieces, _style: Style) -> str | None:
    found = _REMARK.match(text)
    if found is not None:
        pieces.notes.append(found["text"].strip())
        pieces.qc = "failed" if is_word(found["text"].strip(), "qc failed") else pieces.qc
        return ""
    return text[1:].lstrip() if text[:1] in ",;" else None


_TAKERS: tuple[_Taker, ...] = (
    _take_error, _take_interval, _take_at, _take_count, _take_spread, _take_unit, _take_kind, _take_footnote,
    _take_brackets, _take_remark,
)  # fmt: skip

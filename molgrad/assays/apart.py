"""A cell of results taken apart: its qualifier first, then kind, number and what follows."""

from __future__ import annotations

import re

from molgrad.assays.lexicon import kind_pattern, known_units, unit_named, unit_pattern
from molgrad.assays.numbers import NUMBER, Style, joined_thousands, read_number
from molgrad.assays.pieces import BRACKETED, INTERVAL, CellError, Pieces, ends_of, note_kind, note_unit, take_one
from molgrad.assays.qualifier import take_qualifier

_NUMBER = re.compile(rf"[+-]?\s?10\s?\^\s?[+-]?\d+|{NUMBER}")
_UNAFFECTED = re.compile(
    r"(?:inactive|not active|no (?:inhibition|activity|effect|binding|response)|inaktiv|keine hemmung|inactif|i\.?a\.?)"
    r"\s*[,:(]?\s*(?:at|up to|@|bei|bis(?: zu)?|à|jusqu'à|to|>)\s*",
    re.IGNORECASE,
)
_DATE = re.compile(  # what spreadsheets make of 3.12, 12-3 and the like
    r"\d{1,4}\s?[-/]\s?\d{1,2}\s?[-/]\s?\d{1,4}(?!\d)|\d{1,2}\.\d{1,2}\.\d{4}\b"
    r"|(?:jan|feb|f\w{1,3}v|m[aä]r|mrz|apr|avr|ma[iy]|jun|jui|jul|aug|ao[uû]|sep|o[ck]t|nov|d[eé][cz])"
    r"\w*\.?[- ]\d{1,4}$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"(?:between|zwischen|entre|from|von|de)\s+(?P<low>{NUMBER})\s*(?:and|und|et|to|bis|à|-)\s*(?P<high>{NUMBER})",
    re.IGNORECASE,
)
_ENCLOSED = re.compile(rf"(?P<low>{NUMBER})\s*<=?\s*(?:x|IC50|EC50|K[id])\s*<=?\s*(?P<high>{NUMBER})", re.IGNORECASE)


def take_apart(text: str, style: Style) -> Pieces:
    """The pieces of a cell that holds a number.

    The qualifier is taken off before any unit is looked for: a reader of units takes ">10 uM" for 10 uM.

    Args:
        text: the cell, as `tidy` gives it.
        style: how the column writes numbers.

    Raises:
        CellError: a part of it is not understood.
        NumberError: a number that may mean two things.
    """
    pieces = Pieces()
    if unaffected := _UNAFFECTED.match(text):
        text = "> " + text[unaffected.end() :].rstrip(")")  # the highest concentration tested is a bound
        pieces.unaffected = True
        pieces.notes.append("inactive at the highest concentration")
    text = _between(text)
    rest = take_qualifier(_kind(take_qualifier(joined_thousands(text), pieces), pieces), pieces)
    rest = _opened(rest)
    rest = take_qualifier(_unit_first(rest, pieces), pieces)
    rest = _first_number(rest, pieces, style)
    while rest:
        shorter = take_one(rest, pieces, style)
        if shorter is None:
            raise CellError(_remains(rest))
        rest = shorter.strip()
    if pieces.error_percent and pieces.at and not pieces.unit:
        pieces.unit, pieces.error_percent = "%", False  # `45 ± 5 % @ 1 uM`
    if pieces.value is None and pieces.relation not in ("", "=", "~"):
        raise CellError("a qualifier before a range: write the bound alone")
    return pieces


def _between(text: str) -> str:
    """A range in words or signs as `low-high`: `between 30 and 40 nM`, `30 < IC50 < 40`."""
    found = _BETWEEN.match(text) or _ENCLOSED.match(text)
    return f"{found['low']}-{found['high']}{text[found.end() :]}" if found else text


def _remains(rest: str) -> str:
    """Why what follows a number is not understood."""
    word = re.match(r"[^\s(\[]+", rest)
    if word and word[0] in ("MM", "mm", "Mm", "m", "u", "n"):
        return f"the unit '{word[0]}' may be several: write one of {known_units()}"
    if "\ufffd" in rest or rest.startswith("?M"):
        return f"a sign in '{rest[:20]}' was lost when the file was saved: write the unit again, uM for micromolar"
    if word and word[0] == rest and rest[0].isalpha() and len(rest) < 12:
        return f"'{rest}' is no unit known here: write one of {known_units()}; remarks go into a column of notes"
    return f"'{rest[:60]}' after the number is not understood: write remarks into a column of notes"


def _kind(text: str, pieces: Pieces) -> str:
    """The text without the name of a kind at its beginning: `pIC50 7.2`, `IC50 > 10 uM`."""
    found = kind_pattern().match(text)
    if found is None:
        return text
    rest = text[found.end() :].lstrip(" :")
    inner = BRACKETED.match(rest)
    if inner is not None and (unit := unit_named(inner["inner"])) is not None:
        note_unit(unit.name, pieces)
        rest = rest[inner.end() :].lstrip(" :")
    note_kind(found, pieces)
    return rest


def _unit_first(text: str, pieces: Pieces) -> str:
    """The text without a logarithmic unit before the number: `log M -7.2`."""
    found = unit_pattern().match(text)
    unit = unit_named(found[0]) if found else None
    if found is None or unit is None or unit.dimension not in ("log", "p"):
        return text
    note_unit(unit.name, pieces)
    return text[found.end() :].lstrip(" :=")


def _opened(text: str) -> str:
    """The text without brackets around all of it, where they hold a range; bookkeepers write -35 as (35)."""
    whole = BRACKETED.fullmatch(text)
    return whole["inner"].strip() if whole and INTERVAL.fullmatch(text) else text


def _first_number(text: str, pieces: Pieces, style: Style) -> str:
    if _DATE.match(text):
        raise CellError(f"'{text[:40]}' looks like a date: format the column as text and write the number again")
    spread = INTERVAL.match(text)
    if spread and not spread["named"] and not set(",;") & set(text[spread.end("low") : spread.start("high")]):
        pieces.low, pieces.high = ends_of(spread, pieces, style)
        return text[spread.end() :].strip()
    found = _NUMBER.match(text)
    if found is None:
        raise CellError(
            f"{repr(text[:60]) if text else 'there'} is no number: write one, or 'n.d.' where nothing was measured"
        )
    rest = text[found.end() :]
    if not unit_pattern().match(rest.lstrip()) and re.match(r"\s?[-/.;|]\s?(?:[\d.<>]|[A-Za-zäé]{3,4}\b)", rest):
        raise CellError(f"'{text[:40]}' is a date or several values: give each value a row, in a column of texts")
    pieces.value = read_number(found[0], style)
    return rest.strip()

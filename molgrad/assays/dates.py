"""Days as laboratories write them, in ISO 8601 where they can be read in one way only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan januar january janv janvier", "feb februar february févr fev février", "mar mrz märz march mars maerz",
            "apr april avr avril", "may mai", "jun juni june juin", "jul juli july juil juillet",
            "aug august août aout", "sep sept september septembre", "oct okt oktober october octobre",
            "nov november novembre", "dec dez dezember december déc décembre",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_EARLIEST = 1970
_CENTURY = 70  # years of two digits from here on are of the last century
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})[./-]\s?(\d{4}|\d{2})(?: .*)?")
_WORDED = re.compile(r"(\d{1,2})[. /-]*\s?([^\W\d]+)[. /-]*\s?(\d{4}|\d{2})")
_AMERICAN = re.compile(r"([^\W\d]+)\.? (\d{1,2}),? (\d{4})")


def day_first(cells: Sequence[str]) -> bool | None:
    """Whether the numbers of a column of dates begin with the day: what those say that can be read in one way only.

    Args:
        cells: of the column.

    Returns:
        None where nothing says so.
    """
    found = [match for cell in cells if (match := _NUMBERS.fullmatch(cell.strip()))]
    if any(match[2] == "." or int(match[1]) > 12 for match in found):
        return True
    return False if any(int(match[3]) > 12 for match in found) else None


def iso(text: str, first: bool | None = None) -> str:
    """A day as `2026-03-12`; as written where it is none, or may be two days.

    Args:
        text: the cell.
        first: whether numbers begin with the day, of `day_first`.
    """
    bare = text.strip()
    if match := _ISO.fullmatch(bare) or _COMPACT.fullmatch(bare):
        return _day(match[1], match[2], match[3]) or bare
    if match := _NUMBERS.fullmatch(bare):
        first = True if match[2] == "." or int(match[1]) > 12 else False if int(match[3]) > 12 else first
        day, month = (match[1], match[3]) if first else (match[3], match[1])
        return (_day(match[4], month, day) if first is not None else "") or bare
    if match := _WORDED.fullmatch(bare):
        return _day(match[3], _MONTHS.get(match[2].lower(), 0), match[1]) or bare
    if match := _AMERICAN.fullmatch(bare):
        return _day(match[3], _MONTHS.get(match[1].lower(), 0), match[2]) or bare
    return bare


def odd(text: str, today: date) -> str:
    """What is odd of a day that a laboratory wrote, in words; empty where nothing is, or where it is no day in numbers.

    Args:
        text: as `iso` gave it.
        today: results are of this day or earlier; one day more is allowed, for laboratories further east.
    """
    bare = text.strip()
    found = _readings(bare)
    if found is None:
        return ""
    days = [day for day in found if day is not None]
    if not days:
        return f"its date {bare} is no day of the calendar"
    if min(days) > today + timedelta(days=1):
        return f"its date {bare} lies in the future"
    return f"its date {bare} lies before there were such assays" if max(days).year < _EARLIEST else ""


def _readings(bare: str) -> list[date | None] | None:
    """The days that a text may be, None for one that is not in the calendar; None for what is no date in numbers."""
    known = iso(bare)
    if _ISO.fullmatch(known) or _COMPACT.fullmatch(known):
        return [_date(known)]
    if match := _NUMBERS.fullmatch(bare):  # of two readings one has to be possible
        first, second = _day(match[4], match[3], match[1]), _day(match[4], match[1], match[3])
        return [_date(first)] if match[2] == "." else [_date(first), _date(second)]
    worded, american = _WORDED.fullmatch(bare), _AMERICAN.fullmatch(bare)
    word = worded[2] if worded else american[1] if american else ""
    return [None] if word.lower() in _MONTHS else None


def _date(text: str) -> date | None:
    """The day of an ISO text that may go on with the time."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _day(year: str, month: str | int, day: str) -> str:
    try:
        century = 0 if len(year) > 2 else 1900 if int(year) >= _CENTURY else 2000
        return date(century + int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""

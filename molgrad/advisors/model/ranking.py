"""Ranks and expectations as a model wrote them: read generously, and what cannot be read is told in a sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from molgrad.errors import plain, shorten

if TYPE_CHECKING:
    from molgrad.advisors.model.parser import Suggestion  # the parser reads with these functions

# A number alone, with the sign and the unit that models write: "+5", "-0.4 kcal/mol", "~ -0.4".
_NUMBER = re.compile(r"[~≈]?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?)\s*(?:kcal/mol)?", re.IGNORECASE)
_MAX_RANK = 1_000
_SHOWN = 40  # characters shown of what is no number
REACH = 10.0  # an expectation beyond so many times the parent's total (or 10, if that is more) is a slip
MAX_CHANGE = 1e6  # the same where the total is not known


def read_change(raw: Any) -> tuple[float | None, str]:
    """(expected change of the total, what was wrong with it); None where nothing is said or nothing can be read."""
    number = _number(raw)
    if number is not None or raw is None or isinstance(raw, dict | list) or (isinstance(raw, str) and not raw.strip()):
        return number, ""  # a mapping says what is expected of single terms; see the parser
    return None, f"the expectation {_quoted(raw)} is no number, so none is noted"


def read_rank(raw: Any) -> tuple[int, str]:
    """(rank, what was wrong with it); 0 where none is given or none can be read."""
    number = _number(raw)
    if number is not None and number == int(number) and 1 <= number <= _MAX_RANK:
        return int(number), ""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return 0, ""
    return 0, f"the rank {_quoted(raw)} is no whole number from 1 on, so it stands behind those with a rank"


def in_order(found: Sequence[Suggestion]) -> tuple[list[Suggestion], list[str]]:
    """The suggestions by rank, those without one last and in the order of the list; and what was odd, a sentence each.

    Args:
        found: in the order of the answer.
    """
    given = [one.rank for one in found if one.rank]
    if not given:
        notes = ["Nothing was ranked: the order of the list counts."] if len(found) > 1 else []
        return list(found), notes
    twice = sorted({rank for rank in given if given.count(rank) > 1})
    notes = [f"Rank {rank} was given {given.count(rank)} times: the first of the list goes first." for rank in twice]
    if unranked := len(found) - len(given):
        notes.append(f"{unranked} of {len(found)} proposals without a rank: they come last, in the order of the list.")
    return sorted(found, key=lambda one: one.rank or _MAX_RANK + 1), notes


def credible(suggestion: Suggestion, total: float | None) -> tuple[Suggestion, str]:
    """The suggestion without an expectation that cannot be meant, and a sentence about that.

    Args:
        suggestion: as it was read.
        total: of its parent; None where that is not known.
    """
    limit = MAX_CHANGE if total is None else REACH * max(REACH, abs(total))
    if suggestion.change is None or abs(suggestion.change) <= limit:
        return suggestion, ""
    against = "" if total is None else f" beside a total of {total:.2f}"
    why = f"an expected change of {suggestion.change:g}{against} is not credible, so none is noted"
    return replace(suggestion, change=None), why


def _number(raw: Any) -> float | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str):
        match = _NUMBER.fullmatch(raw.strip().replace("\u2212", "-"))
        raw = match and float(match[1])
    try:
        return float(raw) if isinstance(raw, int | float) and math.isfinite(raw) else None
    except OverflowError:  # a whole number with hundreds of digits
        return None


def _quoted(raw: Any) -> str:
    return f'"{shorten(plain(str(raw)), _SHOWN)}"'

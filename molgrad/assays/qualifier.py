"""The qualifier of a cell, in signs or words: what makes a number a bound."""

from __future__ import annotations

import re

from molgrad.assays.lexicon import qualifiers
from molgrad.assays.pieces import CellError, Pieces

_SIGN = re.compile(r"(?P<sign>>\s?=|=\s?>|<\s?=|=\s?<|>>|<<|>\s?or\s?=|<\s?or\s?=|>|<|=|~)")
_RELATIONS = {"=>": ">=", "=<": "<=", ">>": ">", "<<": "<", ">or=": ">=", "<or=": "<="}


def take_qualifier(text: str, pieces: Pieces) -> str:
    """The text without the qualifiers at its beginning, which are noted.

    Args:
        text: a cell, or what is left of it.
        pieces: of the cell.

    Raises:
        CellError: two that contradict one another.
    """
    end, sign = _found(text)
    if not end:
        return text
    rest = text[end:].lstrip()
    if pieces.relation in ("", "=") or sign == pieces.relation:
        pieces.relation = sign
    elif {pieces.relation, sign} in ({"~", "="}, {">", "="}, {"<", "="}, {">=", "="}, {"<=", "="}):
        pass
    elif {pieces.relation, sign} == {"~", ">"} or {pieces.relation, sign} == {"~", "<"}:
        pieces.relation = sign.replace("~", pieces.relation)
    else:
        raise CellError(f"the qualifiers '{pieces.relation}' and '{sign}' contradict one another: write one")
    return take_qualifier(rest, pieces) if _SIGN.match(rest) else rest


def _found(text: str) -> tuple[int, str]:
    """Where the qualifier at the beginning of a text ends, and its relation; 0 and "" where there is none."""
    if found := _SIGN.match(text):
        sign = found["sign"].replace(" ", "")
        return found.end(), _RELATIONS.get(sign, sign)
    if text[:1].isdigit():
        return 0, ""  # the usual case
    worded = ((found.end(), meant) for pattern, meant in qualifiers() if (found := pattern.match(text)))
    return next(worded, (0, ""))

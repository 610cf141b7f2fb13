"""Flags of quality and remarks of a row, in the words of laboratories."""

from __future__ import annotations

import re
from collections.abc import Sequence

from molgrad.assays.lexicon import is_word
from molgrad.assays.numbers import tidy
from molgrad.assays.pieces import CellError
from molgrad.assays.value import FAILED

LONGEST = 1000  # characters of a remark that are kept
# Headings under which "yes" means that the measurement failed.
_NEGATIVE = re.compile(r"fail|exclu|outlier|reject|invalid|flag|error|ungültig", re.IGNORECASE)
_BOTH = re.compile(r"q[ca]\W*flag", re.IGNORECASE)
# Headings under which every word must be known.
_STRICT = re.compile(r"qc|qa|valid|pass|fail|outlier|exclu|reject|flag|gültig|freigabe", re.IGNORECASE)


def quality(title: str, cell: str) -> tuple[str, str]:
    """What a flag says of a measurement: "" or "failed", and what to note.

    Args:
        title: heading of its column.
        cell: the flag.

    Raises:
        CellError: neither yes nor no.
    """
    text = tidy(cell)
    bad = is_word(text, "qc failed")
    if _BOTH.search(title) and is_word(text, "yes", "no"):
        raise CellError(f"{text!r} in column {title!r} may be good or bad: write pass or fail")
    if not text or is_word(text, "qc passed") or (is_word(text, "nothing") and not bad) or _passes(title, text):
        return "", ""
    if is_word(text, "qc doubt") or not (_STRICT.search(title) or bad or is_word(text, "yes", "no")):
        return "", f"{title}: {text}"  # a status may be that of an order
    if is_word(text, "yes", "no") or is_word(text.split(":")[0].split(" - ")[0].split("(")[0], "qc failed"):
        return FAILED, f"{title}: {text}"
    raise CellError(
        f"{text[:60]!r} in column {title!r} says neither pass nor fail: write one of these, or map it to 'note'"
    )


def _passes(title: str, text: str) -> bool:
    """Whether yes or no in a column of this name is good news."""
    negative = bool(_NEGATIVE.search(title))
    return is_word(text, "no") if negative else is_word(text, "yes") and text.lower() != "x"


def remarks(titles: Sequence[str], cells: Sequence[str]) -> str:
    """The remarks of a row's columns of notes as one text, with their headings where there are several.

    Args:
        titles: headings.
        cells: texts.
    """
    filled = [(title, " ".join(cell.split())) for title, cell in zip(titles, cells, strict=True) if cell.strip()]
    filled = [(title, text) for title, text in filled if not is_word(text, "nothing")]
    if len(filled) == 1:
        return filled[0][1][:LONGEST]
    return "; ".join(f"{title}: {text}" for title, text in filled)[:LONGEST]

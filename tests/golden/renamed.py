"""Words that were renamed since the runs were recorded: the values must be the same, their names need not."""

from __future__ import annotations

import re

COLUMNS: dict[str, str] = {}
WORDS: dict[str, str] = {}
_RESIDUE = re.compile(r"\b([A-Z])([a-z]{2})(-?\d+):(\w)\b")  # Glu30:A was how facts wrote it


def column(name: str) -> str:
    """The present name of a recorded column."""
    return COLUMNS.get(name, name)


def words(text: str) -> str:
    """A recorded text in the present words."""
    text = _RESIDUE.sub(lambda found: f"{found[4]}:{(found[1] + found[2]).upper()}{found[3]}", text)
    for old, new in WORDS.items():
        text = text.replace(old, new)
    return text

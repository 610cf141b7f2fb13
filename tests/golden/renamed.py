"""Words that were renamed since the runs were recorded: the values must be the same, their names need not."""

from __future__ import annotations

import re

COLUMNS = {"rotors": "rotatable_bonds", "sane": "passes_filters"}
WORDS = {
    r"\brotors\b": "rotatable bonds", r"\brotor\b": "rotatable bond", "pose_room": "pose_growth",
    "pose_idle": "pose_inefficient", "pose_facing": "pose_like_polar", "pose_missed": "pose_unsatisfied",
    "room to grow at": "growth vector at", " has no partner, ": " is an unsatisfied site, ",
    "built on a relative's pose": "seeded from the parent's pose",
}  # fmt: skip
_RESIDUES_RENAMED = True
_RESIDUE = re.compile(r"\b([A-Z])([a-z]{2})(-?\d+):(\w)\b")  # Glu30:A was how facts wrote it


def column(name: str) -> str:
    """The present name of a recorded column."""
    return COLUMNS.get(name, name)


def words(text: str) -> str:
    """A recorded text in the present words."""
    if _RESIDUES_RENAMED:
        text = _RESIDUE.sub(lambda found: f"{found[4]}:{(found[1] + found[2]).upper()}{found[3]}", text)
    for old, new in WORDS.items():
        text = re.sub(old, new, text)
    return text

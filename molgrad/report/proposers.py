"""Who proposed a molecule, in a chemist's words."""

from __future__ import annotations

_WORDS = {
    "": "the user",
    "user": "the user",
    "chemist": "the built-in chemist, for what the pose or the properties lack",
    "exploration": "the built-in chemist's scan of single changes",
    "combination": "joining two changes that were good apart",
    "crossover": "joining parts of two good molecules",
    "several steps": "the built-in chemist, several changes in a row",
    "assembly": "joining building blocks to a new scaffold",
    "partner exchange": "a partner of the last reaction exchanged from stock",
    "library": "choice from the user's library",
    "agent": "an agent at work on the run",
}


def proposer(advisor: str) -> str:
    """Who or what proposed a molecule; a model or an advisor of another package by its own name.

    Args:
        advisor: as its proposal names it.
    """
    return _WORDS.get(advisor, advisor)

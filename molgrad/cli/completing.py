"""What the shell offers for a word that is half typed."""

from __future__ import annotations


def receptor_names(incomplete: str) -> list[str]:
    """The receptors whose names begin so.

    Args:
        incomplete: what was typed of the name.
    """
    from molgrad.receptors.receptor import list_receptors

    return [name for name in list_receptors() if name.lower().startswith(incomplete.lower())]

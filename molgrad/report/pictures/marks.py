"""How each kind of contact is drawn: its colour and its words in the legend, the same in 2D and in 3D."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from molgrad.interactions import kinds
from molgrad.interactions.drawn import Contact

# Source of the hues: M. Okabe, K. Ito, "Color Universal Design", 2008.
BLUE, VERMILLION, GREEN, PURPLE, SKY, ORANGE = "#0072B2", "#D55E00", "#009E73", "#B0508A", "#56B4E9", "#B37700"
GREY = "#7A7A7A"


class Mark(NamedTuple):
    """How a kind of contact is drawn.

    Attributes:
        colour: as in HTML.
        words: in a legend.
        dash: pixels of a dash and of the gap behind it; both 0 for a solid line.
    """

    colour: str
    words: str
    dash: tuple[float, float]


MARKS = {
    kinds.HBOND: Mark(BLUE, "hydrogen bond, arrow to the acceptor", (6.0, 4.0)),
    kinds.HBOND_BENT: Mark(GREY, "bent hydrogen bond, counted by Vina", (2.0, 4.0)),
    kinds.SALT_BRIDGE: Mark(PURPLE, "salt bridge", (9.0, 3.0)),
    kinds.LIKE_POLAR: Mark(VERMILLION, "polar atoms that repel", (2.0, 3.0)),
    kinds.CLASH: Mark(VERMILLION, "clash", (0.0, 0.0)),
    kinds.HYDROPHOBIC: Mark(GREEN, "hydrophobic contact", (0.0, 0.0)),
    kinds.GROWTH: Mark(ORANGE, "room to grow", (0.0, 0.0)),
    kinds.EXPOSED: Mark(SKY, "open to water", (0.0, 0.0)),
}
# Contacts of one atom with one atom, which are drawn as lines; hydrophobic ones are of whole groups.
CLASHES = 2  # lines to one residue: more could not be told apart
LINES = (kinds.HBOND, kinds.SALT_BRIDGE, kinds.LIKE_POLAR, kinds.HBOND_BENT, kinds.CLASH)


def lines(found: Sequence[Contact]) -> list[Contact]:
    """The contacts that are drawn as lines: of one atom with one residue the first of `LINES` alone.

    Args:
        found: contacts of a pose, of each kind the strongest first.

    Returns:
        In the order of `LINES`; of the clashes with one residue two at most.
    """
    first: dict[tuple[int, str], Contact] = {}
    clashes: Counter[str] = Counter()
    for one in sorted((one for one in found if one.kind in LINES), key=lambda one: LINES.index(one.kind)):
        if (one.atom, one.residue) in first or clashes[one.residue] == CLASHES:
            continue
        clashes[one.residue] += one.kind == kinds.CLASH
        first[one.atom, one.residue] = one
    return list(first.values())


def mark_of(kind: str) -> Mark:
    """The mark of a kind of contact.

    Args:
        kind: one of `interactions.kinds`.
    """
    return MARKS[kind]

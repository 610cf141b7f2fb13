"""How far a pose has moved from another molecule's: the RMSD of what the two have in common."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from rdkit import Chem

from molgrad.docking.common_core import cores

SAME_MODE = 2.0  # Å; the usual limit below which two poses count as one binding mode


@lru_cache(maxsize=512)
def core_shift(pose: str, reference: str) -> float | None:
    """RMSD between the common core's places in two poses in one frame, Å; nothing is aligned.

    Atoms that are equivalent in the reference may swap, as those of a phenyl ring do.

    Args:
        pose: mol block of a molecule's pose.
        reference: mol block of the pose that it is compared with.

    Returns:
        None where the two share too little, or one cannot be read.
    """
    own, other = Chem.MolFromMolBlock(pose), Chem.MolFromMolBlock(reference)
    ways = [] if own is None or other is None else cores(own, other)
    if not ways:
        return None
    here, there = own.GetConformer().GetPositions(), other.GetConformer().GetPositions()
    ranks = np.array(list(Chem.CanonicalRankAtoms(other, breakTies=False)))

    def squared(atom: int, place: int) -> float:
        """To the nearest of the equivalent places, Å²."""
        return float(((there[ranks == ranks[place]] - here[atom]) ** 2).sum(axis=1).min())

    return min(round(float(np.sqrt(np.mean([squared(*pair) for pair in core.pairs]))), 3) for core in ways)

"""What filling a place does to a molecule beside its docking: drug-likeness, rotatable bonds, stereocentres."""

from __future__ import annotations

from functools import lru_cache

from molgrad.chem.descriptors import describe
from molgrad.chem.grafting import GraftError, graft
from molgrad.errors import InvalidMoleculeError

_COUNTED = {"rotatable_bonds": "rotatable bond", "stereocentres": "stereocentre"}


@lru_cache(maxsize=2_000)
def methyl_net(smiles: str, atom: int) -> str:
    """The changes that a methyl in place of a hydrogen brings, in words; empty where none can be put there.

    Args:
        smiles: the molecule.
        atom: its index along the canonical SMILES.

    Returns:
        Such as "a methyl there: QED -0.02, no new rotatable bond, 1 new stereocentre".
    """
    try:
        made = graft(smiles, "grow", [atom], "C")
        before, after = describe(smiles), describe(made[0]) if made else {}
    except (GraftError, InvalidMoleculeError):
        return ""
    if not after:
        return ""
    new = {name: round(after[key] - before[key]) for key, name in _COUNTED.items()}
    counts = [f"{max(0, n) or 'no'} new {name}{'s' if n > 1 else ''}" for name, n in new.items()]
    return ", ".join([f"a methyl there: QED {after['qed'] - before['qed']:+.2f}", *counts])

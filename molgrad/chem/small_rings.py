"""Double bonds that a SMILES draws trans within a small ring, which RDKit reads as cis without a word."""

from __future__ import annotations

from rdkit import Chem

SMALLEST = 8  # atoms of the smallest ring with a trans double bond that can be kept: trans-cyclooctene


def trans_in_small_rings(text: str) -> list[tuple[tuple[int, int], int]]:
    """The atoms of each such bond, in the order of writing, and the size of its ring.

    Args:
        text: a SMILES that RDKit can read.
    """
    if "=" not in text or ("/" not in text and "\\" not in text):
        return []
    parameters = Chem.SmilesParserParams()
    parameters.sanitize = False
    parameters.removeHs = False
    raw, sound = Chem.MolFromSmiles(text, parameters), Chem.MolFromSmiles(text, sanitize=False)
    if raw is None or sound is None:
        return []
    Chem.FastFindRings(raw)
    Chem.SetBondStereoFromDirections(raw)
    Chem.SanitizeMol(sound)
    found = []
    for bond, read in zip(raw.GetBonds(), sound.GetBonds(), strict=True):
        if bond.GetStereo() not in (Chem.BondStereo.STEREOTRANS, Chem.BondStereo.STEREOCIS) or read.GetIsAromatic():
            continue
        ends = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        for ring in raw.GetRingInfo().AtomRings():
            if len(ring) < SMALLEST and set(ends) <= set(ring) and _is_trans(bond, set(ring)):
                found.append((ends, len(ring)))
    return found


def _is_trans(bond: Chem.Bond, ring: set[int]) -> bool:
    """Whether the ring goes on at opposite sides of the double bond."""
    inside = sum(at in ring for at in bond.GetStereoAtoms())
    # Where one of the two marked neighbours hangs outside, the ring's own neighbour lies on the other side.
    return bool((bond.GetStereo() == Chem.BondStereo.STEREOTRANS) is (inside != 1))

"""Which atoms of a molecule and its parent are marked as changed: the groups that a chemist would name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rdkit import Chem

from molgrad.chem.matched_pair import Change
from molgrad.chem.parse import read


def lost(found: Change) -> set[int]:
    """The parent's atoms that are marked: those it loses, or where nothing is lost, those at which something comes.

    Args:
        found: the net change.
    """
    atoms = set(found.lost)
    for place in found.where:
        if not place.lost:
            atoms |= place.ends
    parent, child = _molecules(found)
    return _whole(atoms, found.lost, parent, child, dict(found.core)) | {a for a, _ in _turned(found)}


def gained(found: Change) -> set[int]:
    """The child's atoms that are marked: those it gains, or where nothing is gained, those at which something left.

    Args:
        found: the net change.
    """
    core, atoms = dict(found.core), set(found.gained)
    for place in found.where:
        if not place.gained:
            atoms |= {core[i] for i in place.ends if i in core}
    parent, child = _molecules(found)
    back = {b: a for a, b in found.core}
    return _whole(atoms, found.gained, child, parent, back) | {b for _, b in _turned(found)}


def _whole(marked: set[int], new: Collection[int], mol: Chem.Mol, other: Chem.Mol, core: Mapping[int, int]) -> set[int]:
    """The marked atoms with those that belong to the same group, though both molecules have them.

    The common core may hold the carbon of a nitrile that came for an ethyl group, or half of a ring that grew.

    Args:
        marked: of `mol`.
        new: atoms of `mol` that `other` has not.
        mol: the molecule.
        other: the one that it is compared with.
        core: atoms of `mol` with their counterparts.
    """
    found = set(marked)
    for i in new:
        for near in mol.GetAtomWithIdx(i).GetNeighbors():
            at = near.GetIdx()
            if at in core and not near.IsInRing():
                before = other.GetAtomWithIdx(core[at])
                if near.GetHybridization() != before.GetHybridization():
                    found.add(at)
    rings = {frozenset(ring) for ring in other.GetRingInfo().AtomRings()}
    for ring in mol.GetRingInfo().AtomRings():
        held = [core[i] for i in ring if i in core]
        sized = (one for one in rings if len(one) != len(ring))  # where a ring's atom was exchanged, that atom alone
        opened = [one for one in sized if any(i in one for i in held) and not _kept(one, mol, core)]
        if opened and frozenset(held) not in rings:
            found |= {i for i in ring if i not in core or any(core[i] in one for one in opened)}
    return found


def _kept(ring: frozenset[int], mol: Chem.Mol, core: Mapping[int, int]) -> bool:
    """Whether a ring of the other molecule is one of this, too."""
    there = {at for at, i in core.items() if i in ring}
    return len(there) == len(ring) and any(set(one) == there for one in mol.GetRingInfo().AtomRings())


def _molecules(found: Change) -> tuple[Chem.Mol, Chem.Mol]:
    return read(found.parent).mol, read(found.child).mol


def _turned(found: Change) -> list[tuple[int, int]]:
    """Of stereoisomers the atoms that differ: stereocentres, and ends of double bonds."""
    if found.where or not found.places:
        return []
    sides = _molecules(found)
    centres = [dict(Chem.FindMolChiralCenters(mol, includeUnassigned=True)) for mol in sides]
    bonds = [
        {atom: bond.GetStereo() for bond in mol.GetBonds() for atom in (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
         if bond.GetStereo() != Chem.BondStereo.STEREONONE}
        for mol in sides
    ]  # fmt: skip
    return [(a, b) for a, b in found.core if any(k[0].get(a) != k[1].get(b) for k in (centres, bonds))]

"""A chemist's words for changes of rings: exchanged whole, fused, widened, one atom in place of another."""

from __future__ import annotations

from collections.abc import Iterable

from rdkit import Chem

from molgrad.chem.change_side import Side
from molgrad.chem.naming import substituent
from molgrad.chem.places import end_rings
from molgrad.chem.positions import labelled, position


def end_ring_exchanged(old: Side, new: Side) -> str:
    """A ring at an end of the molecule, exchanged whole: `phenyl -> 4-pyridyl`.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    in_ring = any(side.mol.GetAtomWithIdx(i).IsInRing() for side in (old, new) for i in side.changed)
    if not in_ring and len(old.ends) < 2:
        return ""
    for ours in end_rings(old.smiles):
        for theirs in end_rings(new.smiles):
            inside = old.changed <= ours and new.changed <= theirs
            if inside and set(old.ends) & ours and set(new.ends) & theirs:
                names = [_whole(side, unit) for side, unit in ((old, ours), (new, theirs))]
                if all(names) and names[0] != names[1] and not any(name.startswith("*") for name in names):
                    return f"{names[0]}{which(old, names[0])} -> {names[1]}"
    return ""


def which(old: Side, name: str) -> str:
    """The place of a ring at an end where the molecule has several of its name, to follow the name.

    Args:
        old: the place in the parent.
        name: of the ring, as a substituent.
    """
    if sum(_whole(old, unit) == name for unit in end_rings(old.smiles)) < 2:
        return ""
    place = _borne_at(old, end_rings(old.smiles), name)
    return f" {place}" if place else ""


def _borne_at(old: Side, units: Iterable[frozenset[int]], name: str) -> str:
    touched = set(old.ends) | old.changed
    for unit in units:
        if unit & touched and _whole(old, unit) == name:
            for i in unit:
                for near in old.mol.GetAtomWithIdx(i).GetNeighbors():
                    if near.GetIdx() not in unit:
                        return position(old.smiles, near.GetIdx(), unit)
    return ""


def _whole(side: Side, unit: frozenset[int]) -> str:
    for bond in side.mol.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if (a in unit) != (b in unit):
            return substituent(side.smiles, *((a, b) if a in unit else (b, a)))
    return ""


def ring_changed(old: Side, new: Side) -> str:
    """Atoms of a ring exchanged, a ring fused on, widened or narrowed.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    in_ring = [[i for i in side.changed if side.mol.GetAtomWithIdx(i).IsInRing()] for side in (old, new)]
    whole = [_is_ring_whole(old, in_ring[0]), _is_ring_whole(new, in_ring[1])]
    if not (in_ring[0] or in_ring[1]) or (whole[0] and whole[1]) or (all(whole) and len(old.ends) == 1):
        return ""
    ours, theirs = (side.ring_name(hit or side.ends) for side, hit in zip((old, new), in_ring, strict=True))
    theirs = "" if "-membered" in theirs else theirs
    if len(in_ring[0]) == len(in_ring[1]) == 1:
        return _atom(old, new, in_ring[0][0], in_ring[1][0], ours, theirs)
    if not old.changed and in_ring[1]:
        return _fused(new, in_ring[1], ours, theirs)
    if not new.changed and in_ring[0]:
        return f"{_fusion(old, in_ring[0])} cut from the {ours}" + (f" ({theirs})" if theirs else "")
    if in_ring[0] and in_ring[1] and ours and theirs and ours != theirs:
        return f"{ours} -> {theirs}"
    if in_ring[1] and not in_ring[0] and theirs:
        return f"ring closed ({theirs})"
    if in_ring[0] and not in_ring[1] and ours:
        return f"ring opened ({ours})"
    return ""


def _is_ring_whole(side: Side, hit: list[int]) -> bool:
    """Whether no ring keeps an atom of the core beside a changed one: rings come and go whole."""
    return not any(set(ring) & set(hit) and set(ring) & side.core for ring in side.mol.GetRingInfo().AtomRings())


def _atom(old: Side, new: Side, lost: int, gained: int, ours: str, theirs: str) -> str:
    """One atom of a ring in place of another."""
    before, after = (_with_leaves(side, i) for side, i in ((old, lost), (new, gained)))
    there = position(old.smiles, lost, old.changed)
    ring = "phenyl" if ours == "benzene" else ours
    where = there if ring in there else f"in the {ring}, {there}"
    became = f" ({theirs} in place of {ours})" if theirs and theirs != ours else ""
    return f"{before} {_inside(where)} -> {after}{became}"


def _inside(where: str) -> str:
    return where.replace("on the ", "in the ", 1) if where.startswith("on the ") else where


def _with_leaves(side: Side, atom: int) -> str:
    """A ring's atom with what it bears: `CH`, `C-F`, `N-CH3`."""
    out = [i for i in side.out(atom) if not side.mol.GetAtomWithIdx(i).IsInRing()]
    label = labelled(side.mol.GetAtomWithIdx(atom))
    single = [i for i in out if side.mol.GetBondBetweenAtoms(atom, i).GetBondType() == Chem.BondType.SINGLE]
    return "-".join([label, *(substituent(side.smiles, i, atom) for i in single)])


def _fused(new: Side, hit: list[int], ours: str, theirs: str) -> str:
    ring = "phenyl" if ours == "benzene" else ours
    return f"{_fusion(new, hit)} fused to the {ring}" + (f" ({theirs})" if theirs and theirs != ours else "")


def _fusion(side: Side, hit: list[int]) -> str:
    """What a fused ring is called: `benzo ring`, `5-membered ring`."""
    ring = max(side.mol.GetRingInfo().AtomRings(), key=lambda one: (len(set(one) & set(hit)), -len(one)))
    atoms = [side.mol.GetAtomWithIdx(i) for i in ring]
    if len(ring) == 6 and all(a.GetIsAromatic() and a.GetAtomicNum() == 6 for a in atoms):
        return "benzo ring"
    return f"{'aromatic ' if all(a.GetIsAromatic() for a in atoms) else ''}{len(ring)}-membered ring"


def is_end_ring(old: Side) -> bool:
    """Whether what was exchanged is just a ring at an end of the molecule.

    Args:
        old: the place in the parent.
    """
    return any(unit == old.changed for unit in end_rings(old.smiles))

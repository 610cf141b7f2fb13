"""A chemist's words for changes of rings: exchanged whole, fused, widened, one atom in place of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rdkit import Chem

from molgrad.chem.branches import branch_exchanged
from molgrad.chem.change_side import Side
from molgrad.chem.naming import substituent
from molgrad.chem.places import end_rings
from molgrad.chem.positions import beside, groups_of, labelled, position
from molgrad.chem.ring_names import ring_at
from molgrad.chem.side_chains import chain

_LONGEST = 4  # atoms of a chain beside a ring that are told one by one


def end_ring_exchanged(old: Side, new: Side) -> str:
    """A ring at an end of the molecule, exchanged whole: `phenyl -> 4-pyridyl`.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    in_ring = any(side.mol.GetAtomWithIdx(i).IsInRing() for side in (old, new) for i in side.changed)
    if not in_ring and len(_sites(old)) < 2:
        return ""
    for ours in end_rings(old.smiles):
        for theirs in end_rings(new.smiles):
            inside = old.changed <= ours and new.changed <= theirs
            met = [set(side.ends) & unit for side, unit in ((old, ours), (new, theirs))]
            if inside and all(met) and (in_ring or met == [set(old.ends), set(new.ends)]):
                names = [_whole(side, unit) for side, unit in ((old, ours), (new, theirs))]
                if all(names) and names[0] != names[1] and not any(name.startswith("*") for name in names):
                    return f"{names[0]}{which(old, names[0])} -> {names[1]}"
    return ""


def _sites(side: Side) -> set[int]:
    """The atoms of rings that are nearest to the ends: at how many positions of a ring substituents change."""
    away = Chem.GetDistanceMatrix(side.mol)
    ring = [atom.GetIdx() for atom in side.mol.GetAtoms() if atom.IsInRing()]
    return {min(ring, key=lambda i: (away[end][i], i)) for end in side.ends} if ring else set()


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
    if len(in_ring[0]) == len(in_ring[1]) == 1:
        return _atom(old, new, in_ring[0][0], in_ring[1][0], ours, theirs)
    if in_ring[0] and in_ring[1]:
        return _exchanged(old, new, ours, theirs)
    return _exchanged(old, new, ours, theirs) if not (old.changed and new.changed) else ""


def ring_turned(old: Side, new: Side) -> str:
    """A ring opened to a chain, or a chain closed to a ring.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    in_ring = [[i for i in side.changed if side.mol.GetAtomWithIdx(i).IsInRing()] for side in (old, new)]
    ours, theirs = (side.ring_name(hit) for side, hit in zip((old, new), in_ring, strict=True))
    if in_ring[1] and not in_ring[0] and theirs and (text := _open(old)):
        return f"{text} closed to {theirs}"
    if in_ring[0] and not in_ring[1] and ours and (text := _open(new)):
        return f"{ours} opened to {text}"
    return ""


def _open(side: Side) -> str:
    """The chain in place of a ring, with where it is."""
    bears = [i for i in side.ends if side.out(i)]
    if len(bears) == 1 and len(side.out(bears[0])) == 1:
        name = substituent(side.smiles, side.out(bears[0])[0], bears[0])
        return f"{name} {position(side.smiles, bears[0], side.changed)}"
    groups = (name for name, hit in groups_of(side.smiles) if side.changed and side.changed <= hit)
    text = chain(side) or next(groups, "")
    return f"{text}{_amid(side)}" if text else ""


def _amid(side: Side) -> str:
    """Between which two groups what changed is."""
    ends = side.bearing().ends
    found = [ring_at(side.smiles, end) for end in ends]
    names = [one[1].name if one else labelled(side.mol.GetAtomWithIdx(i)) for one, i in zip(found, ends, strict=True)]
    names = ["phenyl" if name == "benzene" else name for name in names]
    if len(names) != 2:
        return ""
    return f" between two {names[0]} groups" if names[0] == names[1] else f" between {' and '.join(names)}"


def _exchanged(old: Side, new: Side, ours: str, theirs: str) -> str:
    """A ring of which some atoms stay: both names, or where its nitrogen went."""
    rings = [[found[0] for i in side.changed or side.ends if (found := ring_at(side.smiles, i))] for side in (old, new)]
    held = [frozenset[int]().union(*some) for some in rings]
    stayed = {old.images[i] for i in held[0] & old.core}
    if not ours or not theirs or not (stayed <= held[1] or held[1] & new.core <= stayed):
        return ""
    if ours != theirs:
        names = ["phenyl" if name == "benzene" else name for name in (ours, theirs)]
        besides = _besides(old, new, held)
        whole = branch_exchanged(old, new) if besides else ""
        return whole or f"{names[0]}{_between(old)} -> {names[1]}{besides}"
    hetero = [[i for i in side.changed if side.mol.GetAtomWithIdx(i).GetAtomicNum() != 6] for side in (old, new)]
    if len(hetero[0]) != 1 or len(hetero[1]) != 1 or len(old.changed) != len(new.changed):
        return ""
    before, after = (
        position(side.smiles, some[0], side.changed) for side, some in zip((old, new), hetero, strict=True)
    )
    symbol = labelled(old.mol.GetAtomWithIdx(hetero[0][0]))
    places = [text.partition(", ")[2] for text in (before, after)]
    if all(places) and places[0] != places[1]:
        return f"{symbol} of the {ours}, {places[0]}, moved {places[1]}"
    return f"{symbol} moved round the {ours}{_between(old)}"


def _besides(old: Side, new: Side, held: Sequence[frozenset[int]]) -> str:
    """What came or went beside a ring that was exchanged, such as the CH2 of a link."""
    lost, gained = (Counter(_chains(side, ring)) for side, ring in zip((old, new), held, strict=True))
    before, after = (" and ".join((one - other).elements()) for one, other in ((lost, gained), (gained, lost)))
    if before and after:
        return f"; {before} beside it -> {after}"
    return f"; {before} beside it taken out" if before else f"; {after} put in beside it" if after else ""


def _chains(side: Side, ring: frozenset[int]) -> Iterator[str]:
    """The short chains among what changed beside a ring, by their atoms; not what the ring's name says, such as oxo."""
    left = {i for i in side.changed - ring if not side.mol.GetAtomWithIdx(i).IsInRing()}
    while left:
        chain_of, edge = [min(left)], [min(left)]
        while edge:
            near = {n.GetIdx() for i in edge for n in side.mol.GetAtomWithIdx(i).GetNeighbors()}
            edge = sorted((near & left) - set(chain_of))
            chain_of += edge
        left -= set(chain_of)
        atoms = [side.mol.GetAtomWithIdx(i) for i in sorted(chain_of)]
        oxo = len(atoms) == 1 and any(bond.GetBondTypeAsDouble() == 2.0 for bond in atoms[0].GetBonds())
        if len(atoms) <= _LONGEST and not oxo:
            yield "-".join(labelled(atom) for atom in atoms)


def _between(old: Side) -> str:
    """Where a ring stands in the middle of a molecule: between which groups."""
    ring = next((found[0] for i in sorted(old.changed) if (found := ring_at(old.smiles, i))), frozenset())
    bonds = [(i, n.GetIdx()) for i in sorted(ring) for n in old.mol.GetAtomWithIdx(i).GetNeighbors()]
    out = [(beside(old.smiles, far, i), i) for i, far in bonds if far not in ring and far not in old.changed]
    names = [name for name, i in out if old.mol.GetAtomWithIdx(i).GetDegree() > 2]
    return f" between the {names[0]} and the {names[1]}" if len(names) == 2 else ""


def _is_ring_whole(side: Side, hit: list[int]) -> bool:
    """Whether no ring keeps an atom of the core beside a changed one: rings come and go whole."""
    return not any(set(ring) & set(hit) and set(ring) & side.core for ring in side.mol.GetRingInfo().AtomRings())


def _atom(old: Side, new: Side, lost: int, gained: int, ours: str, theirs: str) -> str:
    """One atom of a ring in place of another."""
    if any(_leads_on(side, i) for side, i in ((old, lost), (new, gained))):
        return ""
    before, after = (_with_leaves(side, i) for side, i in ((old, lost), (new, gained)))
    there = position(old.smiles, lost, old.changed)
    ring = "phenyl" if ours == "benzene" else ours
    where = there if ring in there else f"in the {ring}, {there}"
    became = f" ({theirs} in place of {ours})" if theirs and theirs != ours else ""
    return f"{before} {_inside(where)} -> {after}{became}"


def _inside(where: str) -> str:
    return where.replace("on the ", "in the ", 1) if where.startswith("on the ") else where


def _leads_on(side: Side, atom: int) -> bool:
    """Whether the core goes on behind what a ring's atom bears."""
    near = {n.GetIdx() for i in side.changed - {atom} for n in side.mol.GetAtomWithIdx(i).GetNeighbors()}
    return bool(near & side.core)


def _with_leaves(side: Side, atom: int) -> str:
    """A ring's atom with what it bears: `CH`, `C-F`, `N-CH3`."""
    out = [i for i in side.out(atom) if not side.mol.GetAtomWithIdx(i).IsInRing()]
    label = labelled(side.mol.GetAtomWithIdx(atom))
    single = [i for i in out if side.mol.GetBondBetweenAtoms(atom, i).GetBondType() == Chem.BondType.SINGLE]
    names = [substituent(side.smiles, i, atom) for i in single]
    return "N-oxide" if names == ["O-"] else "-".join([label, *names])


def is_end_ring(old: Side) -> bool:
    """Whether what was exchanged is just a ring at an end of the molecule.

    Args:
        old: the place in the parent.
    """
    return any(unit == old.changed for unit in end_rings(old.smiles))

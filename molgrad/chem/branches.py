"""A chemist's words for what hangs on one bond and was exchanged whole: `indan-1-yl -> CH(CH3)-phenyl`."""

from __future__ import annotations

from rdkit import Chem

from molgrad.chem.change_side import Side
from molgrad.chem.naming import branch, substituent
from molgrad.chem.parted import part, pieces
from molgrad.chem.positions import position, two_sided
from molgrad.chem.ring_names import MACROCYCLE, ring_at
from molgrad.chem.side_chains import chain

MOST = 18  # heavy atoms of a branch that is named whole
SMALL = 6  # same, of a chain on a ring
LEAST_LEFT = 3  # heavy atoms on the other side of the bond


def branch_exchanged(old: Side, new: Side) -> str:
    """The smallest branch that holds all that changes, by its names before and after; empty where it has none.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    return _exchanged(old, new, MOST)


def small_branch(old: Side, new: Side) -> str:
    """The same for a chain of a few atoms on a ring or an amide: something in it exchanged, inserted or taken out.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    if any(side.mol.GetAtomWithIdx(i).IsInRing() for side in (old, new) for i in side.changed):
        return ""
    return _exchanged(old, new, SMALL, on_ring=True)


def branch_written(old: Side, new: Side) -> str:
    """The same where one of the two has no name: its SMILES, from the bond on.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    return _exchanged(old, new, MOST, written=True)


def _exchanged(old: Side, new: Side, most: int, *, on_ring: bool = False, written: bool = False) -> str:
    cuts = []
    for bearer in sorted(old.core):
        theirs = old.images[bearer]
        if on_ring and not (ring_at(old.smiles, bearer) or two_sided(old.smiles, bearer)):
            continue
        for root in _behind(old, bearer):
            for other in _behind(new, theirs):
                hanging = branch(old.mol, root, bearer), branch(new.mol, other, theirs)
                small = max(map(len, hanging)) <= most
                if small and _holds(old, hanging[0], bearer) and _holds(new, hanging[1], theirs):
                    cuts.append((len(hanging[0]) + len(hanging[1]), bearer, root, theirs, other))
    for _, bearer, root, theirs, other in sorted(cuts):
        before, after = substituent(old.smiles, root, bearer), substituent(new.smiles, other, theirs)
        if before != after and (written or not before.startswith("*")) and (written or not after.startswith("*")):
            return f"{before} {position(old.smiles, bearer, branch(old.mol, root, bearer))} -> {after}"
    return ""


def _behind(side: Side, bearer: int) -> list[int]:
    """The neighbours across bonds that are in no ring."""
    near = [n.GetIdx() for n in side.mol.GetAtomWithIdx(bearer).GetNeighbors()]
    return [i for i in near if not side.mol.GetBondBetweenAtoms(bearer, i).IsInRing()]


def _holds(side: Side, hanging: set[int], bearer: int) -> bool:
    left = side.mol.GetNumAtoms() - len(hanging)
    return left >= LEAST_LEFT and side.changed <= hanging and set(side.ends) <= hanging | {bearer}


def fragments_exchanged(old: Side, new: Side) -> str:
    """What changed as SMILES with `*` for the bonds to the rest, where nothing has a name.

    Args:
        old: the place in the parent.
        new: the same place in the child.
    """
    before, after = _written(old), _written(new)
    where = f" {position(old.smiles, min(old.ends), old.changed)}" if old.ends else ""
    if before and after:
        wide = [any(len(r) >= MACROCYCLE and side.changed & set(r) for r in _rings(side)) for side in (old, new)]
        kind = {(True, False): "macrocycle opened: ", (False, True): "macrocycle closed: "}.get((wide[0], wide[1]), "")
        return f"{kind}{before}{where} -> {after}"
    return f"{after} added{where}" if after else f"{before} removed{where}"


def _name(side: Side) -> str:
    """One piece that hangs on one bond, or a chain between two ends; empty where it has no name."""
    bonds = [(i, end) for end in side.ends for i in side.out(end)]
    if len(bonds) != 1 or side.mol.GetBondBetweenAtoms(*bonds[0]).IsInRing():
        return chain(side, rings=True)
    return substituent(side.smiles, *bonds[0]).partition("*")[0]


def _rings(side: Side) -> tuple[tuple[int, ...], ...]:
    return tuple(side.mol.GetRingInfo().AtomRings())


def _written(side: Side) -> str:
    """The rings of what changed, if it is nothing else and they have names; its SMILES otherwise."""
    if not side.changed:
        return ""
    held = {found[0]: found[1] for i in side.changed if (found := ring_at(side.smiles, i))}
    if held and all(named.locants for named in held.values()) and side.changed <= frozenset().union(*held):
        return " and ".join(dict.fromkeys("phenyl" if n.name == "benzene" else n.name for n in held.values()))
    if all(texts := [_name(part(side, piece)) for piece in pieces(side)]):
        return " and ".join(texts)
    mol = Chem.RWMol(side.mol)
    Chem.RemoveStereochemistry(mol)
    for end in side.ends:
        atom = mol.GetAtomWithIdx(end)
        atom.SetAtomicNum(0)
        atom.SetFormalCharge(0)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(0)
        atom.SetIsAromatic(False)
        for near in [n.GetIdx() for n in atom.GetNeighbors()]:
            if near in side.ends:
                mol.RemoveBond(end, near)
            else:
                mol.GetBondBetweenAtoms(end, near).SetBondType(Chem.BondType.SINGLE)
    text = Chem.MolFragmentToSmiles(mol, sorted(side.changed | set(side.ends)))
    return str(text).replace(".", " and ")

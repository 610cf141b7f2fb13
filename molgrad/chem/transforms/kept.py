"""Whether a rule left the protected atoms of a molecule unchanged."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rdkit import Chem, rdBase

_FLAT = Chem.ChiralType.CHI_UNSPECIFIED
_CIS = (Chem.BondStereo.STEREOZ, Chem.BondStereo.STEREOCIS)
_TRANS = (Chem.BondStereo.STEREOE, Chem.BondStereo.STEREOTRANS)


def disturbed(parent: Chem.Mol, product: Chem.Mol, protected: Collection[int]) -> bool:
    """True if a rule removed or changed a protected atom.

    Changes that count: its element, hydrogens, charge, aromaticity, number of neighbours or configuration; of two
    bonded protected atoms also the bond, its order and its double-bond configuration.

    Args:
        parent: the molecule before.
        product: as a rule made it; its atoms know the parent's numbers.
        protected: atoms of the parent.
    """
    watched = set(protected)
    if not watched:
        return False
    made = Chem.Mol(product)
    if not _sanitized(made):
        return True
    now = {a.GetIntProp("react_atom_idx"): a for a in made.GetAtoms() if a.HasProp("react_atom_idx")}
    if any(i not in now or _state(parent.GetAtomWithIdx(i)) != _state(now[i]) for i in watched):
        return True
    if any(_turned(parent.GetAtomWithIdx(i), now[i]) for i in watched):
        return True
    ends = ((bond, bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in parent.GetBonds())
    return any(
        _changed(bond, made.GetBondBetweenAtoms(now[a].GetIdx(), now[b].GetIdx()), now)
        for bond, a, b in ends
        if a in watched and b in watched
    )


def _sanitized(product: Chem.Mol) -> bool:
    with rdBase.BlockLogs():
        return bool(Chem.SanitizeMol(product, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE)


def _state(atom: Chem.Atom) -> tuple[object, ...]:
    return (atom.GetAtomicNum(), atom.GetFormalCharge(), atom.GetTotalNumHs(), atom.GetDegree(), atom.GetIsAromatic())


def _old(atom: Chem.Atom) -> int | None:
    return int(atom.GetIntProp("react_atom_idx")) if atom.HasProp("react_atom_idx") else None


def _turned(before: Chem.Atom, after: Chem.Atom) -> bool:
    """Whether a centre lost its configuration or has the other one; what replaced a neighbour counts as that."""
    if before.GetChiralTag() == _FLAT:
        return False
    if after.GetChiralTag() == _FLAT:
        return True
    order = [n.GetIdx() for n in before.GetNeighbors()]
    found = [_old(n) for n in after.GetNeighbors()]
    gone = [i for i in order if i not in found]
    if len(gone) > 1:  # two new neighbours: which stands for which is not known
        return True
    places = [order.index(gone[0] if i is None or i not in order else i) for i in found]
    swaps = sum(a > b for k, a in enumerate(places) for b in places[k + 1 :])
    return bool(before.GetChiralTag() == after.GetChiralTag()) == bool(swaps % 2)


def _changed(before: Chem.Bond, after: Chem.Bond | None, now: Mapping[int, Chem.Atom]) -> bool:
    """Whether a bond is gone, of another order, or has its neighbours on other sides."""
    if after is None or before.GetIsAromatic() != after.GetIsAromatic():
        return True
    if not before.GetIsAromatic() and before.GetBondType() != after.GetBondType():
        return True
    if before.GetStereo() not in (*_CIS, *_TRANS):
        return False
    if after.GetStereo() not in (*_CIS, *_TRANS):
        return True
    flips = 0
    marked = set(after.GetStereoAtoms())
    for end, mark in zip((before.GetBeginAtomIdx(), before.GetEndAtomIdx()), before.GetStereoAtoms(), strict=True):
        around = {_old(n): n.GetIdx() in marked for n in now[end].GetNeighbors()}
        # The mark stands at the other neighbour of this end: the same sides are then called by the other name.
        flips += mark in around and not around[mark]
    return (before.GetStereo() in _CIS) == bool((after.GetStereo() in _CIS) == bool(flips % 2))

"""The chain that joins two ends of a place, written atom by atom: `C(=O)NH`, `CH=CH`, `OCH2CH(CH3)`."""

from __future__ import annotations

from rdkit import Chem

from molgrad.chem.change_side import Side
from molgrad.chem.naming import atom_text, branch, inside, joined
from molgrad.chem.ring_names import ring_at

_SIGNS = {Chem.BondType.DOUBLE: "=", Chem.BondType.TRIPLE: "#"}


def chain(side: Side, forward: bool = True, *, rings: bool = False) -> str:
    """The changed atoms between two ends, with what they bear; empty where they are not one chain.

    Args:
        side: one molecule at a place.
        forward: from the first end to the second.
        rings: whether its atoms may be in rings, as those of a bridge are.
    """
    path = _path(side.bearing(), forward, rings)
    if not path:
        return ""
    start, *inner, stop = path
    held, text, before = set(inner), "", start
    for at, after in zip(inner, path[2:], strict=True):
        label, behind = atom_text(side.mol, at, before)
        beside = [i for i in behind if i != after]
        held |= set(_oxygens(side, at)) | {j for i in beside for j in branch(side.mol, i, at)}
        names = [joined(side.mol, i, at) for i in beside]
        if None in names:
            return ""
        written = [inside(str(name)) for name in names]
        counts = {one: written.count(one) for one in written}
        text += _sign(side, before, at) + label
        text += "".join(f"({one}){count if count > 1 else ''}" for one, count in counts.items())
        before = at
    return text + _sign(side, before, stop) if held == side.changed else ""


def _oxygens(side: Side, at: int) -> list[int]:
    atom = side.mol.GetAtomWithIdx(at)
    return [n.GetIdx() for n in atom.GetNeighbors() if n.GetAtomicNum() == 8 and n.GetDegree() == 1]


def _sign(side: Side, a: int, b: int) -> str:
    return _SIGNS.get(side.mol.GetBondBetweenAtoms(a, b).GetBondType(), "")


def _path(side: Side, forward: bool, rings: bool) -> list[int]:
    """From one end over changed atoms outside rings to the other."""
    if len(side.ends) != 2:
        return []
    start, stop = side.ends if forward else side.ends[::-1]
    came = {start: start}
    waiting = [start]
    while waiting and stop not in came:
        at = waiting.pop(0)
        for near in side.mol.GetAtomWithIdx(at).GetNeighbors():
            i = near.GetIdx()
            passed = i in side.changed and (rings or ring_at(side.smiles, i) is None)
            if i not in came and (passed or (i == stop and at != start)):
                came[i] = at
                waiting.append(i)
    if stop not in came:
        return []
    path = [stop]
    while path[-1] != start:
        path.append(came[path[-1]])
    return path[::-1]

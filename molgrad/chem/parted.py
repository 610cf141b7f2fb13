"""A place that is several changes beside each other, such as two groups of one nitrogen: told one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from molgrad.chem.change_side import Side
from molgrad.chem.connected import connected

_Part = tuple[frozenset[int], tuple[int, ...]]  # atoms that hang together, numbers of the ends that bear them


def parts(old: Side, new: Side) -> list[tuple[Side, Side]]:
    """The changes that a place is made of: what left with what came between the same ends.

    Args:
        old: the place in the parent.
        new: the same place in the child.

    Returns:
        One pair of sides for each; nothing where the place is one change, or a bond between its ends changed too.
    """
    if any(_bond(old, a, b) != _bond(new, a, b) for a, b in combinations(range(len(old.ends)), 2)):
        return []
    lost, gained = list(pieces(old)), list(pieces(new))
    paired = []
    for atoms, ends in lost:
        like = [one for one in gained if one[1] == ends] or [one for one in gained if set(one[1]) & set(ends)]
        other = like[0] if like else (frozenset[int](), ends)
        if like:
            gained.remove(other)
        paired.append(((atoms, ends), other))
    paired += [((frozenset[int](), ends), (atoms, ends)) for atoms, ends in gained]
    return [_sides(old, new, *pair) for pair in paired] if len(paired) > 1 else []


def pieces(side: Side) -> Iterator[_Part]:
    """What changed on one side, each connected piece with the ends that bear it.

    Args:
        side: one molecule at a place.
    """
    for piece in connected(
        sorted(side.changed), lambda i: [n.GetIdx() for n in side.mol.GetAtomWithIdx(i).GetNeighbors()]
    ):
        ends = tuple(at for at, end in enumerate(side.ends) if piece.intersection(side.out(end)))
        yield frozenset(piece), ends


def part(side: Side, piece: _Part) -> Side:
    """One side with a piece alone.

    Args:
        side: one molecule at a place.
        piece: as `pieces` gives it.
    """
    return replace(side, changed=piece[0], ends=tuple(side.ends[at] for at in piece[1]))


def _sides(old: Side, new: Side, lost: _Part, gained: _Part) -> tuple[Side, Side]:
    ends = tuple(sorted({*lost[1], *gained[1]}))
    return part(old, (lost[0], ends)), part(new, (gained[0], ends))


def _bond(side: Side, a: int, b: int) -> float:
    bond = side.mol.GetBondBetweenAtoms(side.ends[a], side.ends[b])
    return float(bond.GetBondTypeAsDouble()) if bond else 0.0

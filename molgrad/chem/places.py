"""The places at which two molecules with a common core differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from molgrad.chem.common_atoms import Graph, Pairs, graph, pieces
from molgrad.chem.connected import reached
from molgrad.chem.parse import read
from molgrad.chem.ring_systems import ring_systems

SMALL = 4  # heavy atoms of a substituent that leaves and comes with its ring, such as a trifluoromethyl
END = 14  # heavy atoms of a ring with its substituents that is exchanged whole


@dataclass(frozen=True, slots=True)
class Place:
    """One place at which a child differs from its parent.

    Attributes:
        lost: atoms of the parent that the child has not.
        gained: atoms of the child that the parent has not.
        ends: atoms of the parent's part of the core to which either is bound, and the ends of a changed bond.
    """

    lost: frozenset[int]
    gained: frozenset[int]
    ends: frozenset[int]


def places(parent: str, child: str, core: Pairs) -> list[Place]:
    """What was exchanged, added or taken away, put together where it shares an atom of the core or a ring.

    Args:
        parent: a SMILES; atoms are numbered as its canonical form.
        child: another.
        core: atoms of the parent with their counterparts in the child.
    """
    one, other = graph(parent), graph(child)
    back = {b: a for a, b in core.items()}
    units = [_Unit({("lost", i) for i in piece}, _met(piece, one, core)) for piece in pieces(one, core)]
    units += [
        _Unit({("gained", i) for i in piece}, {back[j] for j in _met(piece, other, back)})
        for piece in pieces(other, back)
    ]
    units += [_Unit(set(), set(bond)) for bond in _changed_bonds(one, other, core)]
    rings = [frozenset(("lost", i) for i in ring if i not in core) for ring in _rings(parent)]
    rings += [frozenset(("gained", i) for i in ring if i not in back) for ring in _rings(child)]
    found = [_place(unit) for unit in _joined(units, rings)]
    found = _with_end_rings(_with_moves(found, parent, child), parent, child)
    return sorted(found, key=lambda p: (min(p.ends, default=-1), sorted(p.lost)))


@dataclass
class _Unit:
    atoms: set[tuple[str, int]]
    ends: set[int]


def _met(piece: Iterable[int], of: Graph, core: Collection[int]) -> set[int]:
    return {j for i in piece for j in of.bonds[i] if j in core}


def _changed_bonds(one: Graph, other: Graph, core: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    for a, b in core.items():
        theirs = other.bonds[b]
        for c, d in core.items():
            if a < c and one.bonds[a].get(c) != theirs.get(d):
                yield a, c


def _rings(smiles: str) -> Iterable[tuple[int, ...]]:
    return read(smiles).mol.GetRingInfo().AtomRings()  # type: ignore[no-any-return]  # RDKit's stubs say object


def _joined(units: list[_Unit], rings: Iterable[frozenset[tuple[str, int]]]) -> list[_Unit]:
    """Units put together that meet at an atom of the core or change one ring."""
    joined: list[_Unit] = []
    for unit in units:
        whole, apart = unit, []
        for other in joined:
            meet = other.ends & whole.ends or any(ring & other.atoms and ring & whole.atoms for ring in rings)
            if meet:
                whole = _Unit(whole.atoms | other.atoms, whole.ends | other.ends)
            else:
                apart.append(other)
        joined = [*apart, whole]
    return joined


def _place(unit: _Unit) -> Place:
    lost = frozenset(i for side, i in unit.atoms if side == "lost")
    gained = frozenset(i for side, i in unit.atoms if side == "gained")
    return Place(lost, gained, frozenset(unit.ends))


def _with_moves(found: list[Place], parent: str, child: str) -> list[Place]:
    """A group that left one atom of a ring system and came at another of it is one place: it moved."""
    kept = list(found)
    for away in found:
        for come in found:
            if away in kept and come in kept and moved(away, come, parent, child):
                kept.remove(away)
                kept.remove(come)
                kept.append(_together((away, come)))
    return kept


def _with_end_rings(found: list[Place], parent: str, child: str) -> list[Place]:
    """What changes one ring at an end of the molecule is one place: a chemist exchanges such a ring whole."""
    if len(found) < 2:
        return found
    theirs = end_rings(child)
    for ours in end_rings(parent):
        inside = [p for p in found if p.lost <= ours and p.ends & ours and any(p.gained <= new for new in theirs)]
        if len(inside) > 1:
            found = [*(p for p in found if p not in inside), _together(inside)]
    return found


def _together(some: Iterable[Place]) -> Place:
    parts = list(some)
    return Place(
        *(frozenset[int]().union(*group) for group in zip(*((p.lost, p.gained, p.ends) for p in parts), strict=True))
    )


@lru_cache(maxsize=5_000)
def end_rings(smiles: str) -> tuple[frozenset[int], ...]:
    """Ring systems at the ends of a molecule, each with its small substituents; `SMALL` and `END` bound them.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
    """
    mol, bonds = read(smiles).mol, graph(smiles).bonds
    found = []
    for ring in ring_systems(mol):
        branches = [_branch(out, ring, bonds) for i in ring for out in bonds[i] if out not in ring]
        branches.sort(key=len)
        small = branches[:-1] if branches else []
        whole = frozenset(ring).union(*small)
        chains = all(len(b) <= SMALL and not any(mol.GetAtomWithIdx(i).IsInRing() for i in b) for b in small)
        if chains and len(whole) <= END and len(whole) < len(bonds):
            found.append(whole)
    return tuple(found)


def _branch(start: int, ring: Collection[int], bonds: Sequence[Mapping[int, int]]) -> set[int]:
    """The atoms that hang on a ring by one of its bonds."""
    return reached(start, lambda i: [near for near in bonds[i] if near not in ring])


def moved(away: Place, come: Place, parent: str, child: str) -> bool:
    """Whether one place lost what another gained, both bound once to atoms of one ring of the parent.

    Args:
        away: the place that lost something.
        come: the place that gained something.
        parent: a SMILES.
        child: another.
    """
    if away.gained or come.lost or not away.lost or len(away.lost) != len(come.gained):
        return False
    if len(away.ends) != 1 or len(come.ends) != 1:
        return False
    ours = sorted(graph(parent).around[1][i] for i in away.lost)
    theirs = sorted(graph(child).around[1][i] for i in come.gained)
    ends = away.ends | come.ends
    return ours == theirs and any(ends <= set(ring) for ring in _rings(parent))

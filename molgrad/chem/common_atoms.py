"""The atoms that two similar molecules share, found by growth from the places where they look most alike."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rdkit import Chem

from molgrad.chem.connected import connected
from molgrad.chem.parse import read

RADIUS = 12  # bonds; beyond it two surroundings are not compared
FAR = 8  # bonds; the kinds of atoms within it decide between atoms whose surroundings are equally alike
STARTS = 4  # pairs of atoms from which a core is grown; the best is taken
LEAST_PART = 3  # atoms of a further part of the core, behind what was exchanged
_PAIRS = 2_500  # (50 atoms squared) pairs of atoms that are compared; of larger molecules the most alike

Pairs = dict[int, int]
_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Graph:
    """Atoms and bonds as the comparison sees them.

    Attributes:
        around: by radius, for each atom a number that equals another's where the surroundings are equal.
        shells: for each atom the kinds of atoms at each distance, as (distance, kind, how many before it).
        bonds: for each atom its neighbours with the kind of bond.
    """

    around: tuple[tuple[int, ...], ...]
    shells: tuple[frozenset[tuple[int, int, int]], ...]
    bonds: tuple[Mapping[int, int], ...]

    def __len__(self) -> int:
        return len(self.bonds)


@lru_cache(maxsize=5_000)
def graph(smiles: str) -> Graph:
    """The graph of a molecule. Raises InvalidMoleculeError.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
    """
    mol = read(smiles).mol
    bonds: list[dict[int, int]] = [{} for _ in range(mol.GetNumAtoms())]
    for bond in mol.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        bonds[a][b] = bonds[b][a] = int(bond.GetBondType())
    kinds = [(a.GetAtomicNum(), a.GetIsAromatic(), a.IsInRing(), a.GetFormalCharge()) for a in mol.GetAtoms()]
    layers = [tuple(hash(kind) for kind in kinds)]
    for _ in range(RADIUS):
        last = layers[-1]
        layers.append(
            tuple(hash((last[i], *sorted((kind, last[j]) for j, kind in near.items()))) for i, near in enumerate(bonds))
        )
    return Graph(tuple(layers), tuple(_shells(mol, layers[0])), tuple(bonds))


def pieces(of: Graph, core: Collection[int]) -> Iterator[set[int]]:
    """The connected groups of atoms outside a core.

    Args:
        of: a molecule.
        core: some of its atoms.
    """
    return connected([i for i in range(len(of)) if i not in core], of.bonds.__getitem__)


def _shells(mol: Chem.Mol, kinds: Sequence[int]) -> Iterator[frozenset[tuple[int, int, int]]]:
    for row in Chem.GetDistanceMatrix(mol).astype(int).tolist():
        counts: Counter[_Pair] = Counter()
        shell = []
        for distance, kind in zip(row, kinds, strict=True):
            if distance <= FAR:
                shell.append((distance, kind, counts[distance, kind]))
                counts[distance, kind] += 1
        yield frozenset(shell)


def cores(parent: str, child: str) -> list[Pairs]:
    """Ways to lay a child on its parent: atoms with their counterparts, same element, ring, charge and bonds.

    A core may fall into parts that something exchanged joins, such as the ends of a linker.

    Args:
        parent: a SMILES; atoms are numbered as its canonical form.
        child: another.

    Returns:
        The largest first; at least one, which is empty where nothing is shared.

    Raises:
        InvalidMoleculeError: one of them is no molecule.
    """
    if parent > child:  # the same pairs from either side
        return [{b: a for a, b in core.items()} for core in cores(child, parent)]
    one, other = graph(parent), graph(child)
    alike = _alikeness(one, other)
    ranked = sorted(alike, key=lambda pair: (-alike[pair], pair))
    found: list[Pairs] = [{}]
    tried: set[_Pair] = set()
    while len(found[0]) < min(len(one), len(other)) and len(tried) < STARTS:
        start = _start(ranked, found[0], tried)
        if start is None:
            break
        tried.add(start)
        core = _core(start, ranked, one, other, alike)
        if core not in found:
            found.append(core)
        found.sort(key=lambda core: (-len(core), -sum(alike[pair] for pair in core.items())))
    return found


def _start(ranked: Sequence[_Pair], best: Pairs, tried: Collection[_Pair]) -> _Pair | None:
    """The most alike pair of which the best core holds neither atom, else the most alike that it lays otherwise."""
    theirs = set(best.values())
    fresh = [pair for pair in ranked if best.get(pair[0]) != pair[1] and pair not in tried]
    free = (pair for pair in fresh if pair[0] not in best and pair[1] not in theirs)
    return next(free, fresh[0] if fresh else None)


def _core(
    start: _Pair,
    ranked: Sequence[_Pair],
    one: Graph,
    other: Graph,
    alike: Mapping[_Pair, int],
) -> Pairs:
    """The core grown from one pair, with the parts behind what was exchanged."""
    found = _grown(start, one, other, alike)
    if len(found) < LEAST_PART < min(len(one), len(other)) // 2:
        return {}
    seen = set(found.items())
    parts = []
    theirs = set(found.values())
    for further in ranked:
        if further not in seen and further[0] not in found and further[1] not in theirs:
            part = _grown(further, one, other, alike, found)
            seen.update(part.items())
            if len(part) >= LEAST_PART and _in_place(part, found, one, other):
                parts.append(part)
    for part in sorted(parts, key=len, reverse=True):
        if not part.keys() & found.keys() and not theirs.intersection(part.values()):
            found |= part
            theirs.update(part.values())
    return found


def _alikeness(one: Graph, other: Graph) -> dict[_Pair, int]:
    """For pairs of atoms of one kind the radius up to which their surroundings are equal."""
    found: dict[_Pair, int] = {}
    for radius, (ours, theirs) in enumerate(zip(one.around, other.around, strict=True)):
        where: dict[int, list[int]] = {}
        for b, kind in enumerate(theirs):
            where.setdefault(kind, []).append(b)
        pairs = [(a, b) for a, kind in enumerate(ours) for b in where.get(kind, ())]
        if not pairs:
            break
        found.update(dict.fromkeys(pairs, radius))
    if len(found) > _PAIRS:
        found = dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_PAIRS])
    return found


def _grown(
    start: _Pair,
    one: Graph,
    other: Graph,
    alike: Mapping[_Pair, int],
    taken: Pairs | None = None,
) -> Pairs:
    """The connected part of a core that holds a pair, most alike neighbours first."""
    ours, theirs = set(taken or ()), set((taken or {}).values())
    part: Pairs = {}
    back: Pairs = {}
    queue = [(-alike[start], 0, *start)]
    while queue:
        *_, a, b = heapq.heappop(queue)
        if a in ours or b in theirs:
            continue
        near = {part[i]: kind for i, kind in one.bonds[a].items() if i in part}
        if near != {j: kind for j, kind in other.bonds[b].items() if j in back}:
            continue
        part[a], back[b] = b, a
        ours.add(a)
        theirs.add(b)
        for i, kind in one.bonds[a].items():
            for j, same in other.bonds[b].items():
                if kind == same and i not in ours and j not in theirs and (i, j) in alike:
                    heapq.heappush(queue, (-alike[i, j], -len(one.shells[i] & other.shells[j]), i, j))
    return part


def _in_place(part: Pairs, core: Pairs, one: Graph, other: Graph) -> bool:
    """Whether a further part is joined to the same atoms of the core in both, directly or over what was exchanged.

    A part that is bound to the core in both, but otherwise, was turned round.
    """
    ours = _ends(set(part), set(core), one)
    theirs = _ends(set(part.values()), set(core.values()), other)
    if not {core[i] for i in ours} & theirs:
        return False
    before = {(part[a], core[i]) for a in part for i in one.bonds[a] if i in core}
    back = {b: a for a, b in core.items()}
    after = {(b, j) for b in part.values() for j in other.bonds[b] if j in back}
    return before <= after or after <= before


def _ends(part: set[int], core: set[int], of: Graph) -> set[int]:
    """The atoms of a core that a part meets first, walking over atoms that are in neither."""
    seen, waiting, ends = set(part), list(part), set()
    while waiting:
        for near in of.bonds[waiting.pop()]:
            if near in core:
                ends.add(near)
            elif near not in seen:
                seen.add(near)
                waiting.append(near)
    return ends

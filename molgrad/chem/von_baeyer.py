"""Systematic names of bicyclic and spiro rings, such as `8-azabicyclo[3.2.1]octane` and `2-oxaspiro[3.3]heptane`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product

from rdkit import Chem

_ALKANES = ("", "", "", "prop", "but", "pent", "hex", "hept", "oct", "non", "dec", "undec", "dodec", "tridec")
_HETERO = {8: "oxa", 16: "thia", 7: "aza"}  # in the order in which a name cites them and low locants go to them
_TIMES = ("", "", "di", "tri", "tetra", "penta", "hexa", "hepta", "octa", "nona", "deca", "undeca", "dodeca", "trideca")
Numbering = tuple[int, ...]  # atoms in the order of their locants


def bicycle(piece: Chem.Mol) -> tuple[str, tuple[dict[int, str], ...]] | None:
    """The von Baeyer name of a ring system of two rings without aromatic bonds, with every numbering that it allows.

    Source: IUPAC Recommendations 2013, P-23.2 (bicyclic), P-24.2 (spiro), P-31.1.4 (lowest locants).

    Args:
        piece: the ring system alone, with the oxygens that are doubly bound to it.

    Returns:
        Name, and locants by atom for each numbering; None for other rings, or elements beside C, N, O and S.
    """
    ring = {i for one in piece.GetRingInfo().AtomRings() for i in one}
    bonds = [b for b in piece.GetBonds() if b.GetBeginAtomIdx() in ring and b.GetEndAtomIdx() in ring]
    if len(bonds) != len(ring) + 1 or len(ring) >= len(_ALKANES):  # two rings: one bond more than atoms
        return None
    atoms = [piece.GetAtomWithIdx(i) for i in ring]
    if any(a.GetIsAromatic() or a.GetAtomicNum() not in (6, *_HETERO) or a.GetFormalCharge() for a in atoms):
        return None
    outside = [atom for atom in piece.GetAtoms() if atom.GetIdx() not in ring]
    if any(atom.GetAtomicNum() != 8 for atom in outside):
        return None
    near = {i: [n.GetIdx() for n in piece.GetAtomWithIdx(i).GetNeighbors() if n.GetIdx() in ring] for i in ring}
    found = _spiro(piece) or list(_bridged(near))
    if not found:
        return None
    frame = found[0][0]
    numberings = [one for said, one in found if said == frame]
    ranked = [(_rank(piece, one), one) for one in numberings]
    best = min(rank for rank, _ in ranked)
    chosen = [one for rank, one in ranked if rank == best]
    name = _name(piece, frame, chosen[0])
    return name, tuple({atom: str(at) for at, atom in enumerate(one, 1)} for one in chosen)


def _spiro(piece: Chem.Mol) -> list[tuple[str, Numbering]]:
    """Numberings of two rings that share one atom: the smaller ring first, from beside that atom."""
    rings = [tuple(ring) for ring in piece.GetRingInfo().AtomRings()]
    shared = set.intersection(*map(set, rings))
    if len(rings) != 2 or len(shared) != 1:
        return []
    centre = shared.pop()
    small, large = sorted(([*_from(ring, centre)] for ring in rings), key=len)
    orders = [(small, large)] + ([(large, small)] if len(small) == len(large) else [])
    frame = f"spiro[{len(small)}.{len(large)}]"
    return [
        (frame, (*one[::way], centre, *other[::back]))
        for one, other in orders
        for way, back in product((1, -1), repeat=2)
    ]


def _from(ring: Sequence[int], centre: int) -> Iterator[int]:
    at = ring.index(centre)
    yield from (*ring[at + 1 :], *ring[:at])


def _bridged(near: dict[int, list[int]]) -> Iterator[tuple[str, Numbering]]:
    """Numberings of two rings that share more: from a bridgehead over the longest bridge, back, then the shortest."""
    heads = [i for i, bonded in near.items() if len(bonded) == 3]
    if len(heads) != 2:
        return
    for first, last in (heads, heads[::-1]):
        bridges = [_bridge(start, first, last, near) for start in near[first]]
        for long, middle, short in permutations(bridges):
            if len(long) >= len(middle) >= len(short):
                yield (
                    f"bicyclo[{len(long)}.{len(middle)}.{len(short)}]",
                    (first, *long, last, *middle[::-1], *short),
                )


def _bridge(start: int, first: int, last: int, near: dict[int, list[int]]) -> list[int]:
    """The atoms between two bridgeheads, from the first on."""
    path, before, at = [], first, start
    while at != last:
        path.append(at)
        before, at = at, next(i for i in near[at] if i != before)
    return path


def _rank(piece: Chem.Mol, order: Numbering) -> tuple[list[int], list[list[int]], list[int], list[int]]:
    """Low locants for heteroatoms together, then for each element, then for double bonds, then for oxo groups."""
    each = [_locants(piece, order, element) for element in _HETERO]
    return sorted(at for some in each for at in some), each, _double(piece, order), _oxo(piece, order)


def _locants(piece: Chem.Mol, order: Numbering, element: int) -> list[int]:
    return [at for at, i in enumerate(order, 1) if piece.GetAtomWithIdx(i).GetAtomicNum() == element]


def _double(piece: Chem.Mol, order: Numbering) -> list[int]:
    place = {i: at for at, i in enumerate(order, 1)}
    ends = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in piece.GetBonds() if b.GetBondTypeAsDouble() == 2.0]
    return sorted(min(place[a], place[b]) for a, b in ends if a in place and b in place)


def _oxo(piece: Chem.Mol, order: Numbering) -> list[int]:
    outside = {a.GetIdx() for a in piece.GetAtoms()} - set(order)
    held = [n.GetIdx() for i in sorted(outside) for n in piece.GetAtomWithIdx(i).GetNeighbors()]
    return sorted(order.index(i) + 1 for i in held if piece.GetAtomWithIdx(i).GetAtomicNum() == 6)


def _name(piece: Chem.Mol, frame: str, order: Numbering) -> str:
    parts = [(at, word) for element, word in _HETERO.items() if (at := _locants(piece, order, element))]
    front = "-".join(f"{','.join(map(str, at))}-{_TIMES[len(at)]}{word}" for at, word in parts)
    stem = f"{front}{frame}{_ALKANES[len(order)]}"
    double, oxo = _double(piece, order), _oxo(piece, order)
    joint = "a" if len(double) > 1 else ""
    stem += f"{joint}-{','.join(map(str, double))}-{_TIMES[len(double)]}en" if double else "an"
    more = ("", " oxide", " dioxide")[min(2, piece.GetNumAtoms() - len(order) - len(oxo))]  # on a sulfur
    if len(oxo) > 1:
        return f"{stem}e-{','.join(map(str, oxo))}-{_TIMES[len(oxo)]}one{more}"
    return (f"{stem}-{oxo[0]}-one" if oxo else f"{stem}e") + more

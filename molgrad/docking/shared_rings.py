"""Two ring systems that a molecule and a known pose share, joined by linkers of about the same length.

They pin a molecule to the pose where what lies between them was exchanged, as in a change of scaffold.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from rdkit import Chem

from molgrad.chem.ring_systems import ring_systems

LONGER = 1  # bonds by which the two linkers may differ
TURNS = 100  # ways to lay a ring system on another that are compared

Pairs = tuple[tuple[int, int], ...]


def shared_rings(bare: Chem.Mol, pose: Chem.Mol) -> Pairs:
    """(atom of the molecule, atom of the pose) of two ring systems and the first atoms of the linker between them.

    Args:
        bare: the molecule, without hydrogens.
        pose: the known pose, without hydrogens.

    Returns:
        The largest such pair of systems, that which agrees best in elements and substituents; empty if there is none.
    """
    far = Chem.GetDistanceMatrix(bare), Chem.GetDistanceMatrix(pose)
    found = []
    for ours in itertools.combinations(ring_systems(bare), 2):
        for theirs in itertools.permutations(ring_systems(pose), 2):
            if pairs := _both(bare, pose, ours, theirs, far):
                found.append((len(pairs), _agreeing(bare, pose, pairs), pairs))
    return max(found, default=(0, 0, ()))[2]


def _both(
    bare: Chem.Mol,
    pose: Chem.Mol,
    ours: Sequence[set[int]],
    theirs: Sequence[set[int]],
    far: tuple[np.ndarray, np.ndarray],
) -> Pairs:
    """The atoms of two systems laid on two others, each turned so that the linkers leave from the same atom."""
    here, there = _linker(bare, far[0], *ours), _linker(pose, far[1], *theirs)
    if abs(len(here) - len(there)) > LONGER or min(len(here), len(there)) < 3:
        return ()
    pairs = set[tuple[int, int]]()
    for system, other, path, along in (
        (ours[0], theirs[0], here, there),
        (ours[1], theirs[1], here[::-1], there[::-1]),
    ):
        laid = [turn for turn in _turns(bare, pose, system, other) if (path[0], along[0]) in turn]
        if not laid:
            return ()
        pairs |= {*max(laid, key=lambda turn: _agreeing(bare, pose, turn)), (path[1], along[1])}
    single = len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    return tuple(sorted(pairs)) if single else ()


def _linker(mol: Chem.Mol, far: np.ndarray, one: set[int], other: set[int]) -> list[int]:
    """The shortest way from one system to the other, with the atom of each from which it leaves."""
    begin, end = min(itertools.product(sorted(one), sorted(other)), key=lambda ends: far[ends[0]][ends[1]])
    return list(Chem.GetShortestPath(mol, begin, end))


def _turns(bare: Chem.Mol, pose: Chem.Mol, ours: set[int], theirs: set[int]) -> Iterator[Pairs]:
    """The ways to lay a system on another of the same rings, as aromatic."""
    if len(ours) != len(theirs) or _aromatic(bare, ours) != _aromatic(pose, theirs):
        return
    (here, own), (there, other) = _alone(bare, ours), _alone(pose, theirs)
    if here.GetNumBonds() == there.GetNumBonds():
        for match in there.GetSubstructMatches(here, uniquify=False, maxMatches=TURNS):
            yield tuple((own[place], other[target]) for place, target in enumerate(match))


def _aromatic(mol: Chem.Mol, atoms: set[int]) -> int:
    return sum(mol.GetAtomWithIdx(atom).GetIsAromatic() for atom in atoms)


def _alone(mol: Chem.Mol, atoms: set[int]) -> tuple[Chem.Mol, list[int]]:
    """The connections between some atoms, whatever the elements, and which atoms they are."""
    order = sorted(atoms)
    alone = Chem.RWMol()
    for _ in order:
        alone.AddAtom(Chem.Atom(6))
    for bond in mol.GetBonds():
        ends = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if atoms.issuperset(ends):
            alone.AddBond(order.index(ends[0]), order.index(ends[1]), Chem.BondType.SINGLE)
    return alone.GetMol(), order


def _agreeing(bare: Chem.Mol, pose: Chem.Mol, pairs: Pairs) -> int:
    """How many pairs agree in element and number of neighbours."""
    atoms = ((bare.GetAtomWithIdx(a), pose.GetAtomWithIdx(b)) for a, b in pairs)
    return sum((a.GetAtomicNum(), a.GetDegree()) == (b.GetAtomicNum(), b.GetDegree()) for a, b in atoms)

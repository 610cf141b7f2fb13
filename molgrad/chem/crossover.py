"""Two molecules cut at single bonds outside rings, and the halves of one joined to those of the other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from rdkit import Chem, rdBase

from molgrad.chem.parse import Parsed, examine, read
from molgrad.chem.stereo import first_stereoisomer, unsettled

LEAST = 3  # heavy atoms of a half; smaller ones are what the transformation library exchanges
MAX_HALVES = 60  # of one molecule; a polymer must stay bounded
MAX_TRIES = 12  # joins tried for each child asked for
_OUTGROW = 1.4  # a child is at most this much larger than the larger parent, so that size does not run away
_SHRINK = 0.6  # and at least this share of the smaller parent
_OPEN = 1  # the atom map number of the dummies, by which molzip finds the ends that belong together

# Acyclic single bonds a chemist would make: not inside an amide, sulfonamide or ester, and not to a CF3.
_CUT = Chem.MolFromSmarts("[!#1;!$(C(F)(F)F)]-;!@[!#1;!$(C(F)(F)F)]")
_KEEP = Chem.MolFromSmarts("[$([CX3](=[O,S,N])),$([SX4](=O)=O)]-;!@[#7,#8]")


class _Half(NamedTuple):
    mol: Chem.Mol  # with a dummy atom where it was cut
    carbon: bool  # whether it was cut at a carbon
    size: int  # atoms, without the dummy


def crossover(first: str, second: str, seed: int, n: int) -> Iterator[str]:
    """At most `n` distinct children, canonical single stereoisomers, neither parent among them.

    Rings stay whole. The same arguments give the same children in the same order; each is made when it is asked for.

    Args:
        first: SMILES of a parent.
        second: SMILES of a parent.
        seed: of the draws.
        n: how many are wanted.

    Raises:
        InvalidMoleculeError: when a parent is no molecule.
    """
    return islice(_children((read(first), read(second)), seed, n * MAX_TRIES), n)


def _children(parents: tuple[Parsed, Parsed], seed: int, tries: int) -> Iterator[str]:
    left, right = _halves(parents[0].smiles), _halves(parents[1].smiles)
    sizes = [parent.mol.GetNumHeavyAtoms() for parent in parents]
    rng = random.Random(f"{seed}|{parents[0].smiles}|{parents[1].smiles}")  # noqa: S311 - sampling, not secrets
    pairs = [(a, b) for a in left for b in right if _fits(a, b, sizes)]
    rng.shuffle(pairs)
    seen = {parent.smiles for parent in parents}
    for a, b in pairs[:tries]:
        child = _joined(a, b)
        if child is not None and child not in seen:
            seen.add(child)
            yield child


@lru_cache(maxsize=256)
def _halves(smiles: str) -> tuple[_Half, ...]:
    """Both sides of every cut."""
    mol = read(smiles).mol
    kept = {frozenset(pair) for pair in mol.GetSubstructMatches(_KEEP)}
    halves: list[_Half] = []
    for a, b in mol.GetSubstructMatches(_CUT):
        if frozenset((a, b)) in kept:
            continue
        halves += _cut(mol, a, b)
        if len(halves) >= MAX_HALVES:
            break
    return tuple(halves)


def _cut(mol: Chem.Mol, a: int, b: int) -> list[_Half]:
    # A dummy keeps the open place in each atom's order of neighbours, on which the sense of a stereocentre rests.
    opened = Chem.FragmentOnBonds(mol, [mol.GetBondBetweenAtoms(a, b).GetIdx()], dummyLabels=[(0, 0)])
    pieces: list[_Half] = []
    for fragment in Chem.GetMolFrags(opened, asMols=True, sanitizeFrags=False):
        size = fragment.GetNumAtoms() - 1
        if size < LEAST:
            return []
        dummy = next(atom for atom in fragment.GetAtoms() if atom.GetAtomicNum() == 0)
        dummy.SetAtomMapNum(_OPEN)
        pieces.append(_Half(fragment, dummy.GetNeighbors()[0].GetAtomicNum() == 6, size))
    return pieces


def _fits(a: _Half, b: _Half, sizes: list[int]) -> bool:
    """A child of sensible size, without a bond between two heteroatoms."""
    total = a.size + b.size
    if total > _OUTGROW * max(sizes) or total < _SHRINK * min(sizes):
        return False
    return a.carbon or b.carbon


def _joined(a: _Half, b: _Half) -> str | None:
    whole = zipped(a.mol, b.mol)
    if whole is None or len(unsettled(whole.smiles)) > 2:
        return None
    return first_stereoisomer(whole.smiles)[0]


def zipped(*parts: Chem.Mol) -> Parsed | None:
    """Molecules joined at the dummies that bear the same number; None where that gives no sound molecule."""
    with rdBase.BlockLogs():
        try:
            outcome = examine(Chem.MolToSmiles(Chem.molzip(*parts)))
        except (RuntimeError, ValueError):
            return None
    return outcome if isinstance(outcome, Parsed) else None

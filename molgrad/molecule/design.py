"""Single changes of a molecule: how two molecules differ, and the scan with which a series begins."""

from __future__ import annotations

from functools import lru_cache

from rdkit import Chem

from molgrad.autograd.domain import Step
from molgrad.chem.combination import combined
from molgrad.chem.matched_pair import Change, change
from molgrad.chem.parse import read
from molgrad.chem.transforms import LIBRARY, Neighbour, apply_transform, sites

__all__ = ["combined", "scanned", "step", "told_by"]

SMALLER = 0.5  # what a change says at least of a smaller one at its place, where it was bad, or of a larger one

# What a chemist makes first of a lead: a methyl, halogen, oxygen or nitrogen at each position, and of each small
# substituent and N-methyl the usual stand-ins.
SCAN = (
    "scan_fluoro", "scan_chloro", "scan_methyl", "scan_methoxy", "scan_cyano", "scan_trifluoromethyl", "scan_hydroxyl",
    "scan_amino", "ch_to_n", "n_walk", "azole_ch_to_n", "swap_to_fluoro", "swap_to_chloro", "swap_to_methyl",
    "swap_to_methoxy", "swap_to_cyano", "swap_to_trifluoromethyl", "swap_to_ethyl", "swap_to_cyclopropyl",
    "grow_amine_methyl", "grow_azole_methyl", "grow_hydroxyl_methyl", "grow_ring_methyl", "grow_ring_fluoro",
    "grow_ring_hydroxyl", "grow_arene_cyclopropyl", "grow_arene_carboxamide", "grow_arene_hydroxymethyl",
    "methyl_to_hydroxymethyl", "n_demethylate", "ring_ch2_to_o",
)  # fmt: skip


@lru_cache(maxsize=20_000)
def step(parent: str, value: str) -> Step:
    """How a molecule differs from another, by their largest common core.

    Args:
        parent: SMILES.
        value: SMILES of the other.
    """
    found = change(parent, value)
    kinds = [_kind(found, place) for place in range(len(found.where))]
    return Step(found.places, _where(found), "; ".join(sorted(kinds)), found.text if found.places > 1 else "")


@lru_cache(maxsize=64)
def scanned(smiles: str) -> tuple[Neighbour, ...]:
    """Every product of the rules of the scan, each once, in the order of the rules.

    Args:
        smiles: the molecule.
    """
    found: dict[str, Neighbour] = {}
    for name in (name for name in SCAN if name in LIBRARY):
        for atoms in sites(name, smiles):
            for product in apply_transform(name, smiles, atoms):
                found.setdefault(product, Neighbour(product, name, atoms))
    return tuple(found.values())


@lru_cache(maxsize=20_000)
def told_by(known: tuple[str, str], other: tuple[str, str], *, bad: bool) -> float:
    """How far the outcome of a single change tells that of another, 0 to 1: fully at the same place of a series.

    What was too large tells little of a smaller group, and what was no worse little of a larger one.

    Args:
        known: SMILES of parent and child whose outcome is known.
        other: the same of the change in question.
        bad: whether the known outcome was bad.
    """
    one, two = change(*known), change(*other)
    if one.places != 1 or two.places != 1:
        return 0.0
    core = dict(change(known[0], other[0]).core)
    classes = _classes(known[0])
    equivalent = {atom for atom in core if classes[atom] in set(_where(one))}
    if not {core[atom] for atom in equivalent} & _sites(two):
        return 0.0
    ours, theirs = (len(one.gained) + 1, len(two.gained) + 1) if bad else (len(two.gained) + 1, len(one.gained) + 1)
    return max(SMALLER, min(1.0, theirs / ours))


def _where(found: Change) -> tuple[int, ...]:
    """The changed positions of the parent as symmetry classes: two ortho positions are one."""
    classes = _classes(found.parent)
    return tuple(sorted({classes[atom] for atom in _sites(found)}))


def _sites(found: Change) -> set[int]:
    """The atoms of the parent that change, or bear what comes and goes."""
    return {i for place in found.where for i in (place.ends if len(place.ends) == 1 else place.lost or place.ends)}


@lru_cache(maxsize=256)
def _classes(smiles: str) -> tuple[int, ...]:
    return tuple(Chem.CanonicalRankAtoms(read(smiles).mol, breakTies=False))


def _kind(found: Change, place: int) -> str:
    lost, gained = found.where[place].lost, found.where[place].gained
    return f"{_written(found.parent, lost)}>{_written(found.child, gained)}"


def _written(smiles: str, atoms: frozenset[int]) -> str:
    return str(Chem.MolFragmentToSmiles(read(smiles).mol, sorted(atoms), isomericSmiles=False)) if atoms else "H"

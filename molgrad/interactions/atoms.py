"""Vina's atom types: radius, hydrophobic or not, hydrogen-bond donor or acceptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Å; Vina's radii (Trott & Olson 2010 for the first rows, Vina 1.2's source for Si and metals).
RADII = {"C": 1.9, "N": 1.8, "O": 1.7, "S": 2.0, "P": 2.1, "F": 1.5, "Cl": 1.8, "Br": 2.0, "I": 2.2, "Si": 2.2}
METAL_RADIUS = 1.2  # Å, the same for every metal
HALOGENS = frozenset({"F", "Cl", "Br", "I"})
_ORGANIC = frozenset(RADII)
# Nitrogens whose lone pair is spent, so that AutoDock types them N and not NA: beside an aromatic or a
# three-valent carbon (aniline, pyrrole, amide), a triazene's, and every cation.
_SPENT = ("[#7X3v3][a]", "[#7X3v3][#6X3v4]", "[#7X3v3][NX2]=[*]", "[#7+1]")


@dataclass(frozen=True, slots=True)
class AtomTypes:
    """Vina's view of n heavy atoms; arrays of shape (n,), `radius` in Å."""

    elements: tuple[str, ...]
    radius: Floats
    hydrophobic: Flags
    donor: Flags
    acceptor: Flags


def atom_types(
    elements: Sequence[str], hetero_neighbour: Sequence[bool], polar_h: Sequence[bool], lone_pair: Sequence[bool]
) -> AtomTypes:
    """Vina's types of heavy atoms.

    Args:
        elements: symbols, `Cl` and not `CL`.
        hetero_neighbour: bonded to an atom other than carbon and hydrogen; such a carbon is not hydrophobic.
        polar_h: carries a polar hydrogen.
        lone_pair: typed NA or OA by AutoDock.
    """
    carbon = np.array([e == "C" for e in elements], dtype=bool)
    halogen = np.array([e in HALOGENS for e in elements], dtype=bool)
    polar = np.array([e in ("N", "O") for e in elements], dtype=bool)
    metal = np.array([is_metal(e) for e in elements], dtype=bool)
    return AtomTypes(
        elements=tuple(elements),
        radius=np.array([RADII.get(e, METAL_RADIUS) for e in elements], dtype=np.float64),
        hydrophobic=(carbon & ~np.array(hetero_neighbour, dtype=bool)) | halogen,
        donor=(polar & np.array(polar_h, dtype=bool)) | metal,
        acceptor=polar & np.array(lone_pair, dtype=bool),
    )


def is_metal(element: str) -> bool:
    """Whether Vina treats the element as a metal, as it does every element without a radius of its own."""
    return element not in _ORGANIC


@dataclass(frozen=True, slots=True)
class LigandAtoms:
    """A pose's atoms, heavy atom i being atom i of the designed SMILES.

    Attributes:
        mol: all atoms of the mol block, in its order.
        heavy: indices in `mol` of the heavy atoms.
        points: (n, 3) positions of the heavy atoms, Å.
        types: of the heavy atoms.
        neighbours: of each heavy atom, the heavy atoms bonded to it.
        hydrogens: of each heavy atom, (k, 3) positions of its hydrogens.
    """

    mol: Chem.Mol
    heavy: tuple[int, ...]
    points: Floats
    types: AtomTypes
    neighbours: tuple[tuple[int, ...], ...]
    hydrogens: tuple[Floats, ...]


def read_ligand(block: str) -> LigandAtoms:
    """The atoms of a pose from its V2000 mol block; types as meeko 0.8 and Vina 1.2 give them.

    Args:
        block: V2000 mol block with hydrogens, Å.

    Raises:
        ValueError: no mol block, or one without heavy atoms.
    """
    try:
        mol = Chem.MolFromMolBlock(block, removeHs=False)
    except RuntimeError as error:
        raise ValueError(f"no mol block: {error}") from None
    if mol is None or not mol.GetNumHeavyAtoms() or not mol.GetNumConformers():
        raise ValueError("no molecule with heavy atoms in the mol block")
    positions = np.asarray(mol.GetConformer().GetPositions(), dtype=np.float64)
    heavy = [a.GetIdx() for a in mol.GetAtoms() if a.GetAtomicNum() > 1]
    place = {old: new for new, old in enumerate(heavy)}
    around = [[n.GetIdx() for n in mol.GetAtomWithIdx(i).GetNeighbors()] for i in heavy]
    symbols = [mol.GetAtomWithIdx(i).GetSymbol() for i in heavy]
    bonded = [tuple(place[j] for j in row if j in place) for row in around]
    spent = {place[hit[0]] for query in _queries() for hit in mol.GetSubstructMatches(query)}
    types = atom_types(
        symbols,
        [any(symbols[j] != "C" for j in row) for row in bonded],
        [len(row) > len(kept) for row, kept in zip(around, bonded, strict=True)],
        [symbol == "O" or i not in spent for i, symbol in enumerate(symbols)],
    )
    hydrogens = tuple(positions[[j for j in row if j not in place]].reshape(-1, 3) for row in around)
    return LigandAtoms(mol, tuple(heavy), positions[heavy], types, tuple(bonded), hydrogens)


@cache
def _queries() -> tuple[Chem.Mol, ...]:
    return tuple(Chem.MolFromSmarts(smarts) for smarts in _SPENT)

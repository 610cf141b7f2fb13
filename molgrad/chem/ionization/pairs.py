"""How charged groups of one molecule change each other's pKa."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem

from molgrad.chem.ionization.groups import Ionizable

# Shift of pKa by a second charge of the same sign, by bonds between the atoms. From the two constants of hydrazine,
# ethylenediamine (9.9, 6.9), 1,3-diaminopropane (10.5, 8.9), 1,4-diaminobutane (10.8, 9.6), after the statistical
# factor of 0.3 for each (Perrin 1965).
REPULSION = (0.0, 9.0, 5.0, 2.4, 1.1, 0.6, 0.35, 0.2, 0.1)
# By one of the other sign: glycine (9.8 against its ethyl ester's 7.7), beta-alanine (10.2 against 9.1), GABA. Closer
# than three bonds the zwitterion is another tautomer, which gains little.
ATTRACTION = (0.0, 0.0, 0.5, 2.1, 1.1, 0.6, 0.35, 0.2, 0.1)
SECOND_WAY = 0.58  # each further shortest way adds so much of the first: piperazine (9.7, 5.3), DABCO (8.8, 3.0)
SAME_PHOSPHORUS = 4.8  # methyl phosphate 1.5 and 6.3, methylphosphonic acid 2.4 and 7.7 (Serjeant & Dempsey 1979)
GEMINAL_PHOSPHORUS = 1.6  # a charge on the other phosphonate of a bisphosphonate (alendronate 2.7, 6.4)
SAME_AROMATIC_RING = 6.0  # pyrimidine takes up a second proton below pH -6
SAME_AROMATIC_SYSTEM = 3.5  # two nitrogens in fused rings (naphthyridines, purines)


def interactions(mol: Chem.Mol, groups: Sequence[Ionizable]) -> NDArray[np.float64]:
    """The energy of each two charges together, in units of pKa; positive where they avoid each other.

    Args:
        mol: neutralized.
        groups: of it.
    """
    table = np.zeros((len(groups), len(groups)))
    distances = Chem.GetDistanceMatrix(mol)
    adjacency = Chem.GetAdjacencyMatrix(mol)
    ways = {steps: np.linalg.matrix_power(adjacency, steps) for steps in (3, 4)} if len(groups) > 1 else {}
    for i, one in enumerate(groups):
        for j in range(i):
            other = groups[j]
            gap = int(distances[one.atom][other.atom])
            paths = int(ways[gap][one.atom][other.atom]) if gap in ways else 1
            table[i, j] = table[j, i] = _between(mol, one, other, gap, paths)
    return table


def _between(mol: Chem.Mol, one: Ionizable, other: Ionizable, gap: int, paths: int) -> float:
    if gap >= len(REPULSION):
        return 0.0
    aromatic = _shared_rings(mol, one.atom, other.atom, gap)
    again = 1 + SECOND_WAY * min(paths - 1, 2)
    if one.kind != other.kind:
        return 0.0 if aromatic else -ATTRACTION[gap] * again
    if aromatic:
        return max(aromatic, REPULSION[gap])
    near = _phosphorus(mol, one.atom), _phosphorus(mol, other.atom)
    if None not in near and one.kind == "acid":
        if near[0] == near[1]:
            return SAME_PHOSPHORUS
        return GEMINAL_PHOSPHORUS if gap == 4 else REPULSION[gap]
    return REPULSION[gap] * again


def _shared_rings(mol: Chem.Mol, one: int, other: int, gap: int) -> float:
    """The interaction within an aromatic system; 0 where the atoms do not share one."""
    atoms = mol.GetAtomWithIdx(one), mol.GetAtomWithIdx(other)
    if not all(atom.GetIsAromatic() for atom in atoms):
        return 0.0
    rings = [set(ring) for ring in mol.GetRingInfo().AtomRings()]
    mine, theirs = [r for r in rings if one in r], [r for r in rings if other in r]
    if any(other in ring for ring in mine):
        return SAME_AROMATIC_RING
    fused = any(len(a & b) >= 2 for a in mine for b in theirs)
    return SAME_AROMATIC_SYSTEM if fused and gap <= 5 else 0.0


def _phosphorus(mol: Chem.Mol, atom: int) -> int | None:
    return next((n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors() if n.GetAtomicNum() == 15), None)


def fields(mol: Chem.Mol, groups: Sequence[Ionizable], permanent: Mapping[int, int]) -> list[float]:
    """The shift of each group's pKa by charges that no pH changes.

    Args:
        mol: neutralized.
        groups: of it.
        permanent: charge by atom.
    """
    distances = Chem.GetDistanceMatrix(mol)
    return [
        sum((_field(group, charge, int(distances[group.atom][at])) for at, charge in permanent.items()), 0.0)
        for group in groups
    ]


def _field(group: Ionizable, charge: int, gap: int) -> float:
    """A cation makes bases weaker and acids stronger."""
    if gap >= len(REPULSION):
        return 0.0
    same = (charge > 0) == (group.kind == "base")
    size = REPULSION[gap] if same else ATTRACTION[gap]
    return -size if charge > 0 else size

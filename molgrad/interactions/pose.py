"""A pose's energy by Vina, by atom, fragment and residue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem

from molgrad.interactions.atoms import Floats, LigandAtoms, read_ligand
from molgrad.interactions.pocket import Pocket, read_pocket
from molgrad.interactions.terms import CUTOFF, TERMS, bonding_pairs, tabled_terms

Places = NDArray[np.int64]
# Bonds about which a pose can turn, so that what lies between them moves as one: single, in no ring, neither
# end a last heavy atom, and no amide, ester or sulfonamide, which chemists read as one group.
_TURNING = "[!$([D1]);!$(C#*)]-;!@[!$([D1]);!$(C#*)]"
_WHOLE = "[$([CX3]=[O,S,N]),$([SX4](=O)=O)]-;!@[N,O]"


@dataclass(frozen=True)
class PoseEnergies:
    """A pose's intermolecular energy, pair by pair.

    Attributes:
        ligand: the pose's n heavy atoms, numbered as in the designed SMILES.
        pocket: the receptor's atoms.
        i, j: (k,) the ligand atom and the receptor atom of each pair within 8 Å.
        gap: (k,) distance of the pair, Å.
        pairs: (5, k) Vina's weighted terms of the pair, kcal/mol, in the order of `TERMS`.
    """

    ligand: LigandAtoms
    pocket: Pocket
    i: Places
    j: Places
    gap: Floats
    pairs: Floats

    @cached_property
    def atoms(self) -> Floats:
        """(n, 5): the terms of each ligand atom, kcal/mol; the sum of all is `inter`."""
        n = len(self.ligand.points)
        return np.stack([np.bincount(self.i, weights=term, minlength=n) for term in self.pairs], axis=1)

    @cached_property
    def residues(self) -> dict[str, Floats]:
        """(5,) of each residue within 8 Å, kcal/mol, strongest first."""
        m = len(self.pocket.points)
        table = np.stack([np.bincount(self.j, weights=term, minlength=m) for term in self.pairs], axis=1)
        sums: dict[str, Floats] = {}
        for place in np.unique(self.j).tolist():
            name = self.pocket.residues[place]
            sums[name] = sums.get(name, np.zeros(5)) + table[place]
        return dict(sorted(sums.items(), key=lambda item: (float(item[1].sum()), item[0])))

    @cached_property
    def fragments(self) -> dict[tuple[int, ...], Floats]:
        """(5,) of each rigid group (ring systems, and what lies between bonds that turn), kcal/mol."""
        return {group: self.atoms[list(group)].sum(axis=0) for group in _groups(self.ligand)}

    @property
    def inter(self) -> float:
        """Vina's intermolecular energy, kcal/mol; rotatable bonds and the ligand's own strain are not in it."""
        return float(self.pairs.sum())

    def atom_rows(self) -> list[dict[str, object]]:
        """Each atom as JSON: index, element, the five terms and their total, kcal/mol."""
        rows: list[dict[str, object]] = []
        for index, (element, terms) in enumerate(zip(self.ligand.types.elements, self.atoms, strict=True)):
            named = {name: round(float(x), 4) for name, x in zip(TERMS, terms, strict=True)}
            rows.append({"index": index, "element": element, **named, "total": round(float(terms.sum()), 4)})
        return rows


def per_atom_energies(block: str, receptor: Path) -> PoseEnergies:
    """The energies of a pose in a receptor, pair by pair.

    The sum equals what Vina's `score()` calls `lig_inter`, for a ligand inside the box: Vina adds a penalty for
    atoms outside it, and dampens an atom's energy where that is far above 0 kcal/mol.

    Args:
        block: V2000 mol block of the docked state, Å, in the receptor's frame; heavy atom i = designed atom i.
        receptor: PDBQT file.

    Raises:
        OSError: the receptor cannot be read.
        ValueError: block or receptor are not what they should be.
    """
    return energies_of_atoms(read_ligand(block), read_pocket(receptor))


def energies_of_atoms(ligand: LigandAtoms, pocket: Pocket) -> PoseEnergies:
    """As `per_atom_energies`, for atoms already read."""
    middle = ligand.points.mean(axis=0)
    reach = float(np.linalg.norm(ligand.points - middle, axis=1).max()) + CUTOFF
    near = np.array(sorted(pocket.tree.query_ball_point(middle, reach)), dtype=np.int64)
    square = ((ligand.points[:, None, :] - pocket.points[near][None, :, :]) ** 2).sum(axis=2)
    i, column = np.nonzero(square < CUTOFF**2)
    j = near[column]
    gap = np.sqrt(square[i, column])
    a, b = ligand.types, pocket.types
    hydrophobic = (a.hydrophobic[i] & b.hydrophobic[j]).astype(np.float64)
    bonding = bonding_pairs(a, i, b, j).astype(np.float64)
    pairs = tabled_terms(gap, a.radius[i] + b.radius[j], hydrophobic, bonding)
    return PoseEnergies(ligand, pocket, i, j, gap, pairs)


_TURNING_QUERY = Chem.MolFromSmarts(_TURNING)
_WHOLE_QUERY = Chem.MolFromSmarts(_WHOLE)


def _groups(ligand: LigandAtoms) -> list[tuple[int, ...]]:
    heavy = Chem.RemoveAllHs(ligand.mol)
    whole = {frozenset(hit) for hit in heavy.GetSubstructMatches(_WHOLE_QUERY)}
    cuts = {frozenset(hit) for hit in heavy.GetSubstructMatches(_TURNING_QUERY)} - whole
    rest = Chem.RWMol(heavy)
    for a, b in (sorted(cut) for cut in cuts):
        rest.RemoveBond(a, b)
    return sorted(tuple(sorted(group)) for group in Chem.GetMolFrags(rest))

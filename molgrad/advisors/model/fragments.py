"""Sets of atoms written as fragments, since language models count atoms badly."""

from __future__ import annotations

from collections.abc import Iterable

from rdkit import Chem

from molgrad.chem.parse import parse
from molgrad.errors import InvalidMoleculeError


def fragment_smiles(smiles: str, sets: Iterable[tuple[int, ...]]) -> dict[tuple[int, ...], str]:
    """Each set of atom indices as the SMILES of those atoms; sets that do not fit are left out."""
    try:
        mol = parse(smiles)
    except InvalidMoleculeError:
        return {}
    size = mol.GetNumAtoms()
    return {
        atoms: Chem.MolFragmentToSmiles(mol, atomsToUse=list(atoms))
        for atoms in sets
        if atoms and all(0 <= atom < size for atom in atoms)
    }

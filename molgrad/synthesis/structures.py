"""Molecules of routes as canonical SMILES; a search sees the same ones again and again."""

from __future__ import annotations

from functools import lru_cache

from rdkit import Chem, rdBase

_CARBON = 6
_KEPT = 50_000  # molecules; a search of one target sees some thousands


@lru_cache(maxsize=_KEPT)
def mol_of(smiles: str) -> Chem.Mol:
    """The molecule of a canonical SMILES. Shared: copy before changing.

    Args:
        smiles: of a sound molecule.
    """
    mol = Chem.MolFromSmiles(smiles)
    for atom in mol.GetAtoms():  # of [C@H] the hydrogen is explicit, and a template would leave it there
        if atom.GetAtomicNum() == _CARBON and atom.GetNumExplicitHs() and not atom.GetFormalCharge():
            atom.SetNumExplicitHs(0)
            atom.SetNoImplicit(False)
    mol.UpdatePropertyCache()
    return mol


@lru_cache(maxsize=_KEPT)
def flat(smiles: str) -> str:
    """The canonical SMILES without stereo.

    Args:
        smiles: of a sound molecule.
    """
    mol = Chem.Mol(mol_of(smiles))
    Chem.RemoveStereochemistry(mol)
    return str(Chem.MolToSmiles(mol))


def settled(product: Chem.Mol) -> str | None:
    """The canonical SMILES of what a reaction template wrote; None where it is no sound molecule.

    Args:
        product: a molecule as RDKit's `RunReactants` returns it.
    """
    with rdBase.BlockLogs():
        try:
            written = Chem.MolToSmiles(product)
        except (RuntimeError, ValueError):
            return None
        return _canonical(written)


@lru_cache(maxsize=_KEPT)
def _canonical(written: str) -> str | None:
    mol = Chem.MolFromSmiles(written)
    return None if mol is None or not mol.GetNumAtoms() else str(Chem.MolToSmiles(mol))

"""Isotope labels and hydrogens written as atoms: what a design keeps of them, and the molecule without."""

from __future__ import annotations

from collections import Counter

from rdkit import Chem
from rdkit.Chem import rdqueries

_HYDROGEN = rdqueries.AtomNumEqualsQueryAtom(1)
_LABELLED = rdqueries.IsotopeGreaterQueryAtom(0)


def _removal() -> Chem.RemoveHsParameters:
    """Every hydrogen with one bond goes, also one that a double bond's configuration was written by."""
    params = Chem.RemoveHsParameters()
    params.removeDefiningBondStereo = params.removeMapped = params.removeNonimplicit = True
    params.removeWithWedgedBond = params.removeIsotopes = True
    params.showWarnings = False
    return params


def without_plain_hydrogens(mol: Chem.Mol) -> Chem.Mol:
    """The molecule without hydrogen atoms that carry no label.

    RDKit leaves those in place that write the configuration of a C=N-H, which turns over and can be no isomer.

    Args:
        mol: the molecule, which is not changed.
    """
    if not any(atom.GetIsotope() == 0 for atom in mol.GetAtomsMatchingQuery(_HYDROGEN)):
        return mol
    params = _removal()
    params.removeIsotopes = False
    return Chem.RemoveHs(mol, params)


def unlabelled(mol: Chem.Mol) -> tuple[Chem.Mol, str]:
    """The molecule without isotope labels, heavy atoms in their order, and the labels, such as `13C, 3 x 2H`.

    Args:
        mol: the molecule, which is not changed.
    """
    labelled = list(mol.GetAtomsMatchingQuery(_LABELLED))
    if not labelled:
        return mol, ""
    counts = Counter(f"{atom.GetIsotope()}{atom.GetSymbol()}" for atom in labelled)
    plain = Chem.Mol(mol)
    for atom in plain.GetAtoms():
        atom.SetIsotope(0)
    plain = Chem.RemoveHs(plain, _removal())
    Chem.AssignStereochemistry(plain, cleanIt=True, force=True)
    return plain, ", ".join(label if count == 1 else f"{count} x {label}" for label, count in sorted(counts.items()))

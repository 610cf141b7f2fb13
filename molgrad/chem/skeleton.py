"""What two drawings of one molecule share: its elements and connections."""

from __future__ import annotations

from rdkit import Chem


def skeleton(mol: Chem.Mol) -> Chem.Mol:
    """Elements and connections alone: every bond single, no charge, no hydrogen count, no stereo.

    Args:
        mol: any molecule; its atoms keep their order.
    """
    bare = Chem.RWMol()
    for atom in mol.GetAtoms():
        plain = Chem.Atom(atom.GetAtomicNum())
        plain.SetNoImplicit(True)
        bare.AddAtom(plain)
    for bond in mol.GetBonds():
        bare.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    return bare.GetMol()

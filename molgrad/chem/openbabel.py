"""The only module that imports Open Babel (GPL-2), and only when it is called: molgrad works without it."""

from __future__ import annotations


def charges_at_ph(mol_block: str, ph: float) -> tuple[int, ...]:
    """Formal charge of each atom of a V2000 mol block (heavy atoms only) at a pH, in the block's atom order.

    The charges follow Open Babel's own acid-base rules (its `phmodel`). Nothing is printed.

    Args:
        mol_block: V2000, without hydrogens.
        ph: 0 to 14.

    Raises:
        ImportError: when Open Babel is not installed.
        ValueError: when it cannot read the block or does not keep the atoms.
    """
    from openbabel import openbabel

    openbabel.obErrorLog.SetOutputLevel(-1)
    conversion = openbabel.OBConversion()
    conversion.SetInFormat("mol")
    mol = openbabel.OBMol()
    if not conversion.ReadString(mol, mol_block):
        raise ValueError("Open Babel cannot read the mol block")
    before = mol.NumAtoms()
    mol.CorrectForPH(ph)
    if mol.NumAtoms() != before:
        raise ValueError(f"Open Babel changed the number of atoms from {before} to {mol.NumAtoms()}")
    return tuple(int(mol.GetAtom(i + 1).GetFormalCharge()) for i in range(before))

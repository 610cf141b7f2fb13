"""Checks of what a molecule is made of: elements, size, charge and radicals."""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors, rdqueries

from molgrad.chem.parse import Parsed
from molgrad.validation.reason import Check, Reason

# Queries run inside RDKit; a Python loop over the atoms costs more than the rest of the check.
# AutoDock Vina has atom types for H, C, N, O, F, P, S, Cl, Br and I, and none for B, Si or Se.
_FOREIGN = Chem.AtomFromSmarts("[!#1;!#6;!#7;!#8;!#9;!#15;!#16;!#17;!#35;!#53]")
_RADICAL = rdqueries.NumRadicalElectronsGreaterQueryAtom(0)
_HYDROGEN = rdqueries.AtomNumEqualsQueryAtom(1)
DOCKABLE_ATOMS = (1, 80)  # heavy atoms; above, embedding and the search itself fail (a 200-atom peptide does)
ROTATABLE_BONDS = 32  # rotatable bonds; AutoDock's own limit on torsions, far beyond what a search can cover
DRUGLIKE_ATOMS = (6, 50)  # heavy atoms; a fragment's lower end, and about 700 g/mol
DOCKABLE_CHARGE = 4  # elementary charges, absolute; ATP-like polyanions still dock, more is a mistake in the SMILES
DRUGLIKE_CHARGE = 2  # elementary charges, absolute, of the designed molecule before protonation


def elements(parsed: Parsed) -> tuple[Reason, ...]:
    """Only elements that Vina can type."""
    wrong = [(a.GetIdx(), a.GetSymbol()) for a in parsed.mol.GetAtomsMatchingQuery(_FOREIGN)]
    text = "atom {} is {}: Vina has no atom type for it (it knows C N O F P S Cl Br I and H)"
    boron = "; a boron warhead cannot be docked, nor its bond to the protein"
    return tuple(
        Reason("element", text.format(i, symbol) + (boron if symbol == "B" else ""), (i,)) for i, symbol in wrong
    )


def size(least: int, most: int, rotatable_bonds: int) -> Check:
    """A check on the number of heavy atoms and of rotatable bonds.

    Args:
        least: heavy atoms.
        most: heavy atoms.
        rotatable_bonds: the most that a search can cover.
    """

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        atoms = parsed.mol.GetNumHeavyAtoms()
        if atoms < least:
            return (Reason("size", f"{atoms} heavy atoms; at least {least} are needed"),)
        if atoms > most:
            return (Reason("size", f"{atoms} heavy atoms; at most {most} are accepted"),)
        if atoms <= rotatable_bonds + 3:  # n atoms in a chain have n - 3 rotatable bonds: no need to count
            return ()
        turning = rdMolDescriptors.CalcNumRotatableBonds(parsed.mol)
        if turning > rotatable_bonds:
            return (Reason("size", f"{turning} rotatable bonds; at most {rotatable_bonds} can be searched"),)
        return ()

    return check


def charge(most: int) -> Check:
    """A check on the net formal charge, in elementary charges.

    Args:
        most: the largest absolute net charge that is accepted.
    """

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        net = Chem.GetFormalCharge(parsed.mol)
        if abs(net) <= most:
            return ()
        atoms = tuple(a.GetIdx() for a in parsed.mol.GetAtoms() if a.GetFormalCharge() * net > 0)
        return (Reason("charge", f"net charge {net:+d}; at most {most} either way is accepted", atoms),)

    return check


def radicals_and_hydrides(parsed: Parsed) -> tuple[Reason, ...]:
    """No unpaired electrons, no hydrogen atoms of their own."""
    mol, found = parsed.mol, []
    for atom in mol.GetAtomsMatchingQuery(_RADICAL):
        text = f"atom {atom.GetIdx()} ({atom.GetSymbol()}) has an unpaired electron (a radical): a hydrogen is missing"
        found.append(Reason("radical", text, (atom.GetIdx(),)))
    for atom in mol.GetAtomsMatchingQuery(_HYDROGEN):
        text = (
            f"atom {atom.GetIdx()} is a hydrogen with no or two bonds (a hydride or a bridge), which cannot be docked"
        )
        found.append(Reason("hydrogen", text, (atom.GetIdx(),)))
    return tuple(found)

"""Translate residue names of other programs and older files to those of the PDB, and split metals from cofactors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from molgrad.receptors.preparation.ions import METALS
from molgrad.receptors.preparation.report import Change
from molgrad.receptors.preparation.residue import Atom, Residue

# Amino acids of CHARMM and Amber with the state that such a name stands for; waters of all of them.
SYNONYMS = {"HSD": "HID", "HSE": "HIE", "HSP": "HIP", "CYX": "CYS", "CYM": "CYS"}
SYNONYMS |= dict.fromkeys(("WAT", "DOD", "H2O", "TIP", "TIP3", "TP3", "SPC", "SOL"), "HOH")
BASES = {"ADE": "A", "CYT": "C", "GUA": "G", "URA": "U", "THY": "T", "A": "A", "C": "C", "G": "G", "U": "U", "T": "T"}
# Single atoms of CHARMM and Amber, whose elements cannot be read off their names (CLA of many atoms is chlorophyll).
IONS_BY_NAME = {"SOD": "Na", "CLA": "Cl", "POT": "K", "CAL": "Ca", "CES": "Cs", "LIT": "Li", "ZN2": "Zn", "MG2": "Mg"}
IONS_BY_NAME |= {"NA+": "Na", "CL-": "Cl", "K+": "K"}
ORGANIC = frozenset("HDCNOSP")  # first letters of atom names in chains


def element(residue: str, name: str, read: str) -> str:
    """The element of an atom, corrected where it was guessed from a name in the wrong columns.

    In an amino acid or nucleotide CA is a carbon and HG a hydrogen, wherever a file without elements has them.
    """
    import gemmi

    plain = SYNONYMS.get(residue, residue)
    chained = plain in ("HID", "HIE", "HIP") or residue in BASES or gemmi.find_tabulated_residue(plain).is_standard()
    if not chained or read in ORGANIC or not (read == "X" or name.upper().startswith(read.upper())):
        return read
    first = name.lstrip("0123456789")[:1].upper()
    return first if first in ORGANIC else read


def standard(residue: Residue, changes: list[Change]) -> Residue:
    """Rename a residue: selenomethionine to methionine, and names of other programs to those of the PDB."""
    if residue.name == "MSE":
        atoms = tuple(Atom("SD", "S", a.position) if a.element == "Se" else a for a in residue.atoms)
        changes.append(Change("selenomethionine as methionine", residue.label, key=residue.key))
        return replace(residue, name="MET", atoms=atoms)
    if len(residue.atoms) == 1 and residue.name.upper() in IONS_BY_NAME:
        symbol = IONS_BY_NAME[residue.name.upper()]
        return replace(residue, name=symbol.upper(), atoms=(replace(residue.atoms[0], element=symbol),))
    names = {atom.name.replace("*", "'") for atom in residue.atoms}
    if residue.name in BASES and "C1'" in names:
        base = BASES[residue.name]
        return replace(residue, name=base if "O2'" in names else f"D{base}")
    return replace(residue, name=SYNONYMS.get(residue.name, residue.name))


def split_metals(residue: Residue) -> Iterator[Residue]:
    """Split the metals from a cofactor such as heme, as ions: Vina and meeko know no bonds to metals.

    What is left of an iron-sulfur cluster is sulfide, ions too.
    """
    metals = [atom for atom in residue.atoms if atom.element.upper() in METALS]
    if len(residue.atoms) == 1 or not metals:
        yield residue
        return
    rest = tuple(atom for atom in residue.atoms if atom not in metals)
    single = metals
    if rest and all(atom.element == "S" for atom in rest):
        single = [*metals, *rest]
    elif rest:
        yield replace(residue, atoms=rest)
    for atom in single:
        yield replace(residue, name=atom.element.upper(), atoms=(atom,), hydrogens=frozenset())

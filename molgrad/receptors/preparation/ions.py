"""Single ions, written as Vina wants them: meeko has no types for half of them."""

from __future__ import annotations

from molgrad.receptors.preparation.residue import Residue

# Formal charge by element; Vina itself reads only the type, and takes Cu, Na, K, Hg, Co, Cd and Ni for metals.
IONS = dict.fromkeys(("MG", "CA", "MN", "CO", "NI", "CU", "ZN", "CD", "HG"), 2) | {"FE": 3, "NA": 1, "K": 1}
IONS |= {"CL": -1, "BR": -1, "I": -1, "F": -1, "S": -2}
METALS = frozenset(symbol for symbol, charge in IONS.items() if charge > 0)
# Ions of the crystallisation buffer: they sit wherever the density had room.
BUFFER = frozenset({"NA", "K", "CL", "BR", "I", "F"})


def is_ion(residue: Residue) -> bool:
    """Whether it is a single atom of the table."""
    return len(residue.atoms) == 1 and residue.atoms[0].element.upper() in IONS


def pdbqt_line(residue: Residue, serial: int) -> str:
    """The ion as a line of PDBQT (columns as in the PDB format, charge in 71-76, type from 78)."""
    atom = residue.atoms[0]
    symbol = atom.element.upper()
    number, insertion = (residue.seqid[:-1], residue.seqid[-1]) if residue.seqid[-1].isalpha() else (residue.seqid, " ")
    x, y, z = atom.position
    return (
        f"ATOM  {serial:5d} {symbol:<4s} {residue.name[:3]:>3s} {residue.chain}{int(number):4d}{insertion}   "
        f"{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00    {IONS[symbol]:+6.3f} {symbol.capitalize()}\n"
    )

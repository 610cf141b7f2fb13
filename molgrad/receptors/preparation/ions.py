"""Single ions, written as Vina wants them: meeko has no types for half of them."""

from __future__ import annotations

import numpy as np

from molgrad.receptors.preparation.residue import Residue
from molgrad.receptors.receptor import Triple

# Formal charge by element; Vina itself reads only the type, and takes Cu, Na, K, Hg, Co, Cd and Ni for metals.
IONS = dict.fromkeys(("MG", "CA", "MN", "CO", "NI", "CU", "ZN", "CD", "HG"), 2) | {"FE": 3, "NA": 1, "K": 1}
IONS |= {"CL": -1, "BR": -1, "I": -1, "F": -1, "S": -2}
METALS = frozenset(symbol for symbol, charge in IONS.items() if charge > 0)
NH = 1.01  # Å
# Ions of the crystallisation buffer: they sit wherever the density had room.
BUFFER = frozenset({"NA", "K", "CL", "BR", "I", "F"})


def is_ion(residue: Residue) -> bool:
    """Whether it is a single atom of the table."""
    return len(residue.atoms) == 1 and residue.atoms[0].element.upper() in IONS


def ion_lines(residue: Residue) -> list[str]:
    """An ion as a line of PDBQT, still without its serial number."""
    atom = residue.atoms[0]
    symbol = atom.element.upper()
    return [_line(residue, f"{symbol:<4s}", atom.position, IONS[symbol], symbol.capitalize())]


def amide_lines(residue: Residue, before: Residue) -> list[str]:
    """The nitrogen of an amide at a chain's end and its two hydrogens, in the plane of the carbonyl group.

    Meeko's template has no place for an end of one atom.

    Args:
        residue: the nitrogen.
        before: the residue whose carbonyl carbon it is bonded to.
    """
    nitrogen, carbon, oxygen = (
        np.array(atom.position) for atom in (residue.atoms[0], before.atom("C"), before.atom("O")) if atom is not None
    )
    along = (nitrogen - carbon) / np.linalg.norm(nitrogen - carbon)
    across = (oxygen - carbon) - along * float((oxygen - carbon) @ along)
    across /= float(np.linalg.norm(across)) or 1.0
    lines = [_line(residue, " N  ", residue.atoms[0].position, -0.37, "N")]
    for name, side in ((" HN1", 1.0), (" HN2", -1.0)):
        x, y, z = (nitrogen + NH * (0.5 * along + 0.866 * side * across)).tolist()
        lines.append(_line(residue, name, (x, y, z), 0.16, "HD"))
    return lines


def _line(residue: Residue, name: str, point: Triple, charge: float, kind: str) -> str:
    """Columns as in the PDB format, charge in 71-76, type from 78."""
    number, insertion = (residue.seqid[:-1], residue.seqid[-1]) if residue.seqid[-1].isalpha() else (residue.seqid, " ")
    x, y, z = point
    return (
        f"ATOM  {{serial:5d}} {name} {residue.name[:3]:>3s} {residue.chain}{int(number):4d}{insertion}   "
        f"{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00    {charge:+6.3f} {kind}\n"
    )

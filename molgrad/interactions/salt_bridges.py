"""Opposite charges of ligand and receptor beside each other, whether or not a hydrogen points the right way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from rdkit import Chem

from molgrad.interactions import kinds
from molgrad.interactions.atoms import LigandAtoms
from molgrad.interactions.pocket import Pocket
from molgrad.interactions.pose import PoseEnergies
from molgrad.interactions.words import Finding, finding, said

REACH = 4.0  # Å between N and O of a salt bridge (Barlow & Thornton, J. Mol. Biol. 168 (1983) 867)
STAKE = 0.587  # kcal/mol; of a full hydrogen bond, as Vina has no term for charges
# Atoms over which a charge is spread. N-oxides, nitro groups and ylides carry none.
_CATIONS = ("[#7;+;!$([#7]~[-])]", "[#7;+0;$([#7]~[#6]~[#7;+;!$([#7]~[-])]);!$([#7X3;H0])]")
_ANIONS = ("[O,S,N;-;!$(*~[+])]", "[O;X1;+0;$(O=[#6,P,S]~[O,N;-])]")


def salt_bridges(energies: PoseEnergies) -> dict[tuple[int, str], float]:
    """The distance in Å of each charged ligand atom to a residue of the opposite charge, within `REACH`."""
    ends = {sign: _ligand_atoms(energies.ligand, sign) for sign in (1, -1)}
    if not ends[1] and not ends[-1]:
        return {}
    found: dict[tuple[int, str], float] = {}
    for k in np.flatnonzero(energies.gap <= REACH).tolist():
        atom, place = int(energies.i[k]), int(energies.j[k])
        if any(atom in ends[sign] and charge_at(energies.pocket, place) == -sign for sign in (1, -1)):
            key = (atom, energies.pocket.residues[place])
            found[key] = min(float(energies.gap[k]), found.get(key, REACH))
    return found


def told(energies: PoseEnergies, bridges: dict[tuple[int, str], float], bonded: set[tuple[int, str]]) -> list[Finding]:
    """`pose_salt_bridge`: one for each residue that no hydrogen bond of a charged atom reaches, `value` in Å.

    Args:
        energies: of the pose.
        bridges: from `salt_bridges`.
        bonded: ligand atom and residue of each hydrogen bond, of which the bond's own fact tells.
    """
    held = {residue for atom, residue in bridges if (atom, residue) in bonded}
    found: dict[str, Finding] = {}
    for (atom, residue), gap in sorted(bridges.items(), key=lambda item: item[1]):
        if residue not in held and residue not in found:
            text = f"charged {said(energies, [atom])} forms a salt bridge with {residue} at {gap:.1f} Å"
            text += ", which Vina does not count"
            found[residue] = finding(kinds.SALT_BRIDGE, text, [atom], residue, gap, "Å", STAKE)
    return list(found.values())


@cache
def _patterns(sign: int) -> tuple[Chem.Mol, ...]:
    return tuple(Chem.MolFromSmarts(smarts) for smarts in (_CATIONS if sign > 0 else _ANIONS))


def _ligand_atoms(ligand: LigandAtoms, sign: int) -> set[int]:
    place = {old: new for new, old in enumerate(ligand.heavy)}
    matches = (match for query in _patterns(sign) for match in ligand.mol.GetSubstructMatches(query))
    return {place[match[0]] for match in matches}


def charge_at(pocket: Pocket, at: int) -> int:
    """The charge that a receptor's atom shares: -1 in carboxylates and phosphates, 1 in ammonium and guanidinium."""
    element, near = pocket.types.elements[at], pocket.neighbours[at]
    if element == "O" and len(near) == 1 and not len(pocket.hydrogens[at]):
        centre = pocket.types.elements[near[0]]
        return -1 if centre in ("C", "P") and sum(_bare_oxygens(pocket, near[0])) >= 2 else 0
    if element != "N":
        return 0
    if len(pocket.hydrogens[at]) == 3:
        return 1
    return int(any(_is_guanidinium(pocket, other) for other in near))


def _bare_oxygens(pocket: Pocket, centre: int) -> Iterator[bool]:
    for other in pocket.neighbours[centre]:
        single = len(pocket.neighbours[other]) == 1 and not len(pocket.hydrogens[other])
        yield pocket.types.elements[other] == "O" and single


def _is_guanidinium(pocket: Pocket, carbon: int) -> bool:
    near = pocket.neighbours[carbon]
    if pocket.types.elements[carbon] != "C" or [pocket.types.elements[i] for i in near] != ["N"] * 3:
        return False
    return sum(len(pocket.hydrogens[i]) for i in near) >= 5

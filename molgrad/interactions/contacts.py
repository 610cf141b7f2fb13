"""Contacts of a pose: hydrogen bonds, clashes, hydrophobic contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from typing import NamedTuple

import numpy as np

from molgrad.interactions import kinds
from molgrad.interactions.atoms import is_metal
from molgrad.interactions.geometry import HBOND, METAL, Side, is_bond
from molgrad.interactions.pose import PoseEnergies
from molgrad.interactions.terms import TERMS
from molgrad.interactions.words import Finding, energy, finding, said, strongest

_REPULSION, _HYDROPHOBIC, _HBOND = (TERMS.index(name) for name in ("repulsion", "hydrophobic", "hbond"))
PAID = -0.15  # kcal/mol; what Vina pays for a hydrogen bond before its angle is worth a word, a quarter of the full
CLASH = 0.2  # kcal/mol of repulsion; two atoms half an Å into each other
LEAST_HYDROPHOBIC = -0.1  # kcal/mol of a residue's hydrophobic term, three full contacts
TOUCHING = 4.5  # Å; the atoms named in a hydrophobic contact


class Bond(NamedTuple):
    """A ligand atom and a receptor atom close enough to bond; `energy` is Vina's hydrogen-bond term."""

    atom: int
    place: int
    gap: float
    energy: float
    real: bool

    def between(self, energies: PoseEnergies) -> tuple[int, str]:
        """The ligand atom and the residue."""
        return self.atom, energies.pocket.residues[self.place]


def bonds(energies: PoseEnergies) -> list[Bond]:
    """Pairs that are a hydrogen bond by atom types and distance; `real` where the angles fit too."""
    a, b = energies.ligand.types, energies.pocket.types
    i, j, gap = energies.i, energies.j, energies.gap
    kind = (a.donor[i] & b.acceptor[j]) | (a.acceptor[i] & b.donor[j])
    found = []
    for k in np.flatnonzero(kind & (gap <= HBOND)).tolist():
        atom, place = int(i[k]), int(j[k])
        if is_metal(b.elements[place]) and gap[k] > METAL:
            continue
        real = is_bond(Side(energies.ligand, atom), Side(energies.pocket, place))
        found.append(Bond(atom, place, float(gap[k]), float(energies.pairs[_HBOND, k]), real))
    return found


def hydrogen_bonds(
    energies: PoseEnergies, pairs: list[Bond], bridges: Container[tuple[int, str]] = ()
) -> list[Finding]:
    """`pose_hbond`: one for each ligand atom and residue, `value` the distance in Å.

    Args:
        energies: of the pose.
        pairs: from `bonds`.
        bridges: atom and residue of each salt bridge.
    """
    best: dict[tuple[int, str], Bond] = {}
    for pair in pairs:
        key = (pair.atom, energies.pocket.residues[pair.place])
        if pair.real and (key not in best or pair.gap < best[key].gap):
            best[key] = pair
    found = []
    given: dict[int, int] = defaultdict(int)
    for (atom, residue), pair in sorted(best.items(), key=lambda item: item[1].gap):
        given[atom] += 1
        if not energies.ligand.types.acceptor[atom] and given[atom] > len(energies.ligand.hydrogens[atom]):
            continue  # no hydrogen left to give
        how = "forms a salt bridge" if (atom, residue) in bridges else "pairs"
        text = f"{said(energies, [atom])} {how} with {residue} at {pair.gap:.1f} Å"
        text += f" ({energy(pair.energy)})" if pair.energy < -0.005 else " (too long for Vina to count)"
        found.append(finding(kinds.HBOND, text, [atom], residue, pair.gap, "Å", pair.energy or 0.01))
    return found


def bent_bonds(energies: PoseEnergies, pairs: list[Bond]) -> list[Finding]:
    """`pose_hbond_bent`: a hydrogen bond by Vina, which has no angle term, whose angle is wrong."""
    real = {(p.atom, energies.pocket.residues[p.place]) for p in pairs if p.real}
    found: dict[tuple[int, str], Finding] = {}
    for pair in sorted(pairs, key=lambda p: p.energy):
        key = (pair.atom, energies.pocket.residues[pair.place])
        if pair.real or pair.energy > PAID or key in real or key in found:
            continue
        text = (
            f"Vina counts a hydrogen bond of {said(energies, [pair.atom])} with {key[1]} at {pair.gap:.1f} Å "
            f"({energy(pair.energy)}), but it is bent: weaker than Vina counts it, or none"
        )
        found[key] = finding(kinds.HBOND_BENT, text, [pair.atom], key[1], pair.energy, "kcal/mol", pair.energy)
    return strongest(found.values(), 1)


def clashes(energies: PoseEnergies, most: int = 2) -> list[Finding]:
    """`pose_clash`: atoms pressed into a residue, hydrogen bonds left out, `value` the repulsion in kcal/mol.

    Args:
        energies: of the pose.
        most: how many at most, the strongest first.
    """
    push = np.where(energies.pairs[_HBOND] < 0.0, 0.0, energies.pairs[_REPULSION])
    worst: dict[tuple[int, str], tuple[float, float]] = {}
    for k in np.flatnonzero(push > 0.02).tolist():
        key = (int(energies.i[k]), energies.pocket.residues[energies.j[k]])
        total, gap = worst.get(key, (0.0, np.inf))
        worst[key] = (total + float(push[k]), min(gap, float(energies.gap[k])))
    found = []
    for (atom, residue), (cost, gap) in worst.items():
        if cost >= CLASH:
            text = f"{said(energies, [atom])} is pressed against {residue} at {gap:.1f} Å ({energy(cost)})"
            found.append(finding(kinds.CLASH, text, [atom], residue, cost, "kcal/mol", cost))
    return strongest(found, most)


def hydrophobic_contacts(energies: PoseEnergies, most: int = 2) -> list[Finding]:
    """`pose_hydrophobic`: the residues with most of the hydrophobic term, `value` that term in kcal/mol.

    Args:
        energies: of the pose.
        most: how many at most, the strongest first.
    """
    sums: dict[str, float] = defaultdict(float)
    touch: dict[str, dict[int, float]] = defaultdict(dict)
    for k in np.flatnonzero(energies.pairs[_HYDROPHOBIC] < 0.0).tolist():
        residue, atom, gap = energies.pocket.residues[energies.j[k]], int(energies.i[k]), float(energies.gap[k])
        sums[residue] += float(energies.pairs[_HYDROPHOBIC, k])
        if gap <= TOUCHING:
            touch[residue][atom] = min(gap, touch[residue].get(atom, np.inf))
    found = []
    for residue, total in sums.items():
        if total <= LEAST_HYDROPHOBIC and touch[residue]:
            atoms = sorted(touch[residue])
            lie = "lies" if len(atoms) == 1 else "lie"
            text = f"{said(energies, atoms)} {lie} on {residue} at {min(touch[residue].values()):.1f} Å"
            text += f" ({energy(total)} hydrophobic)"
            found.append(finding(kinds.HYDROPHOBIC, text, atoms, residue, total, "kcal/mol", total))
    return strongest(found, most)

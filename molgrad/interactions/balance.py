"""Which atoms contribute energy: inefficient and exposed atoms, groups to keep, the cost of rotatable bonds."""

from __future__ import annotations

import numpy as np

from molgrad.interactions import kinds
from molgrad.interactions.geometry import open_share
from molgrad.interactions.pose import PoseEnergies
from molgrad.interactions.terms import ROTOR
from molgrad.interactions.words import Finding, connected, energy, finding, said, strongest

CONTACT = 4.5  # Å between heavy atoms; the usual cutoff for "in contact" in interaction fingerprints
SOLVENT = 0.1  # share of an atom's surface that water can touch, from which it counts as open
KEPT = 0.9  # of the mean energy an atom, which each atom of a group to keep contributes on average
INEFFICIENT = 0.4  # share of the pose's mean energy an atom below which it is inefficient


def exposed_atoms(energies: PoseEnergies) -> list[int]:
    """The atoms without a receptor atom within 4.5 Å."""
    touched = set(energies.i[energies.gap <= CONTACT].tolist())
    return [i for i in range(len(energies.ligand.points)) if i not in touched]


def exposed(energies: PoseEnergies) -> list[Finding]:
    """`pose_exposed`: groups that touch nothing within 4.5 Å, `value` their number of atoms."""
    mean = abs(energies.inter) / len(energies.ligand.points)
    found = []
    for group in connected(energies, exposed_atoms(energies)):
        touch = "touches" if len(group) == 1 else "touch"
        own = float(energies.atoms[list(group)].sum())
        open_to = max(open_share(energies, i) for i in group) > SOLVENT
        where = "open to the solvent" if open_to else "in an empty corner of the pocket"
        text = f"{said(energies, group)} {touch} nothing within {CONTACT} Å, {where} ({energy(own)})"
        found.append(finding(kinds.EXPOSED, text, group, None, float(len(group)), "atoms", mean * len(group) + own))
    return strongest(found, 4)


def inefficient(energies: PoseEnergies, bonded: set[int], pressed: set[int]) -> list[Finding]:
    """`pose_inefficient`: groups in the pocket with less than 0.4 of the mean energy an atom, `value` in kcal/mol."""
    totals = energies.atoms.sum(axis=1)
    mean = energies.inter / len(totals)
    if mean >= 0.0:
        return []
    weak = set(np.flatnonzero(totals > INEFFICIENT * mean).tolist()) - set(exposed_atoms(energies)) - bonded - pressed
    found = []
    for group in connected(energies, weak):
        own = float(totals[list(group)].sum())
        what = "is an inefficient atom" if len(group) == 1 else "are inefficient atoms"
        text = f"{said(energies, group)} {what}: {energy(own)}, the mean is {mean:+.2f} an atom"
        found.append(finding(kinds.INEFFICIENT, text, group, None, own, "kcal/mol", own - mean * len(group)))
    return strongest(found, 2)


def keep(energies: PoseEnergies) -> list[Finding]:
    """`pose_keep`: the rigid group with most energy, where that is not for its size alone, `value` in kcal/mol."""
    groups = {group: float(terms.sum()) for group, terms in energies.fragments.items()}
    mean = energies.inter / len(energies.ligand.points)
    group, own = min(groups.items(), key=lambda item: item[1])
    if len(groups) < 2 or mean >= 0.0 or own / len(group) > KEPT * mean:
        return []
    text = (
        f"{said(energies, group)} hold the pose: {energy(own)} of {energies.inter:.2f}, {own / len(group):+.2f} an atom"
    )
    return [finding(kinds.KEEP, text, group, None, own, "kcal/mol", own)]


def efficiency(energies: PoseEnergies, affinity: float | None) -> list[Finding]:
    """`pose_efficiency`: energy a heavy atom and what rotatable bonds cost, `value` that cost in kcal/mol.

    Vina divides `inter` by 1 + 0.05846 N, N being the active rotatable bonds, of which some count half; the affinity
    of its best pose tells N.

    Args:
        energies: of the best pose.
        affinity: of that pose, kcal/mol; nothing is said where it is None or not below 0.
    """
    if affinity is None or affinity >= 0.0 or energies.inter >= affinity:
        return []
    cost = affinity - energies.inter
    rotatable_bonds = (energies.inter / affinity - 1.0) / ROTOR
    text = (
        f"{rotatable_bonds:.1f} rotatable bonds take {cost:.2f} ({cost / -energies.inter:.0%}) of the contacts' "
        f"{energy(energies.inter)}, "
        f"which leaves {affinity / len(energies.ligand.points):.2f} a heavy atom"
    )
    return [finding(kinds.EFFICIENCY, text, (), None, cost, "kcal/mol", cost)]

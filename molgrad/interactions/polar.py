"""Polar atoms without a partner: buried ligand atoms, like-polar contacts, unsatisfied sites of the receptor."""

from __future__ import annotations

import numpy as np
from rdkit import Chem

from molgrad.evaluation import Fact
from molgrad.interactions import kinds
from molgrad.interactions.atoms import LigandAtoms, is_metal
from molgrad.interactions.contacts import Bond
from molgrad.interactions.geometry import HBOND, METAL, Side, is_bond, open_share
from molgrad.interactions.pocket import Pocket
from molgrad.interactions.pose import PoseEnergies
from molgrad.interactions.salt_bridges import charge_at
from molgrad.interactions.terms import WEIGHTS
from molgrad.interactions.words import Finding, energy, finding, said, strongest

FULL = abs(float(WEIGHTS[4]))  # kcal/mol of a hydrogen bond at its best, what is at stake where one is missing
BURIED = 0.02  # share of an atom's surface open to water below which it counts as buried, about 2 Å²
WITHIN = 3.3  # Å of a hydrogen bond inside the ligand
LIKE_POLAR = 3.2  # Å between two acceptors, or two donors, that no hydrogen bond can bring so close
REACH = (2.9, 4.3)  # Å from a ligand atom to a partner that a polar atom there, or one atom more, would meet


def buried(energies: PoseEnergies, spoken: set[int]) -> list[Finding]:
    """`pose_buried`: a strong donor or acceptor without partner or water, `value` its energy in kcal/mol.

    Vina has no term for it. Taking the atom out of water costs about one hydrogen bond, two for a charged atom.

    Args:
        energies: of the pose.
        spoken: atoms that other facts are about (hydrogen bonds, straight or bent, like-polar contacts, salt bridges).
    """
    found = []
    for atom in _strong(energies):
        if atom in spoken or _inside(energies, atom) or open_share(energies, atom) >= BURIED:
            continue
        k = min(np.flatnonzero(energies.i == atom).tolist(), key=lambda k: energies.gap[k], default=None)
        if k is None:
            continue
        residue, gap, own = energies.pocket.residues[energies.j[k]], energies.gap[k], float(energies.atoms[atom].sum())
        charged = energies.ligand.mol.GetAtomWithIdx(energies.ligand.heavy[atom]).GetFormalCharge() != 0
        text = (
            f"{'charged ' if charged else ''}{said(energies, [atom])} is buried without a partner and earns "
            f"{energy(own)}; nearest is {residue} at {gap:.1f} Å"
        )
        found.append(finding(kinds.BURIED, text, [atom], residue, own, "kcal/mol", (1 + charged) * FULL))
    return strongest(found, 2)


def _strong(energies: PoseEnergies) -> list[int]:
    """Donors and good acceptors; ethers, esters' bridging oxygens, nitro and sulfonyl groups go without easily."""
    ligand = energies.ligand
    strong = []
    for i, element in enumerate(ligand.types.elements):
        near = [ligand.types.elements[j] for j in ligand.neighbours[i]]
        weak = element == "O" and (len(near) > 1 or "N" in near or "S" in near)
        if element in ("N", "O") and (ligand.types.donor[i] or (ligand.types.acceptor[i] and not weak)):
            strong.append(i)
    return strong


def _inside(energies: PoseEnergies, atom: int) -> bool:
    """Whether the ligand itself gives the atom a partner."""
    ligand = energies.ligand
    apart = Chem.GetDistanceMatrix(ligand.mol)
    gaps = np.linalg.norm(ligand.points - ligand.points[atom], axis=1)
    near = [j for j in np.flatnonzero(gaps <= WITHIN).tolist() if apart[ligand.heavy[atom], ligand.heavy[j]] > 3]
    return any(is_bond(Side(ligand, atom), Side(ligand, j)) for j in near)


def like_polar(energies: PoseEnergies, most: int = 1) -> list[Finding]:
    """`pose_like_polar`: two acceptors, or two donors, closer than 3.2 Å, `value` the distance in Å.

    Args:
        energies: of the pose.
        most: how many at most.
    """
    a, b, i, j = energies.ligand.types, energies.pocket.types, energies.i, energies.j
    takers = a.acceptor[i] & ~a.donor[i] & b.acceptor[j] & ~b.donor[j]
    givers = a.donor[i] & ~a.acceptor[i] & b.donor[j] & ~b.acceptor[j]
    found = []
    for k in np.flatnonzero((takers | givers) & (energies.gap < LIKE_POLAR)).tolist():
        one, other = Side(energies.ligand, int(i[k])), Side(energies.pocket, int(j[k]))
        if takers[k]:
            meet = one.turned(other.point) >= 100.0 and other.turned(one.point) >= 100.0
        else:
            meet = not one.turns and not other.turns and one.points_at(other.point) and other.points_at(one.point)
        if meet:
            what = "acceptors" if takers[k] else "donors"
            residue, proton = energies.pocket.residues[other.at], _proton(one, other)
            text = (
                f"{said(energies, [one.at])} is repelled by {energies.pocket.called(other.at)} of "
                f"{residue} at {energies.gap[k]:.1f} Å: two {what}{proton}, which Vina does not count "
                f"({energy(float(energies.pairs[:, k].sum()))})"
            )
            found.append(finding(kinds.LIKE_POLAR, text, [one.at], residue, float(energies.gap[k]), "Å", FULL))
    return strongest(found, most)


def _proton(one: Side, other: Side) -> str:
    """What is said of an amine's or azine's nitrogen beside a carboxylate: a proton fits between them."""
    between = one.element == "N" and isinstance(other.atoms, Pocket) and charge_at(other.atoms, other.at) < 0
    return " unless a proton lies between them (as in the cation)" if between else ""


def unsatisfied(energies: PoseEnergies, pairs: list[Bond]) -> list[Finding]:
    """`pose_unsatisfied`: a free donor or acceptor of the receptor in reach of a C-H, `value` the distance in Å."""
    ligand, pocket = energies.ligand, energies.pocket
    bonded = {pair.place for pair in pairs}
    nearest: dict[int, int] = {}
    for k in np.flatnonzero(energies.gap <= REACH[1]).tolist():
        place = int(energies.j[k])
        if place not in nearest or energies.gap[k] < energies.gap[nearest[place]]:
            nearest[place] = k
    found = []
    for place, k in nearest.items():
        side, atom, gap = Side(pocket, place), int(energies.i[k]), float(energies.gap[k])
        if place in bonded or not (side.gives or side.takes) or gap < REACH[0]:
            continue
        if ligand.types.elements[atom] != "C" or not len(ligand.hydrogens[atom]) or not _looks_at(side, ligand, atom):
            continue
        if _engaged(pocket, side):
            continue
        wants = " or ".join(w for w, yes in (("an acceptor", side.gives), ("a donor", side.takes)) if yes)
        text = (
            f"{pocket.called(place)} of {pocket.residues[place]} is an unsatisfied site, {gap:.1f} Å from "
            f"{said(energies, [atom])}: {wants} there could bond (about {energy(-FULL)})"
        )
        found.append(finding(kinds.UNSATISFIED, text, [atom], pocket.residues[place], gap, "Å", FULL * REACH[0] / gap))
    return strongest(found, 2)


def wanted(fact: Fact) -> frozenset[str]:
    """What a `pose_unsatisfied` says could bond at its atom: "donor", "acceptor" or both."""
    said_of = fact.text.partition(": ")[2]
    return frozenset(what for what in ("donor", "acceptor") if fact.kind == kinds.UNSATISFIED and what in said_of)


def _looks_at(side: Side, ligand: LigandAtoms, atom: int) -> bool:
    """Whether the receptor atom is turned to the ligand atom, and the ligand atom's hydrogens to it."""
    own = Side(ligand, atom)
    fits = side.offers(own.point) if side.gives and not side.takes else side.turned(own.point) >= 100.0
    return fits and own.turned(side.point) >= 90.0


def _engaged(pocket: Pocket, side: Side) -> bool:
    """Whether another residue already bonds the receptor atom; a metal has six places."""
    own = pocket.residues[side.at]
    if is_metal(side.element):
        near = pocket.tree.query_ball_point(side.point, METAL)
        return sum(pocket.types.elements[j] in ("N", "O", "S") for j in near) >= 6
    near = pocket.tree.query_ball_point(side.point, HBOND)
    return any(pocket.residues[j] != own and is_bond(side, Side(pocket, j)) for j in near)

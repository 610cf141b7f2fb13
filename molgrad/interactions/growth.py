"""Growth vectors: how far a carbon could go from each hydrogen, and its energy there by Vina."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from molgrad.interactions import kinds
from molgrad.interactions.atoms import RADII, Floats
from molgrad.interactions.direction import direction
from molgrad.interactions.pocket import Pocket
from molgrad.interactions.pose import PoseEnergies
from molgrad.interactions.terms import CUTOFF, pair_terms
from molgrad.interactions.words import Finding, energy, finding, said, strongest

BOND = 1.5  # Å from a heavy atom to a carbon in the place of its hydrogen
FARTHEST = 6.0  # Å along the bond; three carbons and more are no longer a substituent but a new group
STEP = 0.25  # Å
TIP = 3.0  # Å along the bond, where the second atom of a substituent sits: from there it is seen where the bond leads
OVERLAP = 0.4  # Å that a carbon may sink into a receptor atom: 0.13 kcal/mol of repulsion
OWN = 2.6  # Å to the ligand's own atoms, those next to the grown one aside; gauche carbons are 2.9 Å apart
NEAREST = 8  # receptor atoms looked at for an overlap
WORTH = -0.15  # kcal/mol for a carbon below which a growth vector becomes a fact; in solvent it is about -0.05


@dataclass(frozen=True, slots=True)
class GrowthVector:
    """The space along one bond to a hydrogen.

    Attributes:
        atom: the heavy atom.
        free: Å from where a first carbon would sit to where the last would fit; negative if none fits.
        energy: Vina's energy of a carbon at the best of these places, kcal/mol; 0 if none fits.
        residue: the residue nearest to that place, or to the first place where none fits.
        way: unit vector along the bond.
    """

    atom: int
    free: float
    energy: float
    residue: str
    way: tuple[float, float, float]


def growth_vectors(energies: PoseEnergies) -> list[GrowthVector]:
    """The growth vector of each hydrogen of the pose, in the order of the heavy atoms; hydrogens do not turn.

    A tertiary ammonium or a pyridinium has none: its hydrogen is a proton that the designed molecule lacks.
    """
    ligand, pocket = energies.ligand, energies.pocket
    charges = [ligand.mol.GetAtomWithIdx(i).GetFormalCharge() for i in ligand.heavy]
    bonds = [(i, h) for i, row in enumerate(ligand.hydrogens) if len(row) > charges[i] for h in row]
    if not bonds:
        return []
    steps = np.arange(BOND, FARTHEST + 1e-9, STEP)
    origins = ligand.points[[i for i, _ in bonds]]
    ways = np.array([h for _, h in bonds]) - origins
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    places = origins[:, None, :] + steps[None, :, None] * ways[:, None, :]
    gaps, nearest = pocket.tree.query(places, k=min(NEAREST, len(pocket.points)))
    gaps, nearest = gaps.reshape(*places.shape[:2], -1), nearest.reshape(*places.shape[:2], -1)
    surface = gaps - RADII["C"] - pocket.types.radius[nearest]
    fits = (surface.min(axis=2) >= -OVERLAP) & ~_own(energies, [i for i, _ in bonds], places)
    found = []
    for row, (atom, _) in enumerate(bonds):
        count = int(np.argmin(np.append(fits[row], False)))
        paid = [_carbon(pocket, place) for place in places[row, :count:2]]
        best = 2 * int(np.argmin(paid)) if paid else 0
        residue = pocket.residues[nearest[row, best, int(np.argmin(surface[row, best]))]]
        free = (count - 1) * STEP if count else -STEP
        x, y, z = ways[row].tolist()
        found.append(GrowthVector(atom, free, min(paid, default=0.0), residue, (x, y, z)))
    return found


def _own(energies: PoseEnergies, atoms: list[int], places: Floats) -> np.ndarray:
    """Where the ligand itself is in the way, shape (hydrogens, steps)."""
    ligand = energies.ligand
    gaps = np.linalg.norm(places[:, :, None, :] - ligand.points, axis=3)
    for row, atom in enumerate(atoms):
        gaps[row][:, [atom, *ligand.neighbours[atom]]] = np.inf
    blocked: np.ndarray = gaps.min(axis=2) < OWN
    return blocked


def _carbon(pocket: Pocket, place: Floats) -> float:
    """Vina's energy of a hydrophobic carbon, kcal/mol."""
    near = pocket.tree.query_ball_point(place, CUTOFF)
    surface = np.linalg.norm(pocket.points[near] - place, axis=1) - RADII["C"] - pocket.types.radius[near]
    like = pocket.types.hydrophobic[near].astype(np.float64)
    return float(pair_terms(surface, like, np.zeros(len(near))).sum())


def leads(energies: PoseEnergies, vector: GrowthVector) -> str:
    """Where a growth vector leads, in words; see `interactions.direction`.

    Args:
        energies: of the pose.
        vector: one of its growth vectors.
    """
    way = np.array(vector.way)
    end = energies.ligand.points[vector.atom] + min(BOND + vector.free, TIP) * way
    return direction(energies, end, way, vector.residue)


def growth(energies: PoseEnergies) -> list[Finding]:
    """`pose_growth`: where a carbon fits and gains energy, `value` in kcal/mol; `pose_full`: where none fits."""
    widest: dict[int, GrowthVector] = {}
    for place in growth_vectors(energies):
        known = widest.get(place.atom)
        if known is None or (place.energy, -place.free) < (known.energy, -known.free):
            widest[place.atom] = place
    found = []
    for place in widest.values():
        if place.free >= 0.0 and place.energy <= WORTH:
            reach = place.free + BOND
            far = f"more than {FARTHEST:.0f}" if reach >= FARTHEST else f"{reach:.1f}"
            text = (
                f"growth vector at {said(energies, [place.atom])}: {far} Å free {leads(energies, place)}, "
                f"a carbon there is worth {energy(place.energy)}"
            )
            found.append(
                finding(kinds.GROWTH, text, [place.atom], place.residue, place.energy, "kcal/mol", place.energy)
            )
    full = sorted(place.atom for place in widest.values() if place.free < 0.0)
    closed = []
    if full:
        text = f"no room for a carbon at {said(energies, full)}: the pocket or the ligand itself is in the way"
        closed = [finding(kinds.FULL, text, full, None, float(len(full)), "atoms", 0.05)]
    return [*strongest(found, 2), *closed]

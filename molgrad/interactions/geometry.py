"""Angles of hydrogen bonds, and the solvent-accessible share of an atom."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from molgrad.interactions.atoms import Floats, LigandAtoms, is_metal
from molgrad.interactions.pocket import Pocket
from molgrad.interactions.pose import PoseEnergies

HBOND = 3.5  # Å between donor and acceptor; the usual upper limit in crystal structures
METAL = 2.8  # Å between a metal and what it holds
AT_HYDROGEN = 120.0  # degrees D-H...A at least, where the hydrogen cannot turn (PLIP and ProLIF ask 100 to 130)
AT_HEAVY = 90.0  # degrees at the acceptor, and at a donor whose hydrogen turns freely
WATER = 1.4  # Å
# Å; Bondi's radii as for solvent-accessible surfaces, not Vina's.
_BONDI = {"C": 1.7, "N": 1.55, "O": 1.52, "S": 1.8, "P": 1.8, "F": 1.47, "Cl": 1.75, "Br": 1.85, "I": 1.98}
_DOTS = 96  # points on an atom's sphere, one for 1 % of it


class Side(NamedTuple):
    """One end of a hydrogen bond: a heavy atom with its neighbours and hydrogens."""

    atoms: LigandAtoms | Pocket
    at: int

    @property
    def point(self) -> Floats:
        """Position, Å."""
        found: Floats = self.atoms.points[self.at]
        return found

    @property
    def element(self) -> str:
        """Its symbol."""
        return self.atoms.types.elements[self.at]

    @property
    def gives(self) -> bool:
        """Whether it is a hydrogen-bond donor or a metal."""
        return bool(self.atoms.types.donor[self.at])

    @property
    def takes(self) -> bool:
        """Whether it is a hydrogen-bond acceptor."""
        return bool(self.atoms.types.acceptor[self.at])

    def turned(self, point: Floats) -> float:
        """The angle in degrees at this atom between its heavy neighbours' middle and a point; 180 without any."""
        near = self.atoms.neighbours[self.at]
        return angle(self.atoms.points[list(near)].mean(axis=0), self.point, point) if near else 180.0

    def offers(self, point: Floats) -> bool:
        """Whether a hydrogen of this donor points, or can be turned, to a point; a metal always does."""
        if is_metal(self.element):
            return True
        return self.points_at(point) or (self.turns and self.turned(point) >= AT_HEAVY)

    def points_at(self, point: Floats) -> bool:
        """Whether a hydrogen points there as it stands."""
        return any(angle(self.point, h, point) >= AT_HYDROGEN for h in self.atoms.hydrogens[self.at])

    @property
    def turns(self) -> bool:
        """Whether the hydrogens' positions are arbitrary, as those of hydroxyl and ammonium, which turn freely.

        In a pose that holds for every terminal heavy atom, since Vina has no term for its hydrogens.
        """
        last = len(self.atoms.neighbours[self.at]) == 1
        free = self.element == "O" or len(self.atoms.hydrogens[self.at]) == 3
        return last and (free or isinstance(self.atoms, LigandAtoms))


def angle(a: Floats, b: Floats, c: Floats) -> float:
    """The angle a-b-c in degrees."""
    u, v = a - b, c - b
    size = float(np.linalg.norm(u) * np.linalg.norm(v))
    return float(np.degrees(np.arccos(np.clip(float(u @ v) / size, -1.0, 1.0)))) if size > 0 else 0.0


def is_bond(one: Side, other: Side) -> bool:
    """Whether the two share a hydrogen bond: within 3.5 Å (a metal 2.8 Å), both turned to each other."""
    gap = float(np.linalg.norm(one.point - other.point))
    for donor, acceptor in ((one, other), (other, one)):
        if not (donor.gives and acceptor.takes) or acceptor.turned(donor.point) < AT_HEAVY:
            continue
        limit = METAL if is_metal(donor.element) else HBOND
        if gap <= limit and donor.offers(acceptor.point):
            return True
    return False


def open_share(energies: PoseEnergies, index: int) -> float:
    """The share (0 to 1) of a ligand atom's surface that is accessible to water in the complex."""
    ligand, pocket = energies.ligand, energies.pocket
    radius = _reach(ligand.types.elements[index])
    dots = ligand.points[index] + radius * sphere()
    near = pocket.tree.query_ball_point(ligand.points[index], radius + 3.5)
    others = [i for i in range(len(ligand.points)) if i != index]
    blockers = np.vstack([pocket.points[near], ligand.points[others]])
    elements = [pocket.types.elements[i] for i in near] + [ligand.types.elements[i] for i in others]
    reach = np.array([_reach(element) for element in elements])
    square = ((dots[:, None, :] - blockers[None, :, :]) ** 2).sum(axis=2)
    return float((square >= reach**2).all(axis=1).mean())


def _reach(element: str) -> float:
    return _BONDI.get(element, 1.5) + WATER


@cache
def sphere() -> Floats:
    """Points spread evenly on the unit sphere along a golden spiral, shape (96, 3); not to be written to."""
    step = np.arange(_DOTS) + 0.5
    z = 1.0 - 2.0 * step / _DOTS
    turn = step * np.pi * (3.0 - np.sqrt(5.0))
    flat = np.sqrt(1.0 - z * z)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)

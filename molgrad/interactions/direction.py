"""Where a bond of a pose leads: to the solvent, to the back of the pocket, or along it."""

from __future__ import annotations

import numpy as np

from molgrad.interactions.atoms import Floats
from molgrad.interactions.geometry import sphere
from molgrad.interactions.pocket import Pocket
from molgrad.interactions.pose import PoseEnergies

REACH = 12.0  # Å; what is not in the way within this distance counts as solvent
WIDTH = (
    2.5  # Å from a receptor atom within which a line of sight is blocked: about the radius of carbon plus of hydrogen
)
AHEAD = 0.5  # cosine: a cone of 60 degrees about the bond
SOLVENT = 0.25  # share of the lines of sight ahead that are open, from which a bond leads to the solvent
BACK = -0.5  # cosine to the way out, below which it leads to the back of the pocket


def direction(energies: PoseEnergies, place: Floats, way: Floats, residue: str) -> str:
    """Where a bond leads, such as "towards the solvent past B:PHE66" or "into the back of the pocket beside A:LEU273".

    Args:
        energies: of the pose.
        place: (3,) where a substituent of that bond would end, Å.
        way: (3,) unit vector along the bond.
        residue: the nearest to that place.
    """
    rays = sphere()
    ahead = _open(energies.pocket, place) & (rays @ way > AHEAD)
    if ahead.sum() >= SOLVENT * (rays @ way > AHEAD).sum():
        return f"towards the solvent past {residue}"
    if float(way @ way_out(energies)) <= BACK:
        return f"into the back of the pocket beside {residue}"
    return f"along the pocket beside {residue}"


def way_out(energies: PoseEnergies) -> Floats:
    """(3,) unit vector from the ligand's middle to where the pocket is open; zeros where it is closed all round."""
    seen = sphere()[_open(energies.pocket, energies.ligand.points.mean(axis=0))]
    out: Floats = seen.sum(axis=0)
    size = float(np.linalg.norm(out))
    return out / size if size > 1e-6 else np.zeros(3)


def _open(pocket: Pocket, place: Floats) -> np.ndarray:
    """Which lines of sight from a place, in the order of `sphere`, meet no receptor atom."""
    gaps = pocket.points[pocket.tree.query_ball_point(place, REACH)] - place
    along = gaps @ sphere().T
    aside = (gaps**2).sum(axis=1)[:, None] - along**2
    blocked = ((along > 0.0) & (aside < WIDTH**2)).any(axis=0)
    found: np.ndarray = ~blocked
    return found

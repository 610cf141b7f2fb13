"""Points from bond, angle and dihedral, many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def dihedral(first: Points, second: Points, third: Points, fourth: Points) -> float:
    """The angle about the bond between the middle two of four points, degrees from -180 to 180 (IUPAC sign).

    Args:
        first: point in Å, as the others.
        second: first end of the bond.
        third: second end of the bond.
        fourth: the last point.
    """
    axis = third - second
    axis = axis / np.linalg.norm(axis)
    back, ahead = first - second, fourth - third
    back = back - (back @ axis) * axis
    ahead = ahead - (ahead @ axis) * axis
    return float(np.degrees(np.arctan2(np.cross(axis, back) @ ahead, back @ ahead)))


def placed(third: Points, second: Points, first: Points, bond: float, angle: float, turn: Points) -> Points:
    """New points bonded to `first`, a row each.

    Args:
        third: points that the dihedral is counted from, Å, a row each.
        second: points that the angle is counted from.
        first: points that the new ones are bonded to.
        bond: length, Å.
        angle: new point, `first`, `second`; degrees.
        turn: dihedral of each row, degrees.
    """
    axis = _unit(first - second)
    normal = _unit(np.cross(second - third, axis))
    across = np.cross(normal, axis)
    tilt, turned = np.radians(angle), np.radians(turn)[:, None]
    direction = -np.cos(tilt) * axis + np.sin(tilt) * (np.cos(turned) * across + np.sin(turned) * normal)
    return np.asarray(first + bond * direction)


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))

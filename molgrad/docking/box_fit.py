"""Whether a ligand fits into the box: before the search by its rigid parts, after it by where its pose lies."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem

from molgrad.docking.ligand import Ligand
from molgrad.receptors.receptor import Box

OUTSIDE = 1.5  # Å a heavy atom may lie beyond the box: penalties out there are steep but not infinite
AT_FACE = 0.3  # Å from a face, or beyond it: an atom there is held by the box, not by the protein
TOUCHING = 2  # heavy atoms at the faces from which it is said
ROOM = 4.0  # Å to add; a heavy atom and its neighbours


def cannot_fit(ligand: Ligand, box: Box) -> str:
    """Why no pose can lie in the box: a rigid part is longer than its diagonal. Empty where one may.

    Args:
        ligand: with the shape that would be docked.
        box: where it would be docked.
    """
    diagonal = math.dist((0.0, 0.0, 0.0), box.size)
    longest = max(longest_rigid(ligand.pdbqt), default=0.0)
    if longest <= diagonal + 2 * OUTSIDE:
        return ""
    return (
        f"box: a rigid part of the molecule is {longest:.1f} Å long, the box only {diagonal:.1f} Å from corner to "
        f"corner; give it sides of {longest + ROOM:.0f} Å or more"
    )


def too_short(mol: Chem.Mol, box: Box) -> str:
    """That a molecule is longer than every side of the box, so that it fits only bent or aslant; else empty.

    Args:
        mol: with the shape before docking.
        box: where it is docked.
    """
    length, side = extent(mol), max(box.size)
    if length <= side:
        return ""
    return (
        f"the molecule is {length:.0f} Å long, the box's longest side {side:.0f} Å: it fits only bent or aslant; "
        f"enlarge the box by {length - side + ROOM:.0f} Å to let it lie straight"
    )


def touches(pose: Chem.Mol, box: Box) -> str:
    """That a pose is held by the faces of the box, along which axes, and what to do; empty where it is not.

    Args:
        pose: in the receptor's frame.
        box: where it was docked.
    """
    beyond = np.abs(_heavy(pose) - np.array(box.center)) - np.array(box.size) / 2
    at = beyond > -AT_FACE
    count = int(at.any(axis=1).sum())
    if count < TOUCHING:
        return ""
    axes = [name for name, held in zip("xyz", at.any(axis=0), strict=True) if held]
    return (
        f"the pose touches the box with {count} atoms; enlarge the box by {math.ceil(ROOM + max(0.0, beyond.max()))} Å "
        f"along {' and '.join(axes)}"
    )


def extent(mol: Chem.Mol) -> float:
    """The largest distance between two heavy atoms, Å."""
    return _longest(_heavy(mol))


def longest_rigid(pdbqt: str) -> list[float]:
    """Of each part of a ligand's PDBQT that Vina holds rigid, the largest distance between two atoms, Å.

    Args:
        pdbqt: with ROOT and BRANCH records.
    """
    places: dict[int, tuple[float, float, float]] = {}
    parts: list[list[int]] = [[]]
    open_parts = [parts[0]]
    for line in pdbqt.splitlines():
        if line.startswith(("ATOM", "HETATM")):
            serial = int(line[6:11])
            places[serial] = float(line[30:38]), float(line[38:46]), float(line[46:54])
            open_parts[-1].append(serial)
        elif line.startswith("BRANCH"):
            parts.append([int(line.split()[1])])  # the bond to its neighbour is as rigid as the part itself
            open_parts.append(parts[-1])
        elif line.startswith("ENDBRANCH"):
            open_parts.pop()
    return [_longest(np.array([places[serial] for serial in part]).reshape(-1, 3)) for part in parts]


def _heavy(mol: Chem.Mol) -> NDArray[np.float64]:
    heavy = [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetAtomicNum() > 1]
    return np.asarray(mol.GetConformer().GetPositions()[heavy])


def _longest(points: NDArray[np.float64]) -> float:
    if not len(points):
        return 0.0
    return float(np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=-1)).max())

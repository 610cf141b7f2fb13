"""What is odd about a receptor or its box although one can dock into it: said when it is loaded, with the remedy."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from molgrad.errors import MolgradError
from molgrad.receptors.ligand_file import molecules
from molgrad.receptors.pdbqt import PdbqtAtom, read_pdbqt
from molgrad.receptors.receptor import LONGEST_SIDE, Box, Receptor

ROOM = 4.0  # Å that a box is to reach beyond a ligand; `receptor prepare` takes 6
LARGE = 27_000.0  # Å³, above which Vina itself warns that its searches are too short
NARROW = 8.0  # Å; a benzene ring with its hydrogens is 7 Å wide
POINTS = 1_500  # of the grid on which the box is looked at
FAR = 8.0  # Å from any receptor atom: an atom there feels nothing, as Vina's energy ends at 8 Å
MOSTLY = 0.4  # of the box; at most 0.05 in the boxes of 60 receptors that were looked at
FREE = 3.0  # Å from any receptor atom: about where a ligand's atom can be
LEAST_FREE = 60.0  # Å³ that a ligand's atoms can be in; benzene, the smallest ring, takes 80 with its radii
BOND = 1.25  # Å between nitrogen and its hydrogen, 1.0 in a good model
DRY = 0.5  # of the backbone's nitrogens without hydrogen: more than ends, prolines and gaps make up


def receptor_remarks(receptor: Receptor) -> list[str]:
    """What a user should know before docking into a receptor, a sentence each; empty when nothing is odd.

    Args:
        receptor: from `load_receptor`, which refuses what cannot be used at all.
    """
    try:
        return list(_remarks(receptor, receptor.pdbqt.stat().st_mtime_ns))
    except (OSError, ValueError):
        return []  # a file that cannot be read is an error of its own, when something is docked


@lru_cache(maxsize=32)
def _remarks(receptor: Receptor, _changed: int) -> tuple[str, ...]:
    atoms = read_pdbqt(receptor.pdbqt)
    said = [*hydrogen_remarks(atoms, receptor.box), *box_remarks(receptor.box, atoms)]
    try:
        known = molecules(receptor.ligand) if receptor.ligand is not None else []
    except (MolgradError, OSError):
        known = []  # told by what needs it
    if known and known[0] is not None and known[0].GetNumConformers():
        points = known[0].GetConformer().GetPositions()
        if cut := cut_words(receptor.box, points, "its native ligand"):
            said.append(cut)
    return tuple(f"{receptor.name}: {text}" for text in said)


def cut_words(box: Box, points: NDArray[np.float64], what: str) -> str:
    """That a box cuts a ligand, and which sides would hold it; empty when all of it lies inside.

    Args:
        box: where ligands are docked.
        points: of the ligand's atoms, Å, a row each.
        what: the ligand in words.
    """
    beyond = np.abs(points - np.array(box.center)) - np.array(box.size) / 2
    outside = int((beyond > 0).any(axis=1).sum())
    if not outside:
        return ""
    needed = np.maximum(np.array(box.size), 2 * (beyond.max(axis=0) + np.array(box.size) / 2 + ROOM))
    needed = np.where(beyond.max(axis=0) > 0, needed, np.array(box.size))
    sides = ", ".join(f"{side:.1f}" for side in np.minimum(needed, LONGEST_SIDE))
    return (
        f"the box cuts {what}: {outside} of {len(points)} atoms lie outside it, by up to {beyond.max():.1f} Å; give "
        f"the box sides of {sides} Å (size in box.toml, or 'receptor prepare' with --size)"
    )


def hydrogen_remarks(atoms: tuple[PdbqtAtom, ...], box: Box) -> list[str]:
    """That backbone nitrogens near the box lack their hydrogens, so that hydrogen bonds are not counted.

    Args:
        atoms: of the receptor.
        box: where ligands are docked.
    """
    near = [atom for atom in atoms if box.holds(atom.point, FAR)]
    backbone = np.array([a.point for a in near if a.name == "N" and a.residue != "PRO"]).reshape(-1, 3)
    hydrogens = np.array([atom.point for atom in near if atom.kind in ("HD", "HS")]).reshape(-1, 3)
    if not len(backbone):
        return []
    dry = int((_nearest(backbone, hydrogens) > BOND).sum())
    if dry <= DRY * len(backbone):
        return []
    return [
        f"{dry} of {len(backbone)} backbone nitrogens near the box have no hydrogen, so Vina does not see them as "
        "donors; prepare the receptor from its PDB file: molgrad receptor prepare"
    ]


def box_remarks(box: Box, atoms: tuple[PdbqtAtom, ...]) -> list[str]:
    """That a box is very large, narrow, mostly in water or full of protein.

    Args:
        box: where ligands are docked.
        atoms: of the receptor.
    """
    volume = math.prod(box.size)
    said = []
    if volume > LARGE:
        said.append(
            f"the box has {volume:,.0f} Å³, more than the {LARGE:,.0f} that Vina's searches are made for: poses are "
            "missed; make it smaller, or dock with --effort thorough"
        )
    if min(box.size) < NARROW:
        said.append(
            f"the box is only {min(box.size):g} Å wide: few molecules fit into it; make every side 15 Å or more"
        )
    apart = _nearest(_grid(box), np.array([atom.point for atom in atoms if not atom.kind.startswith("H")]))
    far, free = float((apart > FAR).mean()), float((apart > FREE).mean()) * volume
    if far > MOSTLY:
        said.append(
            f"{far:.0%} of the box lies in water, more than {FAR:g} Å from any atom of the receptor; is it at the "
            "right place, and are all chains there?"
        )
    if free < LEAST_FREE:
        said.append(
            f"the box holds almost no free space ({free:.0f} Å³): it lies within the protein, or a ligand was left in "
            "the receptor's file"
        )
    return said


def _grid(box: Box) -> NDArray[np.float64]:
    """About `POINTS` points spread evenly in the box, Å."""
    step = (math.prod(box.size) / POINTS) ** (1 / 3)
    axes = [
        center - side / 2 + side * (np.arange(count) + 0.5) / count
        for center, side in zip(box.center, box.size, strict=True)
        for count in [max(1, round(side / step))]
    ]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


def _nearest(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each point the distance to the nearest of the others, Å; infinite where there are none."""
    least = np.full(len(points), np.inf)
    for start in range(0, len(others), 500):  # a block at a time: 1,500 points by 5,000 atoms would be 180 MB
        block = others[start : start + 500]
        apart = ((points[:, None, :] - block[None, :, :]) ** 2).sum(axis=-1)
        least = np.minimum(least, apart.min(axis=1))
    return np.asarray(np.sqrt(least))

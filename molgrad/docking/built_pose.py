"""The pose of a molecule built on a known one: refined, checked, and chosen or not beside the unseeded search."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rdkit import Chem

from molgrad.docking.common_core import Core
from molgrad.docking.result import BUILT, UNSEEDED
from molgrad.docking.seed_poses import seeded_conformers

CORE_LIMIT = 2.0  # Å RMSD that the shared atoms may move while the pose is refined; beyond it is another mode
HELD_LIMIT = 1.5  # Å of the same by which a search's pose, made without the known one, still is that binding mode
FLIP_GAIN = 0.3  # kcal/mol by which a ring turned over against the known pose must score better to count
LEAST_FIT = 0.5  # of the unseeded score; a built pose that scores less stands in the way of the protein

Refine = Callable[[Chem.Mol], tuple[float, Chem.Mol] | None]


@dataclass(frozen=True, slots=True)
class BuiltPose:
    """What came of building a pose on a known one.

    Attributes:
        affinity: kcal/mol; None where none could be built.
        pose: refined, all hydrogens; None where none could be built.
        core_atoms: heavy atoms that the molecule and the known pose share.
        core_moved: RMSD of these between the known pose and this one, Å.
        why: why none could be built; empty where one was.
        core: the shared atoms, of this molecule and of the known pose; None where they share too little.
        known: places of the known pose's heavy atoms, Å.
    """

    affinity: float | None = None
    pose: Chem.Mol | None = None
    core_atoms: int = 0
    core_moved: float | None = None
    why: str = ""
    core: Core | None = None
    known: np.ndarray | None = field(default=None, compare=False, repr=False)

    def holds(self, pose: Chem.Mol) -> bool:
        """Whether a pose that was made without the known one keeps its binding mode: the shared atoms lie there.

        Args:
            pose: of the molecule, all hydrogens, heavy atoms first.
        """
        if self.core is None or self.known is None:
            return False
        return _moved(pose, self.known, self.core) <= HELD_LIMIT

    def fits(self, unseeded: float | None) -> bool:
        """Whether it can stand for the molecule's binding mode beside the best unseeded score, kcal/mol."""
        return self.affinity is not None and self.affinity <= min(0.0, LEAST_FIT * (unseeded or 0.0))

    def counts(self, unseeded: float | None, mode: str) -> bool:
        """Whether it is the result of the dock.

        With "keep" a pose that fits badly counts too: the score of another mode would reward what leaves the known one.

        Args:
            unseeded: the best score of the unseeded search, kcal/mol; None where all searches failed.
            mode: "keep" for wherever the protein does not push it out, "lower" for where it scores lower.
        """
        if self.affinity is None:
            return False
        if unseeded is None:
            return self.fits(unseeded)
        return self.affinity <= 0.0 if mode == "keep" else self.affinity < unseeded

    def told(self, unseeded: float | None, mode: str) -> dict[str, Any]:
        """The fields of a Provenance that say what was built beside the unseeded search, and which counts."""
        why, counts = self.why, self.counts(unseeded, mode)
        if not why and not counts and not self.fits(unseeded):
            why = f"on the known pose it does not fit ({self.affinity:.1f} kcal/mol)"
        return dict(
            built=self.affinity,
            unseeded=unseeded,
            counted=BUILT if counts else "" if unseeded is None else UNSEEDED,
            core_atoms=self.core_atoms,
            core_moved=self.core_moved,
            not_built=why,
        )


def build_pose(mol: Chem.Mol, known: str, seed: int, refine: Refine) -> BuiltPose:
    """Build a molecule's pose on a known one and refine it.

    Args:
        mol: all hydrogens, heavy atoms first.
        known: mol block of the known pose, Å.
        seed: same seed, same pose.
        refine: takes a conformer in the receptor's frame to the nearest minimum: affinity in kcal/mol and pose; None
            where it lies outside the box or cannot be scored.

    Returns:
        The best of the refined poses that keep the shared atoms in place, or why there is none.
    """
    try:
        made = seeded_conformers(mol, known, seed)
    except (RuntimeError, ValueError):  # RDKit gives up on bounds or alignment
        return BuiltPose(why="the part it shares with the known pose cannot be laid on it")
    if not made.seeds:
        return BuiltPose(core_atoms=made.shared, why=made.why)
    places = Chem.MolFromMolBlock(known).GetConformer().GetPositions()
    first, best, lowest, moved_off = made.seeds[0].core, None, math.inf, False
    for one in made.seeds:
        refined = refine(one.mol)
        if refined is None:
            continue
        moved = _moved(refined[1], places, one.core)
        price = FLIP_GAIN if one.core.given_up else 0.0
        if moved > CORE_LIMIT:
            moved_off = True
        elif refined[0] + price < lowest:
            lowest = refined[0] + price
            best = BuiltPose(refined[0], refined[1], len(one.core.pairs), moved, "", first, places)
    if best is None:
        why = "the part it shares left its place when the pose was refined" if moved_off else "it leaves the box there"
        return BuiltPose(core_atoms=made.shared, why=why, core=first, known=places)
    return best


def _moved(pose: Chem.Mol, places: np.ndarray, core: Core) -> float:
    """RMSD of the shared atoms between the known pose and this one, Å; nothing is aligned."""
    here = pose.GetConformer().GetPositions()
    own, theirs = (list(atoms) for atoms in zip(*core.pairs, strict=True))
    return round(float(np.sqrt(((here[own] - places[theirs]) ** 2).sum(axis=1).mean())), 3)

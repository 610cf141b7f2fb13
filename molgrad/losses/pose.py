"""A docked pose in facts: its anatomy, checked against the molecule it should be of."""

from __future__ import annotations

from pathlib import Path

from molgrad.chem.parse import parse
from molgrad.docking.anatomy import anatomy_facts, dissect
from molgrad.evaluation import Fact


def pose_facts(smiles: str, pose: str, pdbqt: Path, affinity: float | None = None) -> tuple[Fact, ...]:
    """What a pose says about its atoms, most at stake first; the kinds are those of `anatomy_facts`.

    `pose_hbond` is a hydrogen bond whose distance and angles fit, `value` in Å and `partner` the residue;
    `pose_exposed` a group without a receptor atom within 4.5 Å.

    Args:
        smiles: the designed molecule; heavy atom i of the pose is its atom i.
        pose: V2000 mol block, Å, in the receptor's frame.
        pdbqt: the receptor.
        affinity: of the best pose, kcal/mol; without it nothing is said of rotors.

    Raises:
        OSError: the receptor cannot be read.
        ValueError: no pose, or a pose of something else.
    """
    heavy = parse(smiles).GetNumHeavyAtoms()
    anatomy = dissect(pose, pdbqt)
    if len(anatomy.ligand.points) != heavy:
        raise ValueError(f"the pose has {len(anatomy.ligand.points)} heavy atoms, the molecule {heavy}")
    return anatomy_facts(anatomy, affinity)

"""The facts of a pose, strongest first: what a medicinal chemist would say beside the picture."""

from __future__ import annotations

from pathlib import Path

from molgrad.chem.parse import parse
from molgrad.evaluation import Fact
from molgrad.interactions.balance import efficiency, exposed, idle, keep
from molgrad.interactions.contacts import bent_bonds, bonds, clashes, hydrogen_bonds, hydrophobic_contacts
from molgrad.interactions.growth import room
from molgrad.interactions.polar import buried, facing, missed
from molgrad.interactions.pose import Anatomy, dissect


def anatomy_facts(anatomy: Anatomy, affinity: float | None = None) -> tuple[Fact, ...]:
    """Facts of a pose, most at stake first; a fact's weight is its stake in kcal/mol, at most 1.

    Kinds, each described by the function of its name: `pose_keep`, `pose_efficiency`, `pose_hbond`,
    `pose_hbond_bent`, `pose_clash`, `pose_hydrophobic`, `pose_buried`, `pose_facing`, `pose_missed`,
    `pose_idle`, `pose_exposed`, `pose_room`, `pose_full`. What is at stake is Vina's energy where Vina counts
    it, a full hydrogen bond (0.59 kcal/mol) where one is missing, and the share of an average atom where atoms
    do nothing.

    Args:
        anatomy: from `dissect`.
        affinity: Vina's, of the best pose alone; without it nothing is said of rotors.
    """
    pairs = bonds(anatomy)
    pressed = clashes(anatomy)
    faced = facing(anatomy)
    spoken = {pair.atom for pair in pairs} | {f.fact.atoms[0] for f in faced}
    bonded = {pair.atom for pair in pairs if pair.real}
    found = [
        *keep(anatomy), *efficiency(anatomy, affinity), *hydrogen_bonds(anatomy, pairs), *bent_bonds(anatomy, pairs),
        *pressed, *hydrophobic_contacts(anatomy), *buried(anatomy, spoken), *faced,
        *missed(anatomy, pairs), *idle(anatomy, bonded, {f.fact.atoms[0] for f in pressed}), *exposed(anatomy),
        *room(anatomy),
    ]  # fmt: skip
    found.sort(key=lambda f: (-f.stake, f.fact.kind, f.fact.atoms, f.fact.text))
    return tuple(item.fact for item in found)


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

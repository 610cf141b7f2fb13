"""The facts of a pose, strongest first: what a medicinal chemist would say beside the picture."""

from __future__ import annotations

from molgrad.docking.anatomy.balance import efficiency, exposed, idle, keep
from molgrad.docking.anatomy.contacts import bent_bonds, bonds, clashes, hydrogen_bonds, hydrophobic_contacts
from molgrad.docking.anatomy.growth import room
from molgrad.docking.anatomy.polar import buried, facing, missed
from molgrad.docking.anatomy.pose import Anatomy
from molgrad.evaluation import Fact


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

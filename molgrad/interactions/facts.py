"""The facts of a pose, strongest first: what a medicinal chemist would say beside the picture."""

from __future__ import annotations

from pathlib import Path

from molgrad.chem.parse import parse
from molgrad.evaluation import Fact
from molgrad.interactions.balance import efficiency, exposed, inefficient, keep
from molgrad.interactions.contacts import bent_bonds, bonds, clashes, hydrogen_bonds, hydrophobic_contacts
from molgrad.interactions.growth import growth
from molgrad.interactions.polar import buried, like_polar, unsatisfied
from molgrad.interactions.pose import PoseEnergies, per_atom_energies
from molgrad.interactions.salt_bridges import salt_bridges, told


def energy_facts(energies: PoseEnergies, affinity: float | None = None) -> tuple[Fact, ...]:
    """Facts of a pose, most at stake first; a fact's weight is its stake in kcal/mol, at most 1.

    Kinds, each described by the function of its name: `pose_keep`, `pose_efficiency`, `pose_hbond`,
    `pose_hbond_bent`, `pose_salt_bridge`, `pose_clash`, `pose_hydrophobic`, `pose_buried`, `pose_like_polar`,
    `pose_unsatisfied`, `pose_inefficient`, `pose_exposed`, `pose_growth`, `pose_full`. The stake is Vina's energy where
    Vina has a term, a full hydrogen bond (0.59 kcal/mol) where one is missing, and for atoms that contribute little the
    mean energy of an atom.

    Args:
        energies: from `per_atom_energies`.
        affinity: Vina's, of the best pose alone; without it nothing is said of rotatable bonds.
    """
    pairs = bonds(energies)
    pressed = clashes(energies)
    repelled = like_polar(energies)
    bridges = salt_bridges(energies)
    spoken = {pair.atom for pair in pairs} | {f.fact.atoms[0] for f in repelled} | {atom for atom, _ in bridges}
    bonded = {pair.atom for pair in pairs if pair.real}
    found = [*keep(energies), *efficiency(energies, affinity), *hydrogen_bonds(energies, pairs, bridges)]
    found += [*told(energies, bridges, {pair.between(energies) for pair in pairs if pair.real}), *pressed, *repelled]
    single = [pair for pair in pairs if pair.between(energies) not in bridges]
    found += [*bent_bonds(energies, single), *hydrophobic_contacts(energies), *buried(energies, spoken)]
    found += [*unsatisfied(energies, pairs), *inefficient(energies, bonded, {f.fact.atoms[0] for f in pressed})]
    found += [*exposed(energies), *growth(energies)]
    found.sort(key=lambda f: (-f.stake, f.fact.kind, f.fact.atoms, f.fact.text))
    return tuple(item.fact for item in found)


def pose_facts(smiles: str, pose: str, pdbqt: Path, affinity: float | None = None) -> tuple[Fact, ...]:
    """What a pose says about its atoms, most at stake first; the kinds are those of `energy_facts`.

    `pose_hbond` is a hydrogen bond whose distance and angles fit, `value` in Å and `partner` the residue;
    `pose_exposed` a group without a receptor atom within 4.5 Å.

    Args:
        smiles: the designed molecule; heavy atom i of the pose is its atom i.
        pose: V2000 mol block, Å, in the receptor's frame.
        pdbqt: the receptor.
        affinity: of the best pose, kcal/mol; without it nothing is said of rotatable bonds.

    Raises:
        OSError: the receptor cannot be read.
        ValueError: no pose, or a pose of something else.
    """
    heavy = parse(smiles).GetNumHeavyAtoms()
    energies = per_atom_energies(pose, pdbqt)
    if len(energies.ligand.points) != heavy:
        raise ValueError(f"the pose has {len(energies.ligand.points)} heavy atoms, the molecule {heavy}")
    return energy_facts(energies, affinity)

"""Poses of a molecule seeded from the pose of a relative: the atoms that both have keep their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdMolAlign

from molgrad.docking.common_core import Core, cores, enough, without_stereo
from molgrad.docking.embedding import field_of
from molgrad.docking.seeds import derive_seed

TRIALS = 20  # of RDKit for one embedding; a core that does not fit fails slowly, and the unseeded search remains
EMBEDDINGS = 12  # conformers of what the two do not share, of which different ones are kept
LOOSE = 60  # free conformers, where none can be made with the shared atoms exactly in place
LOOSE_RMSD = 1.5  # Å of the shared atoms of a free conformer from their places before it is pulled there
KEPT = 3  # of the common core; each costs one setting of the ligand in Vina, 0.15 s
KEPT_FLIPPED = 2  # of a core with a ring turned over
ALIKE = 0.5  # Å between heavy atoms below which two shapes end in the same minimum
PULL = 50.0  # kcal/mol/Å², holds shared atoms where the relative had them while bonds relax
STEPS = 200  # of the force field


@dataclass(frozen=True, slots=True)
class Seed:
    """A conformer on a known pose, before the engine refines it.

    Attributes:
        mol: all hydrogens, in the frame of the receptor.
        core: the atoms that were laid on the known pose.
    """

    mol: Chem.Mol
    core: Core


@dataclass(frozen=True, slots=True)
class Seeds:
    """The conformers on a known pose.

    Attributes:
        seeds: of the common core first, then of those with a ring turned over.
        shared: heavy atoms that the two molecules have in common; 0 where that is too little.
        why: why there is none; empty otherwise.
    """

    seeds: tuple[Seed, ...] = ()
    shared: int = 0
    why: str = ""


def seeded_conformers(mol: Chem.Mol, parent: str, seed: int) -> Seeds:
    """Conformers of `mol` that lie on a relative's pose, in the frame of the receptor.

    Args:
        mol: all hydrogens, heavy atoms first.
        parent: mol block of the relative's pose, Å.
        seed: same seed, same conformers.

    Returns:
        Unlike each other; with the reason where the two share too little, or the core cannot be kept.
    """
    pose, bare = Chem.MolFromMolBlock(parent), Chem.RemoveAllHs(mol)
    if pose is None:
        return Seeds(why="the known pose cannot be read")
    found: list[Seed] = []
    ways = cores(bare, pose)
    if not ways:
        return Seeds(why="it shares too little with the molecule of the known pose")
    for core in ways:
        most = KEPT_FLIPPED if core.given_up or found else KEPT
        laid = _on(mol, pose, core, seed, most)
        if not laid and not found and enough((part := without_stereo(core, bare)).pairs, bare, pose):
            laid = _on(mol, pose, part, seed, most)
        if not laid and not found:
            laid = _loosely_on(mol, pose, core, seed)
        found += laid
    why = "" if found else "no shape of it keeps the part that it shares with the known pose"
    return Seeds(tuple(found), len(ways[0].pairs), why)


def _on(mol: Chem.Mol, pose: Chem.Mol, core: Core, seed: int, most: int) -> list[Seed]:
    """Conformers on one core, unlike each other."""
    where = pose.GetConformer()
    full, parameters = Chem.Mol(mol), _parameters(seed)
    parameters.SetCoordMap({own: where.GetAtomPosition(theirs) for own, theirs in core.pairs})
    if not len(rdDistGeom.EmbedMultipleConfs(full, 1, parameters)):  # each of the others would fail as slowly
        return []
    laid = [_aligned(full, each, pose, core)[1] for each in rdDistGeom.EmbedMultipleConfs(full, EMBEDDINGS, parameters)]
    return _unlike(laid, mol, pose, core, most)


def _loosely_on(mol: Chem.Mol, pose: Chem.Mol, core: Core, seed: int) -> list[Seed]:
    """The free conformers that come nearest to one core; what links its pieces may be longer than in the known pose."""
    full, parameters = Chem.Mol(mol), _parameters(seed)
    found = [_aligned(full, each, pose, core) for each in rdDistGeom.EmbedMultipleConfs(full, LOOSE, parameters)]
    near = sorted((one for one in found if one[0] <= LOOSE_RMSD), key=lambda one: one[0])
    return _unlike([shape for _, shape in near[: 2 * KEPT]], mol, pose, core, KEPT)


def _parameters(seed: int) -> Any:
    parameters = rdDistGeom.ETKDGv3()
    parameters.randomSeed = derive_seed("inherited", seed)
    parameters.maxIterations = TRIALS
    parameters.numThreads = 1
    return parameters


def _aligned(full: Chem.Mol, conformer: int, pose: Chem.Mol, core: Core) -> tuple[float, Chem.Mol]:
    """One conformer alone on the known pose, and the RMSD of the shared atoms, Å."""
    shape = Chem.Mol(full, confId=conformer)
    shape.GetConformer().SetId(0)
    return rdMolAlign.AlignMol(shape, pose, atomMap=core.pairs), shape


def _unlike(shapes: Iterable[Chem.Mol], mol: Chem.Mol, pose: Chem.Mol, core: Core, most: int) -> list[Seed]:
    """The shapes relaxed on the known pose, but for those of another isomer and those like an earlier one."""
    isomer, heavy = _isomer(mol), mol.GetNumHeavyAtoms()
    kept, before, after = list[Seed](), list[np.ndarray](), list[np.ndarray]()
    for shape in shapes:
        place = shape.GetConformer().GetPositions()[:heavy]
        if _near(place, before, ALIKE / 2):
            continue
        before.append(place)
        _relax(shape, pose, core)
        place = shape.GetConformer().GetPositions()[:heavy]
        if _near(place, after, ALIKE):
            continue
        # Coordinates of a relative of other stereo pull the child over to that isomer: another molecule.
        if _isomer(shape) == isomer:
            kept.append(Seed(shape, core))
            after.append(place)
        if len(kept) == most:
            break
    return kept


def _near(place: np.ndarray, others: list[np.ndarray], limit: float) -> bool:
    """Whether a shape lies within so many Å RMSD of an earlier one."""
    return any(np.sqrt(((place - other) ** 2).sum(axis=1).mean()) < limit for other in others)


def _isomer(mol: Chem.Mol) -> str:
    """The stereoisomer that the coordinates show, as SMILES."""
    shown = Chem.Mol(mol)
    Chem.AssignStereochemistryFrom3D(shown)
    return str(Chem.MolToSmiles(Chem.RemoveAllHs(shown)))


def _relax(mol: Chem.Mol, pose: Chem.Mol, core: Core) -> None:
    """Relax the bonds of a conformer on the known pose, with the shared atoms held."""
    field = field_of(mol, electrostatics=True)  # as measured; only the places of atoms are taken from it
    if field is None:
        return
    for own, theirs in core.pairs:
        place = pose.GetConformer().GetAtomPosition(theirs)
        anchor = field.AddExtraPoint(place.x, place.y, place.z, fixed=True) - 1
        field.AddDistanceConstraint(anchor, own, 0.0, 0.0, PULL)
    field.Initialize()
    field.Minimize(maxIts=STEPS)

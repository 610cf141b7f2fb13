"""Poses of a molecule built on the pose of a relative: what they share keeps its place."""

from __future__ import annotations

from pathlib import Path

from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdFMCS, rdForceFieldHelpers, rdMolAlign
from rdkit.Geometry import Point3D

from molgrad.docking.ligand import derive_seed
from molgrad.docking.receptor import Receptor
from molgrad.errors import InputFileError

TRIALS = 20  # of RDKit for one embedding; a core that does not fit fails slowly, and the blind search remains
EMBEDDINGS = 4  # shapes of what the two do not share; each costs one setting of the ligand in Vina
LEAST_SHARED = 8  # heavy atoms; on fewer nothing can be built that a blind search would not find
SHARE = 0.5  # of the smaller molecule's heavy atoms
PULL = 50.0  # kcal/mol/Å², holds shared atoms where the relative had them while bonds relax
OUTSIDE = 1.5  # Å an atom of a given pose may lie beyond the box, as for Vina's own poses
STEPS = 200  # of the force field
SEARCH_LIMIT = 10  # seconds for the common core, a watchdog: usual cases take 0.01


def read_pose(path: str | Path, receptor: Receptor) -> str:
    """The first molecule of an SDF or mol file as a mol block, a binding mode in the receptor's frame.

    Raises:
        InputFileError: it cannot be read, has no 3D coordinates, or does not lie in the receptor's box.
    """
    try:
        with rdBase.BlockLogs():
            mol = next(iter(Chem.SDMolSupplier(str(path), removeHs=False)), None)
    except OSError:
        raise InputFileError(f"{path} cannot be read as an SDF or mol file with a pose") from None
    if mol is None or not mol.GetNumConformers() or not mol.GetConformer().Is3D():
        raise InputFileError(f"{path}: its first record is no molecule with 3D coordinates")
    places = mol.GetConformer().GetPositions().tolist()
    outside = [i for i, place in enumerate(places) if not receptor.box.holds(tuple(place), OUTSIDE)]
    if outside:
        raise InputFileError(
            f"{path}: {len(outside)} of {len(places)} atoms lie outside the box of {receptor.name} at "
            f"{receptor.box.center} Å; is the pose in the frame of this receptor?"
        )
    return str(Chem.MolToMolBlock(mol, forceV3000=False))


def built_on(mol: Chem.Mol, parent: str, seed: int) -> list[Chem.Mol]:
    """Conformers of `mol` that lie on a relative's pose, in the frame of the receptor.

    Args:
        mol: all hydrogens, heavy atoms first.
        parent: mol block of the relative's pose, Å.
        seed: same seed, same conformers.

    Returns:
        At most `EMBEDDINGS` molecules; none when the two share too little, or the core cannot be kept.
    """
    pose = Chem.MolFromMolBlock(parent)
    if pose is None:
        return []
    shared = _shared(mol, pose)
    if not shared:
        return []
    where = pose.GetConformer()
    wanted = {own: where.GetAtomPosition(theirs) for own, theirs in shared}
    full = Chem.Mol(mol)
    parameters = rdDistGeom.ETKDGv3()
    parameters.randomSeed = derive_seed("inherited", seed)
    parameters.maxIterations = TRIALS
    parameters.numThreads = 1
    parameters.SetCoordMap(wanted)
    found = list(rdDistGeom.EmbedMultipleConfs(full, EMBEDDINGS, parameters))
    isomer = _isomer(mol)
    shapes = [_laid(full, conformer, pose, shared, wanted) for conformer in found]
    # Coordinates of a relative of other stereo pull the child over to that isomer: such a shape is another molecule.
    return [shape for shape in shapes if _isomer(shape) == isomer]


def _shared(mol: Chem.Mol, pose: Chem.Mol) -> list[tuple[int, int]]:
    """Pairs of heavy atoms that the two have in common; whole rings only, elements may differ in place."""
    bare = Chem.RemoveAllHs(mol)
    core = rdFMCS.FindMCS(
        [bare, pose], ringMatchesRingOnly=True, completeRingsOnly=True, timeout=SEARCH_LIMIT,
        atomCompare=rdFMCS.AtomCompare.CompareAny, bondCompare=rdFMCS.BondCompare.CompareOrder,
    )  # fmt: skip
    smaller = min(bare.GetNumAtoms(), pose.GetNumAtoms())
    if core.canceled or core.numAtoms < max(LEAST_SHARED, SHARE * smaller):
        return []
    pattern = Chem.MolFromSmarts(core.smartsString)
    own, theirs = bare.GetSubstructMatch(pattern), pose.GetSubstructMatch(pattern)
    return list(zip(own, theirs, strict=True)) if len(own) == len(theirs) else []


def _isomer(mol: Chem.Mol) -> str:
    """The stereoisomer that the coordinates show, as SMILES."""
    shown = Chem.Mol(mol)
    Chem.AssignStereochemistryFrom3D(shown)
    return str(Chem.MolToSmiles(Chem.RemoveAllHs(shown)))


def _laid(
    full: Chem.Mol, conformer: int, pose: Chem.Mol, shared: list[tuple[int, int]], wanted: dict[int, Point3D]
) -> Chem.Mol:
    """One conformer on the relative's pose, its bonds relaxed with the shared atoms held."""
    mol = Chem.Mol(full, confId=conformer)
    mol.GetConformer().SetId(0)
    rdMolAlign.AlignMol(mol, pose, atomMap=shared)
    field = _field(mol)
    if field is None:
        return mol
    for own, place in wanted.items():
        anchor = field.AddExtraPoint(place.x, place.y, place.z, fixed=True) - 1
        field.AddDistanceConstraint(anchor, own, 0.0, 0.0, PULL)
    field.Initialize()
    field.Minimize(maxIts=STEPS)
    return mol


def _field(mol: Chem.Mol) -> rdForceFieldHelpers.ForceField | None:
    if rdForceFieldHelpers.MMFFHasAllMoleculeParams(mol):
        return rdForceFieldHelpers.MMFFGetMoleculeForceField(mol, rdForceFieldHelpers.MMFFGetMoleculeProperties(mol))
    if rdForceFieldHelpers.UFFHasAllMoleculeParams(mol):
        return rdForceFieldHelpers.UFFGetMoleculeForceField(mol)
    return None

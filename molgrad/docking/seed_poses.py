"""Poses of a molecule seeded from the pose of a relative: the atoms that both have keep their places."""

from __future__ import annotations

from pathlib import Path

from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers, rdMolAlign, rdRascalMCES
from rdkit.Geometry import Point3D

from molgrad.docking.seeds import derive_seed
from molgrad.errors import InputFileError
from molgrad.receptors.ligand_file import molecules
from molgrad.receptors.receptor import Receptor

TRIALS = 20  # of RDKit for one embedding; a core that does not fit fails slowly, and the unseeded search remains
EMBEDDINGS = 4  # conformers of what the two do not share; each costs one setting of the ligand in Vina
LEAST_SHARED = 8  # heavy atoms; on fewer nothing can be built that an unseeded search would not find
SHARE = 0.5  # of the smaller molecule's heavy atoms
PULL = 50.0  # kcal/mol/Å², holds shared atoms where the relative had them while bonds relax
OUTSIDE = 1.5  # Å an atom of a given pose may lie beyond the box, as for Vina's own poses
STEPS = 200  # of the force field
SEARCH_LIMIT = 20  # seconds for the common core, a watchdog: 78 molecules and their parents took 0.3 at most
PAIRS = 3_000  # pairs of bonds that may stand for each other; RDKit's 1,000 are too few for 50 heavy atoms


def read_pose(path: str | Path, receptor: Receptor) -> str:
    """The first molecule of an SDF or mol file as a mol block, a binding mode in the receptor's frame.

    Raises:
        InputFileError: it cannot be read, has no 3D coordinates, or does not lie in the receptor's box.
    """
    found = molecules(Path(path), remove_hydrogens=False)
    if not found:
        raise InputFileError(f"{path} cannot be read as an SDF or mol file with a pose")
    mol = found[0]
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


def seeded_conformers(mol: Chem.Mol, parent: str, seed: int) -> list[Chem.Mol]:
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
    shared = _core(Chem.RemoveAllHs(mol), pose)
    if len(shared) < max(LEAST_SHARED, SHARE * min(mol.GetNumHeavyAtoms(), pose.GetNumHeavyAtoms())):
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


def _core(bare: Chem.Mol, pose: Chem.Mol) -> list[tuple[int, int]]:
    """Pairs of heavy atoms that the two have in common, in one piece; whole rings only, elements may differ in place.

    None where it is less than `SHARE`. By RASCAL: on polycyclic molecules FindMCS takes seconds, so that a limit on its
    time would make it depend on the machine's load whether a pose is seeded.
    """
    fewer, more = sorted(m.GetNumAtoms() + m.GetNumBonds() for m in (bare, pose))
    options = rdRascalMCES.RascalOptions()
    options.equivalentAtoms = "[*]"
    options.ignoreAtomAromaticity = False
    options.ringMatchesRingOnly = True
    options.completeAromaticRings = False  # which compares elements; `_whole` does not
    options.singleLargestFrag = True
    options.similarityThreshold = SHARE**2 * fewer / more  # of two that share so much of the smaller
    options.minCliqueSize = int(SHARE * min(bare.GetNumBonds(), pose.GetNumBonds()))
    options.maxBondMatchPairs = PAIRS
    options.timeout = SEARCH_LIMIT
    with rdBase.BlockLogs():
        found = rdRascalMCES.FindMCES(bare, pose, options)
    if not found or found[0].timedOut:
        return []
    return _whole([(int(own), int(theirs)) for own, theirs in found[0].atomMatches()], bare, pose)


def _whole(pairs: list[tuple[int, int]], mol: Chem.Mol, pose: Chem.Mol) -> list[tuple[int, int]]:
    """The pairs without those of rings that are shared in part: a five-ring lies badly on half a six-ring."""
    while True:
        own = _in_whole_rings(mol, {a for a, _ in pairs})
        theirs = _in_whole_rings(pose, {b for _, b in pairs})
        left = [(a, b) for a, b in pairs if a in own and b in theirs]
        if len(left) == len(pairs):
            return left
        pairs = left


def _in_whole_rings(mol: Chem.Mol, atoms: set[int]) -> set[int]:
    """Of these atoms those outside rings, and those of a ring that lies among them entirely."""
    info = mol.GetRingInfo()
    whole = {atom for ring in info.AtomRings() if atoms.issuperset(ring) for atom in ring}
    return {atom for atom in atoms if atom in whole or not info.NumAtomRings(atom)}


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

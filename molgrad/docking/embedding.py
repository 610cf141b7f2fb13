"""Conformers made and relaxed: RDKit's distance geometry, then MMFF94s without electrostatics."""

from __future__ import annotations

from typing import Any

from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from molgrad.docking.seeds import derive_seed
from molgrad.errors import LigandPreparationError

ATTEMPTS = 4  # embeddings tried before giving up, the last two from random coordinates
ITERATIONS = 60  # RDKit's bound on one embedding; without it a caged molecule may take minutes
STEPS = 500  # of the force field


def embedded(mol: Chem.Mol, seed: int, wanted: int) -> Chem.Mol:
    """The molecule with conformers as they come, and all hydrogens.

    Args:
        mol: hydrogens may be left out.
        seed: same seed, same conformers.
        wanted: conformers, at most.

    Raises:
        LigandPreparationError: no attempt gave a shape.
    """
    full = Chem.AddHs(Chem.RemoveAllHs(mol))
    for attempt in range(ATTEMPTS):
        parameters: Any = rdDistGeom.ETKDGv3()
        parameters.randomSeed = derive_seed(seed, attempt)
        parameters.useRandomCoords = attempt >= ATTEMPTS - 2
        parameters.maxIterations = ITERATIONS
        parameters.numThreads = 1
        if not len(rdDistGeom.EmbedMultipleConfs(full, 1, parameters)):  # one first: each failure takes its time
            continue
        if wanted == 1 or len(rdDistGeom.EmbedMultipleConfs(full, wanted, parameters)):
            return full
    raise LigandPreparationError(
        f"conformer: no 3D shape found in {ATTEMPTS} attempts; the rings or the stereo centres may be "
        "impossible, or the molecule too large"
    )


def relaxed(mol: Chem.Mol) -> list[float]:
    """Relax every conformer in place.

    Electrostatics are left out: in a vacuum they fold a molecule onto its own charges, and put groups axial that are
    equatorial in water. UFF where MMFF94s has no parameters.

    Returns:
        The energy of each, kcal/mol; zeros where neither force field knows the molecule.
    """
    field = field_of(mol)
    if field is None:
        return [0.0] * mol.GetNumConformers()
    outcome = rdForceFieldHelpers.OptimizeMoleculeConfs(mol, field, numThreads=1, maxIters=STEPS)
    return [float(energy) for _, energy in outcome]


def field_of(mol: Chem.Mol, *, electrostatics: bool = False) -> rdForceFieldHelpers.ForceField | None:
    """The force field of the molecule's first conformer: MMFF94s, UFF where that has no parameters.

    Args:
        mol: all hydrogens.
        electrostatics: as MMFF94, with the molecule's own charges in a vacuum.

    Returns:
        None where neither knows the molecule.
    """
    if rdForceFieldHelpers.MMFFHasAllMoleculeParams(mol):
        properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(mol, "MMFF94" if electrostatics else "MMFF94s")
        properties.SetMMFFEleTerm(electrostatics)
        return rdForceFieldHelpers.MMFFGetMoleculeForceField(mol, properties)
    if rdForceFieldHelpers.UFFHasAllMoleculeParams(mol):
        return rdForceFieldHelpers.UFFGetMoleculeForceField(mol)
    return None


def with_conformers(mol: Chem.Mol, places: list[int]) -> Chem.Mol:
    """The molecule with these of its conformers only, in this order, numbered from 0."""
    conformers = [Chem.Conformer(mol.GetConformer(place)) for place in places]
    kept = Chem.Mol(mol)
    kept.RemoveAllConformers()
    for conformer in conformers:
        kept.AddConformer(conformer, assignId=True)
    return kept

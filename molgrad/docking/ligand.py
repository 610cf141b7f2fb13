"""A species made ready for Vina, and Vina's poses made molecules again; runs in the docking process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from meeko import MoleculePreparation, PDBQTWriterLegacy
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
from rdkit.Geometry import Point3D

from molgrad.docking.ring_faults import ring_fault
from molgrad.docking.species import Species, choose
from molgrad.errors import LigandPreparationError, shorten

ATTEMPTS = 4  # embeddings tried before giving up, the last two from random coordinates
RING_CONFORMERS = 6  # embeddings compared where a ring can pucker: Vina turns bonds but never changes a ring
EMBED_ITERATIONS = 60  # RDKit's bound on one embedding; without it a caged molecule may take minutes
NAMED = 8  # atoms that a fault names
CLEAN_ITERATIONS = 500  # steps of the force field


@dataclass(frozen=True)
class Ligand:
    """A species ready for Vina.

    Attributes:
        species: what it is.
        mol: its docked state in 3D, all hydrogens; heavy atoms come first, in the order of `species.smiles`.
        pdbqt: what Vina reads.
        serials: PDBQT serial number of each atom of `mol` that Vina sees (non-polar hydrogens are merged).
    """

    species: Species
    mol: Chem.Mol
    pdbqt: str
    serials: dict[int, int]

    @property
    def docked_smiles(self) -> str:
        """The protonation state, stereoisomer and tautomer that is docked."""
        return self.species.state.smiles


def prepare_ligand(molecule: str | Species, *, seed: int = 0) -> Ligand:
    """From a species, or the first one of a SMILES, to PDBQT: conformer and atom types.

    The conformer depends on `seed` and the species alone, not on order or process.

    Raises:
        LigandPreparationError: names the stage and what to do.
    """
    species = molecule if isinstance(molecule, Species) else choose(molecule).species[0]
    if fault := ring_fault(species.state.mol):
        words, atoms = fault
        drawn = [str(place) for place, at in enumerate(species.order) if at in atoms]
        more = ", ..." if len(drawn) > NAMED else ""
        raise LigandPreparationError(f"conformer: {words} (atoms {', '.join(drawn[:NAMED])}{more})")
    mol = embed(species.state.mol, derive_seed("conformer", seed, species.state.smiles))
    return Ligand(species, mol, *_write(mol))


def reshaped(ligand: Ligand, seed: int, turn: int) -> Ligand:
    """The same species from another conformer, for an independent search; `turn` counts from 1.

    Raises:
        LigandPreparationError: no shape was found.
    """
    return placed(ligand, embed(ligand.mol, derive_seed("conformer", seed, ligand.docked_smiles, turn)))


def placed(ligand: Ligand, mol: Chem.Mol) -> Ligand:
    """The ligand with the coordinates of `mol`, which has the same atoms in the same order; typed only once."""
    where = mol.GetConformer().GetPositions()
    at = {serial: where[atom] for atom, serial in ligand.serials.items()}
    lines = ligand.pdbqt.splitlines(keepends=True)
    for i, line in enumerate(lines):
        if line.startswith(("ATOM", "HETATM")):
            x, y, z = at[int(line[6:11])]
            lines[i] = f"{line[:30]}{x:8.3f}{y:8.3f}{z:8.3f}{line[54:]}"
    return replace(ligand, mol=mol, pdbqt="".join(lines))


def derive_seed(*parts: object) -> int:
    """A seed from 1 to 2^31 - 1 out of anything, the same on every machine (0 means "random" to Vina)."""
    digest = hashlib.sha256("\0".join(str(part) for part in parts).encode()).digest()
    return 1 + int.from_bytes(digest[:8], "big") % (2**31 - 1)


def embed(mol: Chem.Mol, seed: int) -> Chem.Mol:
    """A conformer with all hydrogens, of the lowest force-field energy among a few where rings can pucker.

    Raises:
        LigandPreparationError: no attempt gave a shape.
    """
    full = Chem.AddHs(Chem.RemoveAllHs(mol))
    for attempt in range(ATTEMPTS):
        parameters: Any = rdDistGeom.ETKDGv3()
        parameters.randomSeed = derive_seed(seed, attempt)
        parameters.useRandomCoords = attempt >= ATTEMPTS - 2
        parameters.maxIterations = EMBED_ITERATIONS
        parameters.numThreads = 1
        wanted = RING_CONFORMERS if _has_flexible_ring(full) else 1
        found = list(rdDistGeom.EmbedMultipleConfs(full, wanted, parameters))
        if found:
            return _cleaned(full, found)
    raise LigandPreparationError(
        f"conformer: no 3D shape found in {ATTEMPTS} attempts; the rings or the stereo centres may be "
        "impossible, or the molecule too large"
    )


def _has_flexible_ring(mol: Chem.Mol) -> bool:
    return any(
        len(ring) > 4 and sum(not mol.GetBondWithIdx(i).GetIsAromatic() for i in ring) > 2
        for ring in mol.GetRingInfo().BondRings()
    )


def _cleaned(mol: Chem.Mol, conformers: list[int]) -> Chem.Mol:
    """The best conformer alone, relaxed by MMFF94, or by UFF where MMFF has no parameters."""
    if rdForceFieldHelpers.MMFFHasAllMoleculeParams(mol):
        outcome = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(mol, numThreads=1, maxIters=CLEAN_ITERATIONS)
    elif rdForceFieldHelpers.UFFHasAllMoleculeParams(mol):
        outcome = rdForceFieldHelpers.UFFOptimizeMoleculeConfs(mol, numThreads=1, maxIters=CLEAN_ITERATIONS)
    else:
        outcome = [(0, 0.0)] * len(conformers)
    best = min(range(len(conformers)), key=lambda i: outcome[i][1])
    return Chem.Mol(mol, confId=conformers[best])


def _write(mol: Chem.Mol) -> tuple[str, dict[int, int]]:
    """PDBQT text, and the serial number of each atom in it.

    Rings stay as embedded: by default meeko breaks rings of seven and more, which cost diazepam 1.9 kcal/mol.
    """
    try:
        setups = MoleculePreparation(rigid_macrocycles=True).prepare(mol)
        text, fine, why = PDBQTWriterLegacy.write_string(setups[0], add_index_map=True, remove_smiles=True)
    except Exception as error:
        raise LigandPreparationError(f"typing: meeko refused the molecule ({shorten(str(error))})") from error
    if not fine or not text.strip():
        if "non finite charge" in why:
            drawn = Chem.MolToSmiles(Chem.RemoveHs(mol))
            raise LigandPreparationError(f"typing: no partial charges are known for {drawn}")
        raise LigandPreparationError(f"typing: an atom has no AutoDock type; replace it ({shorten(why.strip())})")
    numbers = [
        int(word)
        for line in text.splitlines()
        if line.startswith("REMARK INDEX MAP")
        for word in line.removeprefix("REMARK INDEX MAP").split()
    ]
    # The map counts atoms of the molecule from 1, as it does serial numbers.
    serials = {atom - 1: serial for atom, serial in zip(numbers[::2], numbers[1::2], strict=True)}
    missing = [a.GetIdx() for a in mol.GetAtoms() if a.GetAtomicNum() > 1 and a.GetIdx() not in serials]
    if missing:
        raise LigandPreparationError(f"typing: atoms {missing} are not in the PDBQT that meeko wrote")
    return text, serials


def read_poses(ligand: Ligand, pdbqt: str) -> list[Chem.Mol]:
    """Vina's poses (PDBQT, best first) as molecules: the ligand's bonds and atom order, all hydrogens.

    Polar hydrogens stay where Vina put them; the others, which Vina does not see, are placed anew.
    """
    return [_pose(ligand, _positions(model)) for model in pdbqt.split("MODEL")[1:]]


def _positions(model: str) -> dict[int, Point3D]:
    return {
        int(line[6:11]): Point3D(float(line[30:38]), float(line[38:46]), float(line[46:54]))
        for line in model.splitlines()
        if line.startswith(("ATOM", "HETATM"))
    }


def _pose(ligand: Ligand, positions: dict[int, Point3D]) -> Chem.Mol:
    mol = Chem.Mol(ligand.mol)
    conformer = mol.GetConformer()
    for atom, serial in ligand.serials.items():
        conformer.SetAtomPosition(atom, positions[serial])
    heavy = Chem.RemoveAllHs(mol)
    full = Chem.AddHs(heavy, addCoords=True)
    target = full.GetConformer()
    for atom in range(heavy.GetNumAtoms()):
        for new, old in zip(_hydrogens(full, atom), _hydrogens(mol, atom), strict=True):
            if old in ligand.serials:
                target.SetAtomPosition(new, conformer.GetAtomPosition(old))
    return full


def _hydrogens(mol: Chem.Mol, atom: int) -> list[int]:
    return sorted(n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors() if n.GetAtomicNum() == 1)


def mol_block(pose: Chem.Mol) -> str:
    """A pose as a V2000 mol block; positions in Å."""
    return str(Chem.MolToMolBlock(pose, forceV3000=False))

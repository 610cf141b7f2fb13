"""Vina with one receptor and one set of maps; runs in the docking process, since Vina can end it."""

from __future__ import annotations

import ctypes
import time
from importlib.metadata import version
from typing import Any

from rdkit import Chem
from vina import Vina

from molgrad.docking.ligand import Ligand, derive_seed, mol_block, prepare_ligand, read_poses
from molgrad.docking.receptor import Box
from molgrad.errors import LigandPreparationError, shorten

LOWEST = -25.0  # kcal/mol; the strongest published DOCKSTRING score is -18.9, at 64 heavy atoms
OUTSIDE = 1.5  # Å a heavy atom may lie beyond the box: Vina's penalty out there is steep but not infinite
# A carbon atom alone, set in place of a ligand that is no longer needed.
SMALLEST = """ROOT
ATOM      1  C   UNL     1       0.000   0.000   0.000  1.00  0.00    +0.000 C
ENDROOT
TORSDOF 0
"""
ENERGY_RANGE = 3.0  # kcal/mol above the best within which further poses are kept, Vina's own default


class Engine:
    """A receptor loaded, maps computed, any number of ligands docked one after the other.

    The order matters: receptor, maps, then ligands. Maps computed before any ligand hold every atom type, and
    a ligand with a type that has no map would end the process.
    """

    def __init__(self, pdbqt: str, box: Box, seed: int) -> None:
        self.box = box
        self._seed = seed
        # Vina fixes its seed at construction and restarts from it in every dock, so the order of docks is
        # irrelevant; different molecules, or campaigns with other seeds, start from other conformers.
        self._vina = Vina(sf_name="vina", cpu=1, seed=derive_seed("vina", seed), verbosity=0)
        self._vina.set_receptor(pdbqt)
        self._vina.compute_vina_maps(center=list(box.center), box_size=list(box.size))
        give_back_memory()

    def dock(self, job: dict[str, Any]) -> dict[str, Any]:
        """Dock one molecule; the fields of a DockResult, without effort.

        `job` holds smiles, docked_smiles (or None), exhaustiveness, poses.
        """
        started = time.monotonic()
        outcome: dict[str, Any]
        try:
            ligand = prepare_ligand(job["smiles"], docked_smiles=job["docked_smiles"], seed=self._seed)
        except LigandPreparationError as error:
            outcome = {"status": "invalid", "reason": str(error)}
        else:
            outcome = {
                "docked_smiles": ligand.docked_smiles, "atom_map": list(ligand.atom_map), "note": ligand.note,
                **self._search(ligand, job["exhaustiveness"], job["poses"]),
            }  # fmt: skip
        return {**outcome, "seconds": round(time.monotonic() - started, 3)}

    def _search(self, ligand: Ligand, exhaustiveness: int, count: int) -> dict[str, Any]:
        try:
            self._vina.set_ligand_from_string(ligand.pdbqt)
        except Exception as error:
            return {"status": "invalid", "reason": f"typing: Vina refused the ligand ({shorten(str(error))})"}
        try:
            return self._run(ligand, exhaustiveness, count)
        finally:
            self._forget()

    def _run(self, ligand: Ligand, exhaustiveness: int, count: int) -> dict[str, Any]:
        try:
            self._vina.dock(exhaustiveness=exhaustiveness, n_poses=max(count, 1))
            energies = self._vina.energies(n_poses=count, energy_range=ENERGY_RANGE)
            poses = read_poses(ligand, self._vina.poses(n_poses=count, energy_range=ENERGY_RANGE))
        except Exception as error:
            return {"status": "failed", "reason": f"Vina: {shorten(str(error))}"}
        affinities = [round(float(row[0]), 3) for row in energies]
        if reason := impossible(affinities, poses, self.box):
            return {"status": "failed", "reason": reason}
        return {
            "status": "ok", "affinity": affinities[0], "affinities": affinities,
            "poses": [mol_block(pose) for pose in poses],
        }  # fmt: skip

    def _forget(self) -> None:
        """Let go of the ligand's tables: 0.3 MB a pair of its atoms, held thrice while the next is set."""
        self._vina.set_ligand_from_string(SMALLEST)
        give_back_memory()


def give_back_memory() -> None:
    """Return freed memory to the system (glibc): 155 MB after the maps, a ligand's tables after a dock."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def impossible(affinities: list[float], poses: list[Chem.Mol], box: Box) -> str:
    """Why an outcome cannot be right; empty when it can. Vina reports nonsense without an error."""
    if not affinities or len(poses) != len(affinities):
        return f"Vina gave {len(affinities)} energies and {len(poses)} poses"
    best = affinities[0]
    if not LOWEST < best < 0:
        why = "the molecule may not fit into the box" if best > 0 else "no real dock ends there"
        return f"impossible affinity {best:g} kcal/mol: {why}"
    positions = poses[0].GetConformer().GetPositions().tolist()
    outside = [
        index
        for index, atom in enumerate(poses[0].GetAtoms())
        if atom.GetAtomicNum() > 1 and not box.holds(tuple(positions[index]), OUTSIDE)
    ]
    return f"the best pose leaves the box with atoms {outside}" if outside else ""


def versions() -> dict[str, str]:
    """The versions on which a score depends."""
    return {name: version(name) for name in ("vina", "rdkit", "meeko")}

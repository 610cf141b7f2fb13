"""Vina with one receptor and one set of maps; runs in the docking process, since Vina can end it."""

from __future__ import annotations

import ctypes
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rdkit import Chem
from vina import Vina

from molgrad.docking.ligand import Ligand, derive_seed, read_poses
from molgrad.errors import LigandPreparationError, shorten
from molgrad.receptors.receptor import Box

LOWEST = -25.0  # kcal/mol; the strongest published DOCKSTRING score is -18.9, at 64 heavy atoms
OUTSIDE = 1.5  # Å a heavy atom may lie beyond the box: Vina's penalty out there is steep but not infinite
# A carbon atom alone, set in place of a ligand that is no longer needed.
SMALLEST = """ROOT
ATOM      1  C   UNL     1       0.000   0.000   0.000  1.00  0.00    +0.000 C
ENDROOT
TORSDOF 0
"""
SAVED = 9  # poses that a search keeps in mind, Vina's own default; the search itself depends on it
ENERGY_RANGE = 3.0  # kcal/mol above the best within which further poses are kept, Vina's own default


class SearchError(Exception):
    """A search gave nothing that can be believed; another conformer may."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found: affinities in kcal/mol and poses, best first."""

    affinities: tuple[float, ...]
    poses: tuple[Chem.Mol, ...]


class Engine:
    """A receptor loaded, maps computed, any number of ligands docked one after the other.

    The order matters: receptor, maps, then ligands. Maps computed before any ligand hold every atom type, and
    a ligand with a type that has no map would end the process.
    """

    def __init__(self, pdbqt: str, box: Box, seed: int) -> None:
        self.box = box
        self.seed = seed
        # Vina fixes its seed at construction and restarts from it in every dock, so the order of docks is
        # irrelevant; different molecules, or campaigns with other seeds, start from other conformers.
        self._vina = Vina(sf_name="vina", cpu=1, seed=derive_seed("vina", seed), verbosity=0)
        self._vina.set_receptor(pdbqt)
        self._vina.compute_vina_maps(center=list(box.center), box_size=list(box.size))
        give_back_memory()

    def search(self, ligand: Ligand, exhaustiveness: int, evaluations: int, count: int) -> Found:
        """One search from the ligand's conformer, anywhere in the box.

        Raises:
            LigandPreparationError: Vina does not take the ligand.
            SearchError: the outcome cannot be right.
        """
        self._set(ligand)
        try:
            self._vina.dock(exhaustiveness=exhaustiveness, n_poses=SAVED, max_evals=evaluations)
            wanted = max(1, min(count, SAVED))
            energies = self._vina.energies(n_poses=wanted, energy_range=ENERGY_RANGE)
            poses = read_poses(ligand, self._vina.poses(n_poses=wanted, energy_range=ENERGY_RANGE))
        except Exception as error:
            raise SearchError(f"Vina: {shorten(str(error))}") from error
        return self._checked(Found(tuple(round(float(row[0]), 3) for row in energies), tuple(poses)))

    def relax(self, ligand: Ligand) -> Found:
        """The nearest minimum to the ligand as it lies in the receptor. Raises as `search` does."""
        self._set(ligand)
        with tempfile.TemporaryDirectory() as folder:  # Vina writes a single pose to a file only
            file = Path(folder) / "pose.pdbqt"
            try:
                self._vina.optimize()
                affinity = round(float(self._vina.score()[0]), 3)
                self._vina.write_pose(str(file))
                poses = read_poses(ligand, "MODEL\n" + file.read_text())
            except Exception as error:
                raise SearchError(f"Vina: {shorten(str(error))}") from error
        return self._checked(Found((affinity,), tuple(poses)))

    def _set(self, ligand: Ligand) -> None:
        self.forget()  # 0.01 s, else the last conformer's tables are held beside the new ones
        try:
            self._vina.set_ligand_from_string(ligand.pdbqt)
        except Exception as error:
            raise LigandPreparationError(f"typing: Vina refused the ligand ({shorten(str(error))})") from error

    def _checked(self, found: Found) -> Found:
        if reason := impossible(list(found.affinities), list(found.poses), self.box):
            raise SearchError(reason)
        return found

    def forget(self) -> None:
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

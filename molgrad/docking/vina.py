"""Vina with one receptor and one set of maps; runs in the docking process, since Vina can end it."""

from __future__ import annotations

import ctypes
import tempfile
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from rdkit import Chem

from molgrad.docking.engine import ATOM_ENERGIES, LOCAL_OPTIMIZATION, PLACEMENT, POSE_SEEDING, EngineBase
from molgrad.docking.ligand import Ligand, placed, read_poses
from molgrad.docking.placing import CAVITY_TYPE, Grids, atom_types, place
from molgrad.docking.request import ReceptorContent
from molgrad.docking.searching import Found, Search, SearchError
from molgrad.docking.seeds import derive_seed
from molgrad.errors import LigandPreparationError, shorten

LOWEST = -25.0  # kcal/mol; the strongest published DOCKSTRING score is -18.9, at 64 heavy atoms
# A carbon atom alone, set in place of a ligand that is no longer needed.
SMALLEST = """ROOT
ATOM      1  C   UNL     1       0.000   0.000   0.000  1.00  0.00    +0.000 C
ENDROOT
TORSDOF 0
"""
SAVED = 9  # poses that a search keeps in mind, Vina's own default; the search itself depends on it
RELAXED = 4  # poses laid into cavities that Vina relaxes; each costs one setting of the ligand
ENERGY_RANGE = 3.0  # kcal/mol above the best within which further poses are kept, Vina's own default


class Vina(EngineBase):
    """AutoDock Vina 1.2: a receptor loaded, maps computed, any number of ligands docked one after the other.

    The order matters: receptor, maps, then ligands. Maps computed before any ligand hold every atom type, and
    a ligand with a type that has no map would end the process.
    Source: Eberhardt et al., J. Chem. Inf. Model. 61 (2021) 3891.
    """

    name = "vina"
    title = "Vina"
    version = version("vina")
    offers = frozenset({POSE_SEEDING, PLACEMENT, ATOM_ENERGIES, LOCAL_OPTIMIZATION})
    plausible = (LOWEST, 0.0)
    function: ClassVar = "vina"  # the library's name of the scoring function

    def warm_up(self) -> None:
        """Import the library, and prepare a ligand."""
        import vina  # noqa: F401 - never in the main process, which the library could end

        super().warm_up()

    def _prepare(self, receptor: ReceptorContent) -> None:
        from vina import Vina as Library

        # Vina fixes its seed at construction and restarts from it in every dock, so the order of docks is
        # irrelevant; different molecules, or campaigns with other seeds, start from other conformers.
        self._vina = Library(sf_name=self.function, cpu=1, seed=derive_seed("vina", self.seed), verbosity=0)
        with tempfile.TemporaryDirectory() as folder:  # it reads receptors from files only
            file = Path(folder) / "receptor.pdbqt"
            file.write_bytes(receptor.pdbqt.encode(errors="surrogateescape"))
            self._vina.set_receptor(str(file))
        where = dict(center=list(receptor.box.center), box_size=list(receptor.box.size))
        self._vina.compute_vina_maps(**where, force_even_voxels=True)  # only such maps can be written
        self._grids: Grids | None = None
        self._asked: set[str] = set()
        give_back_memory()

    def _search(self, search: Search) -> Found:
        self._set(search.ligand)
        try:
            self._vina.dock(exhaustiveness=search.exhaustiveness, n_poses=SAVED, max_evals=search.evaluations)
            wanted = max(1, min(search.poses, SAVED))
            energies = self._vina.energies(n_poses=wanted, energy_range=ENERGY_RANGE)
            poses = read_poses(search.ligand, self._vina.poses(n_poses=wanted, energy_range=ENERGY_RANGE))
        except Exception as error:
            raise SearchError(f"Vina: {shorten(str(error))}") from error
        return Found(tuple(round(float(row[0]), 3) for row in energies), tuple(poses))

    def _relax(self, ligand: Ligand) -> Found:
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
        return Found((affinity,), tuple(poses))

    def _place(self, ligand: Ligand, seed: int) -> Found:
        types = atom_types(ligand.mol, ligand.kinds)
        self._read_grids(ligand, types)
        if self._grids is None:
            raise SearchError("Vina: it wrote no maps")
        shown = Chem.Mol(ligand.mol)
        shown.RemoveAllConformers()
        for shape in ligand.shapes:
            for conformer in shape.mol.GetConformers():
                shown.AddConformer(Chem.Conformer(conformer), assignId=True)
        affinities: list[float] = []
        poses: list[Chem.Mol] = []
        for positions in place(self._grids, shown, types, ligand.turns, seed, RELAXED):
            pose = Chem.Mol(ligand.mol)
            pose.GetConformer().SetPositions(positions)
            try:
                found = self._relax(placed(ligand, pose))
            except SearchError:
                continue
            affinities += found.affinities
            poses += found.poses
        if not poses:
            raise SearchError("Vina: no cavity of the box takes the molecule")
        return Found(tuple(affinities), tuple(poses))

    def _read_grids(self, ligand: Ligand, types: list[str]) -> None:
        """Read the maps of these atom types, those of cavities too; Vina writes only the types of what is set."""
        held = self._grids.values if self._grids else {}
        for kinds, text in (({CAVITY_TYPE}, SMALLEST), (set(types), ligand.pdbqt)):
            if kinds <= self._asked:
                continue
            self._asked |= kinds
            self._vina.set_ligand_from_string(text)
            with tempfile.TemporaryDirectory() as folder:
                self._vina.write_maps(str(Path(folder) / "receptor"), overwrite=True)
                read = Grids.read(Path(folder))
            held = {**held, **read.values}
            self._grids = replace(read, values=held)

    def _set(self, ligand: Ligand) -> None:
        self.forget()  # 0.01 s, else the last conformer's tables are held beside the new ones
        try:
            self._vina.set_ligand_from_string(ligand.pdbqt)
        except Exception as error:
            raise LigandPreparationError(f"typing: Vina refused the ligand ({shorten(str(error))})") from error

    def forget(self) -> None:
        """Let go of the ligand's tables: 0.3 MB a pair of its atoms, held thrice while the next is set."""
        self._vina.set_ligand_from_string(SMALLEST)
        give_back_memory()


def give_back_memory() -> None:
    """Return freed memory to the system (glibc): 155 MB after the maps, a ligand's tables after a dock."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)

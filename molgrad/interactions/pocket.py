"""The atoms of a receptor as Vina types them, with residues, bonds and hydrogens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from molgrad.interactions.atoms import AtomTypes, Floats, atom_types, is_metal
from molgrad.receptors.pdbqt import read_pdbqt

if TYPE_CHECKING:
    from scipy.spatial import cKDTree  # imported where it is used: a quarter of a second

LONE_PAIR = frozenset({"NA", "OA"})
# Å; AutoDock's covalent radii, by which Vina finds the receptor's bonds, with its allowance of a tenth.
_COVALENT = {"H": 0.37, "C": 0.77, "N": 0.75, "O": 0.73, "P": 1.06, "S": 1.02, "F": 0.71, "Cl": 0.99, "Br": 1.14}
_COVALENT |= {"I": 1.33, "Mg": 1.30, "Ca": 1.74, "Mn": 1.39, "Fe": 1.25, "Zn": 1.31}
_ALLOWANCE = 1.1
_LONGEST = 3.0  # Å; above every bond that counts (Ca-P would be 3.1, and does not occur)


@dataclass(frozen=True, slots=True)
class Pocket:
    """The receptor's m heavy atoms.

    Attributes:
        points: (m, 3), Å.
        types: their Vina types.
        residues: of each atom its residue, such as `A:GLU32`.
        names: PDB atom names.
        neighbours: of each atom, the heavy atoms bonded to it.
        hydrogens: of each atom, (k, 3) positions of its polar hydrogens.
        tree: of `points`.
    """

    points: Floats
    types: AtomTypes
    residues: tuple[str, ...]
    names: tuple[str, ...]
    neighbours: tuple[tuple[int, ...], ...]
    hydrogens: tuple[Floats, ...]
    tree: cKDTree

    def called(self, index: int) -> str:
        """The PDB name of an atom, or its element where it has none, as in some cofactors."""
        return self.names[index] or self.types.elements[index]


def read_pocket(pdbqt: Path) -> Pocket:
    """Read a receptor from PDBQT. The result is cached until the file changes.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not PDBQT.
    """
    stat = pdbqt.stat()
    return _read(pdbqt, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read(pdbqt: Path, _changed: int, _size: int) -> Pocket:
    from scipy.spatial import cKDTree

    atoms = read_pdbqt(pdbqt)
    if any(not atom.kind for atom in atoms):
        raise ValueError(f"{pdbqt.name} has atoms without an AutoDock type: it is not PDBQT")
    elements = [atom.element for atom in atoms]
    points = np.array([atom.point for atom in atoms]).reshape(-1, 3)
    heavy = [i for i, element in enumerate(elements) if element != "H"]
    if not heavy:
        raise ValueError(f"{pdbqt.name} holds no atoms")
    around = _bonds(points, elements)
    place = {old: new for new, old in enumerate(heavy)}
    types = atom_types(
        [elements[i] for i in heavy],
        [any(elements[j] not in ("C", "H") for j in around[i]) for i in heavy],
        [any(atoms[j].kind == "HD" for j in around[i]) for i in heavy],
        [atoms[i].kind in LONE_PAIR for i in heavy],
    )
    residues, names = tuple(atoms[i].label for i in heavy), tuple(atoms[i].name for i in heavy)
    bonded = tuple(tuple(place[j] for j in around[i] if j in place and not is_metal(elements[j])) for i in heavy)
    hydrogens = tuple(points[[j for j in around[i] if j not in place]].reshape(-1, 3) for i in heavy)
    return Pocket(points[heavy], types, residues, names, bonded, hydrogens, cKDTree(points[heavy]))


def pdb_block(pdbqt: Path, points: Sequence[Sequence[float]], within: float) -> str:
    """The receptor's atoms within some distance of a sphere about the points, as PDB text with elements."""
    given = np.asarray(points, dtype=np.float64)
    middle = given.mean(axis=0)
    reach = float(np.linalg.norm(given - middle, axis=1).max()) + within
    rows = [
        f"{atom.line}  1.00  0.00          {atom.element.upper():>2s}"
        for atom in read_pdbqt(pdbqt)
        if float(np.linalg.norm(np.array(atom.point) - middle)) <= reach
    ]
    return "\n".join([*rows, "END", ""])


def _bonds(points: Floats, elements: list[str]) -> list[list[int]]:
    """Of each atom those bonded to it, by distance as Vina does."""
    from scipy.spatial import cKDTree

    radius = np.array([_COVALENT.get(element, 1.3) for element in elements])
    pairs = cKDTree(points).query_pairs(_LONGEST, output_type="ndarray")
    gaps = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    close = gaps < _ALLOWANCE * (radius[pairs[:, 0]] + radius[pairs[:, 1]])
    around: list[list[int]] = [[] for _ in elements]
    for i, j in pairs[close].tolist():
        around[i].append(j)
        around[j].append(i)
    return [sorted(row) for row in around]

"""The native ligand: from the structure or a file, with a check of its bond orders against its geometry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from molgrad.errors import InputFileError
from molgrad.receptors.ligand_file import molecules
from molgrad.receptors.preparation.bond_orders import orders
from molgrad.receptors.preparation.cofactors import Cofactor
from molgrad.receptors.preparation.ions import is_ion
from molgrad.receptors.preparation.read import Structure
from molgrad.receptors.preparation.residue import WATERS, Atom, Residue, apart
from molgrad.receptors.preparation.selection import chosen

if TYPE_CHECKING:
    from rdkit import Chem

FILES = (".sdf", ".mol", ".mol2")
SAME_PLACE = 1.0  # Å; the same ligand from the same crystal, written by another program
MOST_OF_IT = 0.8  # of the atoms of a residue of a chain
LONGEST_RESIDUE = 40.0  # Å; nothing in one residue is further from its first atom
# Å of a carbon above the plane of its three neighbours: 0.50 for sp3, 0.00 for sp2, crystals are off by 0.1.
FLAT, PYRAMID = 0.12, 0.30


@dataclass(frozen=True)
class Native:
    """The ligand that the crystal holds.

    Attributes:
        name: as said in reports.
        atoms: heavy atoms.
        mol: with bond orders; None where nothing says what they are.
        residues: what it is in the structure; empty where a file holds it and the structure does not.
        warnings: what looks wrong about it.
    """

    name: str
    atoms: tuple[Atom, ...]
    mol: Chem.Mol | None
    residues: tuple[Residue, ...] = ()
    warnings: tuple[str, ...] = ()

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """Positions of the heavy atoms in Å, a row each."""
        return np.array([atom.position for atom in self.atoms]).reshape(-1, 3)

    @property
    def keys(self) -> frozenset[str]:
        """Of its residues, e.g. `A:57`."""
        return frozenset(residue.key for residue in self.residues)


def in_structure(wanted: str, structure: Structure, known: Mapping[str, Cofactor], chains: tuple[str, ...]) -> Native:
    """The ligand of this name, with bond orders if a template or the table has them.

    Args:
        wanted: as an option takes it: `TQ3`, `B:TQ3194`, `A:NAG1-A:NAG4`, or a chain.
        structure: the file.
        known: cofactors and templates by name.
        chains: where it is looked for; everywhere when empty.

    Raises:
        ReceptorError: there is none, says which there are; or several, says how to choose; a template that was
            given is another molecule.
    """
    residues = chosen(wanted, structure, chains)
    name = residues[0].label if len(residues) == 1 else f"{residues[0].label}-{residues[-1].label}"
    atoms = tuple(atom for residue in residues for atom in residue.atoms)
    mol, warnings = orders(wanted, name, residues, structure, known)
    if mol is not None:
        warnings += geometry_warnings(name, mol, [atom.name for atom in atoms])
    return Native(name, atoms, mol, tuple(residues), tuple(warnings))


def from_file(path: Path) -> Native:
    """The one molecule of an SDF, MOL or MOL2 file, with the coordinates of the crystal.

    Raises:
        InputFileError: missing, unreadable, several molecules or pieces, or without coordinates in space.
    """
    from rdkit import Chem

    if not path.is_file():
        raise InputFileError(f"{path}: no such file")
    mols = molecules(path)
    if len(mols) > 1:
        raise InputFileError(f"{path} holds {len(mols)} molecules; give a file with the one whose site is wanted")
    if not mols or mols[0] is None or not mols[0].GetNumAtoms():
        raise InputFileError(f"{path} cannot be read as a molecule")
    if parts := len(Chem.GetMolFrags(mols[0])) - 1:
        raise InputFileError(
            f"{path}: its molecule is in {parts + 1} pieces; give the ligand alone, without salt, water or metal"
        )
    mol = Chem.RemoveHs(mols[0])
    points = mol.GetConformer().GetPositions()
    if mol.GetNumAtoms() > 3 and np.ptp(points, axis=0).min() == 0.0:
        raise InputFileError(f"{path} is a drawing (flat); the coordinates of the bound ligand are needed")
    elements = [atom.GetSymbol() for atom in mol.GetAtoms()]
    atoms = [Atom(e, e, (x, y, z)) for e, (x, y, z) in zip(elements, points.tolist(), strict=True)]
    return Native(path.name, tuple(atoms), mol, (), tuple(geometry_warnings(path.name, mol)))


def covered(native: Native, structure: Structure) -> tuple[Residue, ...]:
    """The residues of the structure that are the native ligand which was read from another file: groups, or a chain."""
    return tuple(
        residue
        for residue in structure.residues
        if residue.name not in WATERS and not is_ion(residue) and _coincides(native, residue)
    )


def _coincides(native: Native, residue: Residue) -> bool:
    if apart(residue.points[:1], native.points) > SAME_PLACE + LONGEST_RESIDUE:
        return False
    gaps = np.sqrt(((residue.points[:, None] - native.points[None]) ** 2).sum(axis=2)).min(axis=1)
    if residue.polymer:  # the side chain that a covalent ligand's file holds too is no ligand
        return bool(np.quantile(gaps, MOST_OF_IT) < SAME_PLACE)
    return bool(np.median(gaps) < SAME_PLACE)


def geometry_warnings(name: str, mol: Chem.Mol, labels: Sequence[str] = ()) -> list[str]:
    """Carbons whose bond orders and coordinates cannot both be right.

    Args:
        name: of the molecule, for the text.
        mol: heavy atoms with coordinates in Å.
        labels: names of its atoms in the file; C and a number where there are none.
    """
    from rdkit import Chem

    points = mol.GetConformer().GetPositions()
    wrong = []
    for atom in mol.GetAtoms():
        around = [neighbour.GetIdx() for neighbour in atom.GetNeighbors()]
        if atom.GetSymbol() != "C" or len(around) != 3:
            continue
        first, second, third = (points[index] for index in around)
        normal = np.cross(second - first, third - first)
        height = abs(float((points[atom.GetIdx()] - first) @ normal)) / (float(np.linalg.norm(normal)) or 1.0)
        place = labels[atom.GetIdx()] if labels else f"C{atom.GetIdx() + 1}"
        if atom.GetHybridization() == Chem.HybridizationType.SP3 and height < FLAT:
            wrong.append(f"{place} is drawn tetrahedral and lies flat ({height:.2f} Å)")
        elif atom.GetHybridization() == Chem.HybridizationType.SP2 and height > PYRAMID:
            wrong.append(f"{place} is drawn flat and is a pyramid ({height:.2f} Å)")
    if not wrong:
        return []
    return [
        f"the bond orders of {name} do not fit its coordinates: {'; '.join(wrong)}; "
        "check the molecule before trusting the result"
    ]

"""Contacts of the native ligand with the receptor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from molgrad.errors import ReceptorError
from molgrad.receptors.ligand_file import molecules
from molgrad.receptors.pdbqt import read_pdbqt
from molgrad.receptors.receptor import REACH, Receptor

if TYPE_CHECKING:
    from rdkit import Chem

POLAR = 3.5  # Å between N, O or S atoms; the usual limit of a hydrogen bond without its hydrogen
POLAR_TYPES = frozenset({"N", "NA", "OA", "SA"})
WATER = "HOH"


@dataclass(frozen=True, slots=True)
class NativeContact:
    """One residue near the ligand.

    Attributes:
        residue: e.g. `B:GLU32`.
        distance: Å between the nearest heavy atoms.
        polar: (ligand atom index, receptor atom name, Å) of each pair that may be a hydrogen bond.
    """

    residue: str
    distance: float
    polar: tuple[tuple[int, str, float], ...] = ()

    def __str__(self) -> str:
        bonds = ", ".join(f"{name} {gap:.1f} Å" for _, name, gap in self.polar)
        return f"{self.residue} {self.distance:.1f} Å" + (f" (polar: {bonds})" if bonds else "")


@dataclass
class _Near:
    distance: float = float("inf")
    polar: list[tuple[int, str, float]] = field(default_factory=list)


def census(pdbqt: Path) -> Mapping[str, int]:
    """How many residues of each name a receptor file holds."""
    return Counter(name for name, _, _ in {(a.residue, a.chain, a.number) for a in read_pdbqt(pdbqt)})


def native_contacts(receptor: Receptor) -> list[NativeContact]:
    """Residues within 4 Å of the native ligand, the nearest first.

    Raises:
        ReceptorError: the receptor has no native ligand, or its file cannot be read.
    """
    points, polar_atoms = _ligand(receptor)
    near: dict[str, _Near] = {}
    for atom in read_pdbqt(receptor.pdbqt):
        if atom.element == "H":
            continue
        gaps = np.sqrt(((points - np.array(atom.point)) ** 2).sum(axis=1))
        if gaps.min() > REACH:
            continue
        one = near.setdefault(atom.label, _Near())
        one.distance = min(one.distance, float(gaps.min()))
        if atom.kind in POLAR_TYPES:
            name = atom.name or atom.kind
            one.polar += [(i, name, round(float(gaps[i]), 2)) for i in polar_atoms if gaps[i] <= POLAR]
    found = [NativeContact(label, round(one.distance, 2), tuple(one.polar)) for label, one in near.items()]
    return sorted(found, key=lambda contact: contact.distance)


def polar_residues(pose: str, pdbqt: Path) -> list[str]:
    """The residues with an N, O or S within 3.5 Å of one of a pose's, in the order of the file.

    Args:
        pose: mol block, Å.
        pdbqt: the receptor.
    """
    from rdkit import Chem

    mol = Chem.MolFromMolBlock(pose)
    if mol is None:
        return []
    polar = [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetSymbol() in ("N", "O", "S")]
    points = mol.GetConformer().GetPositions()[polar].reshape(-1, 3)
    near = [
        atom.label
        for atom in read_pdbqt(pdbqt)
        if atom.kind in POLAR_TYPES and (((points - np.array(atom.point)) ** 2).sum(axis=1) <= POLAR**2).any()
    ]
    return [residue for residue in dict.fromkeys(near) if not residue.endswith(WATER)]


def _ligand(receptor: Receptor) -> tuple[NDArray[np.float64], list[int]]:
    mol = _molecule(receptor)
    polar = [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetSymbol() in ("N", "O", "S")]
    return mol.GetConformer().GetPositions(), polar


def _molecule(receptor: Receptor) -> Chem.Mol:
    if receptor.ligand is None:
        raise ReceptorError(f"{receptor.name} has no native ligand (ligand.sdf)")
    mol = next(iter(molecules(receptor.ligand)), None)
    if mol is None or not mol.GetNumAtoms():
        raise ReceptorError(
            f"{receptor.name}: {receptor.ligand} cannot be read as a molecule; give the crystal's ligand anew, or "
            "delete the file: a receptor needs none"
        )
    return mol


def picture(receptor: Receptor) -> str:
    """The native ligand as SVG, with atoms in polar contacts highlighted and labelled by residue."""
    from rdkit import Chem

    from molgrad.chem.draw import svg

    contacts = native_contacts(receptor)
    mol = _molecule(receptor)
    smiles = Chem.MolToSmiles(mol)
    order = list(mol.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"])
    notes: dict[int, str] = {}
    for contact in contacts:
        for index, _, gap in contact.polar:
            words = f"{contact.residue} {gap:.1f}"
            at = order.index(index)
            notes[at] = f"{notes[at]}, {words}" if at in notes else words
    return svg(smiles, highlights=list(notes), atom_notes=notes, size=(640, 480))

"""The native ligand: from the structure or a file, with a check of its bond orders against its geometry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from molgrad.errors import InputFileError, ReceptorError
from molgrad.receptors.preparation.amino import UNKNOWN
from molgrad.receptors.preparation.cofactors import Cofactor, skeleton
from molgrad.receptors.preparation.residue import WATERS, Atom, Residue

if TYPE_CHECKING:
    from rdkit import Chem

FILES = (".sdf", ".mol", ".mol2")
SAME_PLACE = 1.0  # Å; the same ligand from the same crystal, written by another program
# Å of a carbon above the plane of its three neighbours: 0.50 for sp3, 0.00 for sp2, crystals are off by 0.1.
FLAT, PYRAMID = 0.12, 0.30


@dataclass(frozen=True)
class Native:
    """The ligand that the crystal holds.

    Attributes:
        name: as said in reports.
        points: heavy atoms, Å.
        mol: with bond orders; None where nothing says what they are.
        residue: where it is in the structure.
        warnings: what looks wrong about it.
    """

    name: str
    points: NDArray[np.float64]
    mol: Chem.Mol | None
    residue: Residue | None = None
    warnings: tuple[str, ...] = ()

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Its heavy atoms."""
        if self.residue is not None:
            return self.residue.atoms
        elements = [atom.GetSymbol() for atom in self.mol.GetAtoms()] if self.mol else ["C"] * len(self.points)
        return tuple(
            Atom(element, element, (x, y, z)) for element, (x, y, z) in zip(elements, self.points.tolist(), strict=True)
        )


def in_structure(wanted: str, hetero: list[Residue], known: dict[str, Cofactor]) -> Native:
    """The hetero group of this name, with bond orders if a template or the table has them.

    Args:
        wanted: a name as an option takes it, e.g. `TQ3` or `B:TQ3194`.
        hetero: the groups of the file.
        known: cofactors and templates by name.

    Raises:
        ReceptorError: there is none, says which there are; or several, says how to choose.
    """
    groups = [residue for residue in hetero if residue.name not in WATERS and len(residue.atoms) > 1]
    found = [residue for residue in groups if residue.named(wanted)]
    if not found:
        held = ", ".join(residue.label for residue in groups) or "none besides water and ions"
        raise ReceptorError(f"there is no ligand {wanted!r} in the file; it holds {held}")
    if len(found) > 1:
        raise ReceptorError(
            f"there are {len(found)} ligands {wanted}: {', '.join(r.label for r in found)}; "
            f"choose one, e.g. --ligand {found[0].label}"
        )
    (residue,) = found
    mol, warnings = None, []
    if residue.name in known:
        mol, why = _ordered(residue, known[residue.name])
        if mol is None:
            warnings.append(f"ligand {residue.label} {why}; it can be docked into, not redocked")
    else:
        warnings.append(
            f"nothing says what the bond orders of ligand {residue.label} are, so it cannot be redocked; "
            f"give --template {residue.name}=SMILES (or its SDF file)"
        )
    return Native(residue.label, residue.points, mol, residue, tuple(warnings))


def _ordered(residue: Residue, cofactor: Cofactor) -> tuple[Chem.Mol | None, str]:
    from rdkit import Chem, rdBase
    from rdkit.Chem import AllChem

    if UNKNOWN in {atom.element for atom in residue.atoms}:
        return None, "has atoms whose element cannot be read"
    raw = Chem.RWMol(skeleton(residue))
    for atom in raw.GetAtoms():
        atom.SetNoImplicit(False)
        atom.SetMonomerInfo(None)
    with rdBase.BlockLogs():
        try:
            mol = AllChem.AssignBondOrdersFromTemplate(Chem.RemoveHs(cofactor.mol), raw)
            Chem.AssignStereochemistryFrom3D(mol)
        except ValueError:
            return None, f"is not bonded like {cofactor.source} ({residue.points.shape[0]} heavy atoms in the file)"
    return mol, ""


def from_file(path: Path) -> Native:
    """The one molecule of an SDF, MOL or MOL2 file, with the coordinates of the crystal.

    Raises:
        InputFileError: missing, unreadable, several molecules or pieces, or without coordinates in space.
    """
    from rdkit import Chem, rdBase

    if not path.is_file():
        raise InputFileError(f"{path}: no such file")
    with rdBase.BlockLogs():
        if path.suffix.lower() == ".mol2":
            mols = [Chem.MolFromMol2File(str(path))]
        else:
            mols = list(Chem.SDMolSupplier(str(path)))
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
    return Native(path.name, points, mol, None, tuple(geometry_warnings(path.name, mol)))


def coincides(native: Native, residue: Residue) -> bool:
    """Whether a group of the structure is the native ligand that was read from another file."""
    gaps = np.sqrt(((residue.points[:, None] - native.points[None]) ** 2).sum(axis=2))
    return bool(np.median(gaps.min(axis=1)) < SAME_PLACE)


def geometry_warnings(name: str, mol: Chem.Mol) -> list[str]:
    """Carbons whose bond orders and coordinates cannot both be right."""
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
        place = f"C{atom.GetIdx() + 1}"
        if atom.GetHybridization() == Chem.HybridizationType.SP3 and height < FLAT:
            wrong.append(f"{place} is drawn tetrahedral and lies flat ({height:.2f} Å)")
        elif atom.GetHybridization() == Chem.HybridizationType.SP2 and height > PYRAMID:
            wrong.append(f"{place} is drawn flat and is a pyramid ({height:.2f} Å)")
    if not wrong:
        return []
    return [
        f"the bond orders of {name} do not fit its coordinates: {'; '.join(wrong)}; "
        "check the molecule before trusting a redock"
    ]

"""A known binding mode read from a file, checked against the receptor that it is to lie in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rdkit import Chem, rdBase

from molgrad.errors import InputFileError, shorten
from molgrad.receptors.ligand_file import molecules
from molgrad.receptors.receptor import Receptor

OUTSIDE = 1.5  # Å an atom of a given pose may lie beyond the box, as for Vina's own poses
FLAT = 0.01  # Å; a molecule whose z coordinates differ by less is a drawing


@dataclass(frozen=True, slots=True)
class KnownPose:
    """A pose in the receptor's frame.

    Attributes:
        block: V2000 mol block, Å.
        notes: what a user should know of how the file was read, a sentence each.
    """

    block: str
    notes: tuple[str, ...] = ()


def read_pose(path: str | Path, receptor: Receptor) -> KnownPose:
    """The first molecule of an SDF, mol or mol2 file as a binding mode in the receptor's frame.

    Args:
        path: of the file.
        receptor: in whose box the pose has to lie.

    Raises:
        InputFileError: the file cannot be read, its first record is flat or no molecule, or it lies outside the box.
    """
    found = molecules(Path(path), remove_hydrogens=False)
    if not found:
        raise InputFileError(f"{path} cannot be read as an SDF or mol file with a pose")
    mol = found[0] or _mended(Path(path))
    notes = []
    if mol is None or not mol.GetNumConformers():
        raise InputFileError(f"{path}: its first record cannot be read as a molecule; check its bonds and charges")
    if found[0] is None:
        notes.append(f"{path}: four-bonded nitrogens of its first record got their charge")
    _check_place(mol, path, receptor)
    if len(found) > 1:
        notes.append(f"{path} holds {len(found)} records; the first one{_named(mol)} is the known pose")
    if not any(atom.GetAtomicNum() == 1 for atom in mol.GetAtoms()):
        notes.append(f"{path} has no hydrogens; the pose is taken from its heavy atoms")
    return KnownPose(str(Chem.MolToMolBlock(mol, forceV3000=False)), tuple(notes))


def _check_place(mol: Chem.Mol, path: str | Path, receptor: Receptor) -> None:
    """Refuse a drawing, and a pose that lies elsewhere."""
    places = mol.GetConformer().GetPositions()
    flat = mol.GetNumAtoms() > 3 and float(places[:, 2].max() - places[:, 2].min()) < FLAT
    if flat or not mol.GetConformer().Is3D():
        raise InputFileError(
            f"{path}: its first record is a flat drawing (2D), no molecule with 3D coordinates; "
            "a pose has the coordinates of a complex"
        )
    outside = [place for place in places.tolist() if not receptor.box.holds(tuple(place), OUTSIDE)]
    if outside:
        raise InputFileError(
            f"{path}: {len(outside)} of {len(places)} atoms lie outside the box of {receptor.name} at "
            f"{receptor.box.center} Å; is the pose in the frame of this receptor?"
        )


def _mended(path: Path) -> Chem.Mol | None:
    """The first record with charges on four-bonded nitrogens, which programs leave out; None if it needs more."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").partition("$$$$")[0]
        with rdBase.BlockLogs():
            mol = Chem.MolFromMolBlock(text, sanitize=False, removeHs=False)
            if mol is None:
                return None
            for atom in mol.GetAtoms():
                bonds = sum(bond.GetBondTypeAsDouble() for bond in atom.GetBonds())
                if atom.GetAtomicNum() == 7 and atom.GetFormalCharge() == 0 and bonds == 4:
                    atom.SetFormalCharge(1)
            Chem.SanitizeMol(mol)
    except (OSError, RuntimeError, ValueError):
        return None
    return mol


def _named(mol: Chem.Mol) -> str:
    name = mol.GetProp("_Name").strip() if mol.HasProp("_Name") else ""
    return f" ({shorten(name)})" if name else ""

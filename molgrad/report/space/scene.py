"""A pose in its pocket as plain data, which `viewer.js` draws in 3D and `still` as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from molgrad.interactions.atoms import Floats
from molgrad.interactions.drawn import Contact, contacts
from molgrad.interactions.pose import PoseEnergies
from molgrad.receptors.pdbqt import PdbqtAtom, read_pdbqt
from molgrad.receptors.receptor import Receptor
from molgrad.report.pictures.marks import LINES, lines, mark_of
from molgrad.report.poses import DockedPose, Posed, docked_pose

POCKET = 8.0  # Å; residues with an atom so near to the pose are in the scene
KEY = 12  # residues that are drawn as sticks with their names, those with the strongest contacts
DIGITS = 3  # of coordinates, as in PDB files


def scene(what: Posed, receptor: Receptor | str | None = None, *, parent: Posed | None = None) -> dict[str, Any]:
    """A docked pose in its pocket, as data for JSON.

    Args:
        what: a record of a campaign, an evaluation, a variable that a loss measured, or the result of a dock.
        receptor: of several, which one; needed too where the receptor is a folder that its name does not lead to.
        parent: what the molecule was made from, docked into the same receptor; its pose is laid over.

    Returns:
        `name`, `smiles`, `affinity` (kcal/mol or None), `receptor` (its name); `ligand`, a mol block; `parent`, None or
        `name` and `block`; `pocket`, PDB text of the residues within 8 Å, in the numbering of the crystal;
        `residues`, of those that matter `label` (`A:LEU83`) and `point`; `contacts`, each `kind`, `label`, `text`,
        `colour` and its ends `from` (the ligand's atom) and `to`; `turn`, the quaternion (x, y, z, w) of the first
        view. Coordinates are Å in the receptor's frame.

    Raises:
        DockingError: there is no pose, with the reason.
        ReceptorError: the receptor is not the one that the pose belongs to, or cannot be found.
    """
    pose = docked_pose(what, receptor)
    over = None if parent is None else docked_pose(parent, pose.receptor)
    return scene_of(pose, over)


def scene_of(pose: DockedPose, over: DockedPose | None = None) -> dict[str, Any]:
    """As `scene`, for poses already found.

    Args:
        pose: the molecule.
        over: its parent, or None.
    """
    energies = pose.energies()
    found = contacts(energies)
    key = _key(found)
    points = energies.ligand.points
    return {
        "name": pose.name,
        "smiles": pose.smiles,
        "affinity": pose.affinity,
        "receptor": pose.receptor.name,
        "ligand": pose.block,
        "parent": None if over is None else {"name": over.name, "block": over.block},
        "pocket": pocket_pdb(pose.receptor.pdbqt, points),
        "residues": [{"label": name, "point": _rounded(_named_at(energies, name))} for name in key],
        "contacts": [_line(energies, contact) for contact in lines(found)],
        "turn": [round(float(x), 5) for x in _quaternion(facing(points, energies.pocket.points))],
    }


def _key(found: Iterable[Contact]) -> list[str]:
    """The residues that matter: those that bond, repel or clash, then those with most hydrophobic contact."""
    first = sorted(found, key=lambda one: (one.kind not in LINES, -one.fact.weight))
    return list(dict.fromkeys(one.residue for one in first))[:KEY]


def _line(energies: PoseEnergies, contact: Contact) -> dict[str, Any]:
    mark = mark_of(contact.kind)
    ends = energies.ligand.points[contact.atom], energies.pocket.points[contact.place]
    return {
        "kind": mark.words,
        "colour": mark.colour,
        "label": f"{contact.gap:.1f} Å",
        "text": contact.fact.text,
        "from": _rounded(ends[0]),
        "to": _rounded(ends[1]),
    }


def _named_at(energies: PoseEnergies, residue: str) -> Floats:
    """Where the name of a residue stands: at its C-alpha, away from the contacts; of others amid what is near."""
    pocket = energies.pocket
    places = [j for j in np.unique(energies.j).tolist() if pocket.residues[j] == residue]
    alpha = [j for j in places if pocket.names[j] == "CA" and pocket.types.elements[j] == "C"]
    at: Floats = pocket.points[alpha or places].mean(axis=0)
    return at


def _rounded(point: Floats) -> list[float]:
    return [round(float(x), DIGITS) for x in point]


def pocket_pdb(pdbqt: Path, points: Floats, within: float = POCKET) -> str:
    """Whole residues near a pose as PDB text with elements, numbered as in the crystal.

    Args:
        pdbqt: the receptor.
        points: of the pose's atoms, (n, 3), Å.
        within: Å from a residue's nearest atom to the pose.
    """
    atoms = read_pdbqt(pdbqt)
    gaps, _ = cKDTree(points).query(np.array([atom.point for atom in atoms]), distance_upper_bound=within)
    near = {_residue(atom) for atom, gap in zip(atoms, gaps.tolist(), strict=True) if gap <= within}
    return "\n".join([*_rows(atom for atom in atoms if _residue(atom) in near), "END", ""])


def _residue(atom: PdbqtAtom) -> tuple[str, str, str]:
    return atom.chain, atom.number, atom.residue


def _rows(atoms: Iterable[PdbqtAtom]) -> Iterator[str]:
    for serial, atom in enumerate(atoms, start=1):
        number, code = (atom.number, " ") if atom.number[-1:].isdigit() else (atom.number[:-1], atom.number[-1:])
        name = f" {atom.name:<3s}" if len(atom.name) < 4 and len(atom.element) < 2 else f"{atom.name:<4s}"
        x, y, z = atom.point
        place = f"{atom.residue:>3.3s} {atom.chain[:1]:1s}{number[-4:]:>4s}{code:1s}   {x:8.3f}{y:8.3f}{z:8.3f}"
        yield f"ATOM  {serial % 100_000:5d} {name:4.4s} {place}  1.00  0.00          {atom.element.upper():>2.2s}"


def facing(points: Floats, pocket: Floats) -> Floats:
    """The rotation (3, 3) of a view that shows a ligand broadside, from where its pocket is open.

    Rows are the directions right, up and towards the eye. The ligand's longest side lies across, its shortest points to
    the eye; of the two ways, that which has fewer receptor atoms in front.

    Args:
        points: of the ligand's atoms, (n, 3), Å.
        pocket: of the receptor's atoms, (m, 3), Å.
    """
    middle = points.mean(axis=0)
    _, _, axes = np.linalg.svd(np.vstack([points - middle, 1e-3 * np.eye(3)]))
    near = pocket[np.linalg.norm(pocket - middle, axis=1) < 2 * POCKET] - middle
    eye = -axes[2] if (near @ axes[2]).sum() > 0 else axes[2]
    right = axes[0] if axes[0][int(np.argmax(abs(axes[0])))] > 0 else -axes[0]
    view: Floats = np.stack([right, np.cross(eye, right), eye])
    return view


def _quaternion(turn: Floats) -> Floats:
    """A rotation as (x, y, z, w)."""
    found: Floats = Rotation.from_matrix(turn).as_quat()
    return found

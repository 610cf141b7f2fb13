"""What a docked pose touches and what it leaves in the open: plain distances to the receptor's atoms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from molgrad.evaluation import Fact
from molgrad.losses import locate

CONTACT = 4.5  # Å between heavy atoms; the usual cutoff for "in contact" in interaction fingerprints
HBOND = 3.5  # Å between donor and acceptor; the usual upper limit in crystal structures
COVALENT_H = 1.3  # Å; a polar hydrogen sits 1.0 Å from the atom that carries it
ACCEPTOR_TYPES = frozenset({"OA", "NA"})  # AutoDock atom types with a lone pair; sulfur is too weak

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The receptor's heavy atoms: where they are, whose, and what they can do in a hydrogen bond."""

    points: Points
    residues: tuple[str, ...]
    polar: NDArray[np.bool_]
    donor: NDArray[np.bool_]
    acceptor: NDArray[np.bool_]


@lru_cache(maxsize=4)
def _surroundings(pdbqt: Path) -> _Surroundings:
    lines = [x for x in pdbqt.read_text(errors="replace").splitlines() if x.startswith(("ATOM", "HETATM"))]
    kinds = np.array([line[77:].strip() for line in lines])
    points = np.array([[float(line[a : a + 8]) for a in (30, 38, 46)] for line in lines]).reshape(-1, 3)
    heavy = ~np.isin(kinds, ["H", "HD", "HS"])
    donor = _gaps(points[heavy], points[kinds == "HD"]).min(axis=1, initial=np.inf) < COVALENT_H
    acceptor = np.isin(kinds[heavy], sorted(ACCEPTOR_TYPES))
    names = tuple(_residue(line) for line, keep in zip(lines, heavy, strict=True) if keep)
    return _Surroundings(points[heavy], names, donor | acceptor, donor, acceptor)


def _residue(line: str) -> str:
    """A residue as chemists write it, with its chain: `Asp27:B`."""
    name, chain, number = line[17:20].strip(), line[21].strip(), line[22:27].strip()
    return f"{name.capitalize()}{number}" + (f":{chain}" if chain else "")


def _gaps(a: Points, b: Points) -> Points:
    return np.asarray(np.linalg.norm(a[:, None, :] - b[None, :, :], axis=2), dtype=np.float64)


def pose_facts(smiles: str, pose: str, pdbqt: Path) -> tuple[Fact, ...]:
    """Hydrogen bonds and exposed atoms of a pose.

    Args:
        smiles: the designed molecule; heavy atom i of the pose is its atom i.
        pose: V2000 mol block, Å, in the receptor's frame.
        pdbqt: the receptor.

    Returns:
        `pose_hbond`: a ligand donor or acceptor within 3.5 Å of a matching one, shortest first, `value` in Å,
        `partner` the residue. `pose_exposed`: all atoms without a receptor atom within 4.5 Å, as one fact.
        Angles are not looked at.
    """
    elements, points, bonds = _read_block(pose)
    heavy = [i for i, element in enumerate(elements) if element != "H"]
    around = _surroundings(pdbqt)
    gaps = _gaps(points[heavy], around.points)
    donors = {heavy.index(j) for a, b in bonds for i, j in ((a, b), (b, a))
              if elements[i] == "H" and elements[j] in ("N", "O")}  # fmt: skip
    bonded = _hbonds(gaps, around, donors, set(locate.acceptors(smiles)), [elements[i] for i in heavy])
    exposed = tuple(int(i) for i in np.flatnonzero(gaps.min(axis=1, initial=np.inf) > CONTACT))
    if not exposed:
        return bonded
    said = ", ".join(str(i) for i in exposed[:8]) + (" ..." if len(exposed) > 8 else "")
    text = f"{len(exposed)} of {len(heavy)} atoms touch nothing within {CONTACT} Å: {said}"
    return (*bonded, Fact("pose_exposed", text, exposed, None, float(len(exposed)), "atoms"))


def _hbonds(
    gaps: Points, around: _Surroundings, donors: set[int], acceptors: set[int], elements: list[str]
) -> tuple[Fact, ...]:
    found: dict[tuple[int, str], float] = {}
    for i in sorted(a for a in donors | acceptors if a < len(gaps)):
        fits = np.zeros(len(around.residues), dtype=bool)
        if i in donors:
            fits |= around.acceptor
        if i in acceptors:
            fits |= around.donor
        for j in np.flatnonzero(fits & (gaps[i] <= HBOND)):
            key = (i, around.residues[j])
            found[key] = min(float(gaps[i, j]), found.get(key, np.inf))
    ranked = sorted(found.items(), key=lambda item: (item[1], item[0]))
    return tuple(
        Fact("pose_hbond", f"{elements[i]} at atom {i} pairs with {residue} at {gap:.1f} Å",
             (i,), residue, round(gap, 3), "Å")
        for (i, residue), gap in ranked
    )  # fmt: skip


def _read_block(block: str) -> tuple[list[str], Points, list[tuple[int, int]]]:
    """Elements, coordinates and bonds of a V2000 mol block; its columns are fixed, so no parser is needed."""
    lines = block.splitlines()
    n_atoms, n_bonds = int(lines[3][:3]), int(lines[3][3:6])
    atoms = lines[4 : 4 + n_atoms]
    points = np.array([[float(line[a : a + 10]) for a in (0, 10, 20)] for line in atoms]).reshape(-1, 3)
    bonds = lines[4 + n_atoms : 4 + n_atoms + n_bonds]
    pairs = [(int(line[:3]) - 1, int(line[3:6]) - 1) for line in bonds]
    return [line[31:34].strip() for line in atoms], points, pairs

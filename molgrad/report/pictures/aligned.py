"""Molecules drawn alike: their common core in the same place and size, what changed marked in both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDepictor, rdMolAlign
from rdkit.Chem.Draw import rdMolDraw2D
from rdkit.Geometry import Point2D

from molgrad.chem.matched_pair import change
from molgrad.chem.parse import read
from molgrad.report.pictures.changed import gained, lost
from molgrad.report.pictures.colours import CHANGE, hexadecimal, tint
from molgrad.report.pictures.sheet import Sheet

UNIT = 24.0  # pixels of 1 Å of a drawing at most; a bond is 1.5
EDGE = 26.0  # pixels about the atoms, for their letters
LEAST, MOST = 1.1, 2.0  # Å of a drawn bond; beyond them a drawing is distorted
TOUCH = 0.55  # Å between two atoms that are drawn upon each other


class Drawn(NamedTuple):
    """A molecule with 2D coordinates, and which of its atoms are marked."""

    mol: Chem.Mol
    marked: frozenset[int]


def pair(parent: str, child: str) -> tuple[Drawn, Drawn]:
    """Two molecules, the second laid on the first by their common core, with what changed.

    Args:
        parent: a SMILES.
        child: another.

    Raises:
        InvalidMoleculeError: one of them is no molecule.
    """
    first, second = chain([parent, child])
    found = change(parent, child)
    return Drawn(first.mol, frozenset(lost(found))), second


def chain(smiles: Sequence[str]) -> list[Drawn]:
    """A lineage, each molecule laid on the one before, with what changed against it marked; nothing in the first.

    Args:
        smiles: oldest first.

    Raises:
        InvalidMoleculeError: one of them is no molecule.
    """
    drawn: list[Drawn] = []
    for one in smiles:
        if not drawn:
            drawn.append(Drawn(_flat(read(one).mol), frozenset()))
            continue
        found = change(smiles[len(drawn) - 1], one)
        drawn.append(Drawn(laid(read(one).mol, drawn[-1].mol, found.core), frozenset(gained(found))))
    return drawn


def laid(mol: Chem.Mol, reference: Chem.Mol, core: Sequence[tuple[int, int]]) -> Chem.Mol:
    """A molecule drawn with its core as in another drawing; where that would distort it, only turned alike.

    Args:
        mol: without coordinates.
        reference: with 2D coordinates.
        core: (atom of the reference, atom of the molecule).
    """
    points: Any = reference.GetConformer()
    places = {b: points.GetAtomPosition(a) for a, b in core}
    drawn = Chem.Mol(mol)
    if len(places) > 1:
        fixed = {atom: Point2D(at.x, at.y) for atom, at in places.items()}
        rdDepictor.Compute2DCoords(drawn, canonOrient=False, coordMap=fixed)
        if _sound(drawn):
            return drawn
    drawn = _flat(mol)
    if len(places) > 1:
        rdMolAlign.AlignMol(drawn, reference, atomMap=[(b, a) for a, b in core])
        at = drawn.GetConformer().GetPositions() * [1.0, 1.0, 0.0]  # turned over at most, never tilted
        drawn.GetConformer().SetPositions(at)
    return drawn


def _flat(mol: Chem.Mol) -> Chem.Mol:
    drawn = Chem.Mol(mol)
    rdDepictor.Compute2DCoords(drawn, canonOrient=True)
    return drawn


def _sound(mol: Chem.Mol) -> bool:
    """Whether no bond is far too short or long, and no two atoms lie upon each other."""
    points = mol.GetConformer().GetPositions()[:, :2]
    ends = np.array([(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in mol.GetBonds()]).reshape(-1, 2)
    lengths = np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1)
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2) + 9.0 * np.eye(len(points))
    return bool(((lengths > LEAST) & (lengths < MOST)).all() and gaps.min() > TOUCH)


class Picture(NamedTuple):
    """A picture of a molecule in the frame that it shares with others.

    Attributes:
        drawn: the molecule.
        size: width and height, pixels.
        unit: pixels of 1 Å.
        origin: where the coordinates' origin lies, pixels.
    """

    drawn: Drawn
    size: tuple[float, float]
    unit: float
    origin: tuple[float, float]

    def svg(self) -> str:
        """As an `<svg>` element."""
        return str(self._on(Sheet(*self.size)))

    def png(self, scale: float = 2.0) -> bytes:
        """As a PNG file.

        Args:
            scale: pixels of the file for each pixel of the picture.
        """
        return bytes(self._on(Sheet(*self.size, scale)))

    def _on(self, sheet: Sheet) -> Any:
        mol = rdMolDraw2D.PrepareMolForDrawing(self.drawn.mol, addChiralHs=False)
        lit = dict.fromkeys(self.drawn.marked, hexadecimal(tint(CHANGE)))
        sheet.molecule(mol, self.unit, self.origin, lit, joined=True)
        return sheet.finished()


def framed(drawn: Sequence[Drawn], size: tuple[float, float]) -> list[Picture]:
    """Pictures of one frame, so that what the molecules share lies in the same place of each.

    Args:
        drawn: from `chain` or `pair`.
        size: width and largest height of each, pixels.
    """
    points = np.vstack([one.mol.GetConformer().GetPositions()[:, :2] for one in drawn])
    low, high = points.min(axis=0), points.max(axis=0)
    room = [(side - 2 * EDGE) / max(float(far), 0.1) for side, far in zip(size, high - low, strict=True)]
    unit = min(UNIT, *room)
    height = min(size[1], unit * float(high[1] - low[1]) + 2 * EDGE)
    x, y = ((low + high) / 2).tolist()
    origin = (size[0] / 2 - unit * x, height / 2 + unit * y)
    return [Picture(one, (size[0], height), unit, origin) for one in drawn]

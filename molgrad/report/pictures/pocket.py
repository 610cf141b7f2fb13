"""A pocket as a plan: the native ligand, or the middle of the box, with the residues around it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from molgrad.errors import ReceptorError
from molgrad.interactions.native import POLAR, POLAR_TYPES, WATER
from molgrad.receptors.ligand_file import molecules
from molgrad.receptors.pdbqt import PdbqtAtom, read_pdbqt
from molgrad.receptors.receptor import REACH, Receptor
from molgrad.report.pictures.colours import CHANGE_TEXT, GREY, INK, KEEP, RULE
from molgrad.report.pictures.sheet import Point, Sheet, Words

SIZE = (460, 340)  # pixels
MOST = 14  # residues in the plan
AROUND = 9.0  # Å from the middle of the box, where no ligand shows what the pocket is
_GREEN, _PURPLE = "#00694C", "#8A3B6B"  # Okabe and Ito's hues, dark enough for words
_KINDS = {
    "acidic": (CHANGE_TEXT, ("ASP", "GLU")),
    "basic": (KEEP, ("ARG", "LYS", "HIS", "HIE", "HID", "HIP")),
    "polar": (_GREEN, ("ASN", "GLN", "SER", "THR", "TYR", "TRP", "CYS")),
    "hydrophobic": (GREY, ("ALA", "VAL", "LEU", "ILE", "MET", "PHE", "PRO", "GLY")),
}
OTHER = "cofactor, metal"
COLOURS = {name: colour for name, (colour, _) in _KINDS.items()} | {OTHER: _PURPLE}

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A residue of the pocket.

    Attributes:
        label: such as `A:GLU30`.
        distance: Å from its nearest heavy atom to the ligand, or to the middle of the box.
        polar: whether an N, O or S of it lies within 3.5 Å of one of the ligand's.
        point: that nearest atom, Å.
        near: the ligand's atom nearest to it.
    """

    label: str
    distance: float
    polar: bool
    point: tuple[float, float, float]
    near: int

    @property
    def kind(self) -> str:
        """Acidic, basic, polar, hydrophobic, or a cofactor or metal."""
        name = self.label.rpartition(":")[2][:3].upper()
        return next((kind for kind, (_, names) in _KINDS.items() if name in names), OTHER)


def neighbours(receptor: Receptor) -> list[Neighbour]:
    """The residues around the native ligand (4 Å) or the middle of the box (9 Å): polar contacts first.

    Args:
        receptor: whose pocket.

    Raises:
        ReceptorError: its files cannot be read.
    """
    mol = native(receptor)
    points = np.array([receptor.box.center]) if mol is None else mol[0]
    polar = set() if mol is None else mol[1]
    reach = AROUND if mol is None else REACH
    found: dict[str, Neighbour] = {}
    for atom in read_pdbqt(receptor.pdbqt):
        if atom.element == "H" or atom.label.endswith(WATER):
            continue
        gaps = np.linalg.norm(points - np.array(atom.point), axis=1)
        if float(gaps.min()) <= reach:
            one = _neighbour(atom, gaps, polar)
            found[one.label] = _nearer(found.get(one.label), one)
    return sorted(found.values(), key=lambda one: (not one.polar, one.distance))


def native(receptor: Receptor) -> tuple[Points, set[int], list[tuple[int, int]], list[str]] | None:
    """The native ligand: heavy atoms (Å), which of them are N, O or S, bonds, elements; None where there is none.

    Args:
        receptor: whose ligand.
    """
    if receptor.ligand is None:
        return None
    mol = next(iter(molecules(receptor.ligand)), None)
    if mol is None or not mol.GetNumAtoms() or not mol.GetNumConformers():
        return None
    elements = [atom.GetSymbol() for atom in mol.GetAtoms()]
    polar = {i for i, element in enumerate(elements) if element in ("N", "O", "S")}
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in mol.GetBonds()]
    return np.asarray(mol.GetConformer().GetPositions(), dtype=np.float64), polar, bonds, elements


def plan(receptor: Receptor, size: tuple[int, int] = SIZE, scale: float = 2.0) -> bytes:
    """The picture, a PNG file: where a residue lies is its direction as seen along the pocket's shortest axis.

    Args:
        receptor: whose pocket.
        size: width and height, pixels.
        scale: pixels of the file per pixel on the page.

    Raises:
        ReceptorError: no residue is near.
    """
    around = neighbours(receptor)[:MOST]
    if not around:
        raise ReceptorError(f"{receptor.name}: no residue near the ligand or the middle of the box")
    ligand = native(receptor)
    sheet = Sheet(*size, scale)
    sheet.polygon([(0, 0), (size[0], 0), size, (0, size[1])], "#FFFFFF")
    middle, axes = _plane(np.array([one.point for one in around]) if ligand is None else ligand[0])
    inside = _draw_middle(sheet, ligand, middle, axes)
    for one, spot in zip(*_placed(around, middle, axes, size), strict=True):
        _draw_residue(sheet, one, spot, inside[one.near])
    return bytes(sheet.finished())


def _neighbour(atom: PdbqtAtom, gaps: Points, polar: set[int]) -> Neighbour:
    near = int(gaps.argmin())
    bonded = atom.kind in POLAR_TYPES and any(gaps[i] <= POLAR for i in polar)
    if bonded:
        near = min(polar, key=lambda i: float(gaps[i]))
    return Neighbour(atom.label, float(gaps.min()), bonded, atom.point, near)


def _nearer(known: Neighbour | None, one: Neighbour) -> Neighbour:
    """Of two atoms of a residue the one that says more: a polar contact, then the nearer."""
    return one if known is None or (not one.polar, one.distance) < (not known.polar, known.distance) else known


def _plane(points: Points) -> tuple[Points, Points]:
    """The middle of points, and the two directions in which they spread most."""
    middle = points.mean(axis=0)
    if len(points) < 3:
        return middle, np.eye(3)[:2]
    return middle, np.linalg.svd(points - middle, full_matrices=True)[2][:2]


def _draw_middle(
    sheet: Sheet,
    ligand: tuple[Points, set[int], list[tuple[int, int]], list[str]] | None,
    middle: Points,
    axes: Points,
) -> list[Point]:
    """The ligand's skeleton, or a cross in the middle of the box; where each atom stands."""
    width, height = sheet.width, sheet.height
    if ligand is None:
        x, y = width / 2, height / 2
        sheet.line((x - 8, y), (x + 8, y), INK, 2)
        sheet.line((x, y - 8), (x, y + 8), INK, 2)
        return [(x, y)]
    flat = (ligand[0] - middle) @ axes.T
    scale = min(0.24 * width, 0.24 * height * 1.6) / max(1.0, float(np.abs(flat).max()))
    spots = [(width / 2 + float(x) * scale, height / 2 - float(y) * scale) for x, y in flat]
    for a, b in ligand[2]:
        sheet.line(spots[a], spots[b], INK, 2)
    for spot, element in zip(spots, ligand[3], strict=True):
        if element != "C":
            sheet.disc(spot, 8, "#FFFFFF")
            sheet.words(Words(element, spot, 12, INK))
    return spots


def _placed(
    around: Sequence[Neighbour], middle: Points, axes: Points, size: tuple[int, int]
) -> tuple[list[Neighbour], list[Point]]:
    """The residues in the order of their directions, evenly around the middle so that no two names overlap."""
    flat = [(np.array(one.point) - middle) @ axes.T for one in around]
    angles = [math.atan2(float(y), float(x)) for x, y in flat]
    order = sorted(range(len(around)), key=lambda i: angles[i])
    step = 2 * math.pi / len(order)
    turn = math.atan2(
        sum(math.sin(angles[i] - step * k) for k, i in enumerate(order)),
        sum(math.cos(angles[i] - step * k) for k, i in enumerate(order)),
    )
    wide, high = size[0] / 2 - 58, size[1] / 2 - 24
    spots = [
        (size[0] / 2 + wide * math.cos(turn + step * k), size[1] / 2 - high * math.sin(turn + step * k))
        for k in range(len(order))
    ]
    return [around[i] for i in order], spots


def _draw_residue(sheet: Sheet, one: Neighbour, spot: Point, near: Point) -> None:
    colour = COLOURS[one.kind]
    inner = tuple(_split(spot, near))
    if one.polar:
        sheet.line(inner[0], inner[1], KEEP, 1.6, (4.5, 3.5))
    else:
        sheet.line(inner[0], inner[1], RULE, 1)
    sheet.words(Words(one.label, (spot[0], spot[1] - 7), 13, colour))
    sheet.words(Words(f"{one.distance:.1f}", (spot[0], spot[1] + 9), 11, GREY))


def _split(spot: Point, near: Point) -> Iterator[Point]:
    """The part of the line from a name to an atom that covers neither."""
    x, y = near[0] - spot[0], near[1] - spot[1]
    length = max(1.0, math.hypot(x, y))
    ends = (min(0.45, (34 if abs(x) > abs(y) else 20) / length), max(0.55, 1 - 9 / length))
    for part in ends:
        yield (spot[0] + part * x, spot[1] + part * y)

"""A docked pose in two dimensions: the ligand, the residues around it, and what holds or presses it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rdkit import Chem

from molgrad.evaluation import Fact
from molgrad.interactions import kinds
from molgrad.interactions.drawn import Contact
from molgrad.report.pictures.colours import INK
from molgrad.report.pictures.marks import mark_of
from molgrad.report.pictures.placing import Box, Floats, edge_towards
from molgrad.report.pictures.sheet import Point, Sheet, Words, unit, width_of

UNIT = 23.0  # pixels of 1 Å of RDKit's drawing, in which a bond is 1.5
NAME, SMALL = 13.0, 11.0  # pixels of the font of residues, and of distances
MARGIN = 14.0  # pixels about everything
WATER = "#CFE6F5"  # behind atoms that are open to water


@dataclass(frozen=True)
class Line:
    """A contact of one atom, drawn as a line; pixels.

    Attributes:
        contact: which one.
        start: at the ligand's atom.
        end: at the edge of the residue's box.
        words: the distance in Å, on its middle.
        box: of the residue.
    """

    contact: Contact
    start: Point
    end: Point
    words: Words
    box: Box


@dataclass(frozen=True)
class Diagram:
    """A laid out picture of a pose; `svg()` and `png()` draw it.

    Attributes:
        width, height: pixels.
        mol: the ligand with 2D coordinates.
        origin: where these coordinates' origin lies, pixels.
        atoms: (n, 2) where the heavy atoms lie, pixels.
        open: atoms that water reaches.
        residues: each with its box; one that touches the ligand in two far places stands at both.
        lines: contacts of single atoms.
        arcs: hydrophobic contacts: the fact, the middle of what is touched, the residue's box.
        arrows: growth vectors: the fact, start and tip, and its words.
        legend: kinds of marks that occur.
    """

    width: float
    height: float
    mol: Chem.Mol
    origin: Point
    atoms: Floats
    open: tuple[int, ...]
    residues: tuple[tuple[str, Box], ...]
    lines: tuple[Line, ...]
    arcs: tuple[tuple[Fact, Point, Box], ...]
    arrows: tuple[tuple[Fact, Point, Point, Words], ...]
    legend: tuple[str, ...]

    def svg(self) -> str:
        """The picture as an `<svg>` element."""
        return str(self._drawn(None))

    def png(self, scale: float = 2.0) -> bytes:
        """The picture as a PNG file.

        Args:
            scale: pixels of the file for each pixel of the picture.
        """
        return bytes(self._drawn(scale))

    def _drawn(self, scale: float | None) -> Any:
        sheet = Sheet(self.width, self.height, scale)
        sheet.molecule(self.mol, UNIT, self.origin, dict.fromkeys(self.open, WATER), radius=0.55)
        for fact, middle, box in self.arcs:
            _arc(sheet, mark_of(fact.kind).colour, middle, box)
        for line in self.lines:
            _line(sheet, line)
        for fact, start, tip, words in self.arrows:
            sheet.arrow(start, tip, mark_of(fact.kind).colour)
            sheet.words(words)
        for name, box in self.residues:
            _residue(sheet, name, box, self._edge(box))
        for line in self.lines:
            sheet.disc(line.words.at, 0.85 * SMALL, "#FFFFFF")
            sheet.words(line.words)
        _legend(sheet, self.legend, self.height)
        return sheet.finished()

    def _edge(self, box: Box) -> str:
        kind = next((line.contact.kind for line in self.lines if line.box == box), kinds.HYDROPHOBIC)
        return mark_of(kind).colour


def _line(sheet: Sheet, line: Line) -> None:
    mark = mark_of(line.contact.kind)
    width = 3.0 if line.contact.kind == kinds.CLASH else 1.8
    sheet.line(line.start, line.end, mark.colour, width, mark.dash)
    if line.contact.kind == kinds.HBOND:
        tip, tail = (line.end, line.start) if line.contact.gives else (line.start, line.end)
        ux, uy = unit(tail, tip)
        sheet.arrow((tip[0] - 8 * ux, tip[1] - 8 * uy), tip, mark.colour)


def _arc(sheet: Sheet, colour: str, middle: Point, box: Box) -> None:
    """An arc between what is touched and the residue, with short rays towards what is touched."""
    edge = edge_towards(box, middle)
    far = math.dist(middle, edge) - 8.0
    centre = math.atan2(edge[1] - middle[1], edge[0] - middle[0])
    half = min(0.6, 20.0 / max(far, 1.0))
    angles = [centre + half * (k / 4 - 1) for k in range(9)]
    points = [(middle[0] + far * math.cos(t), middle[1] + far * math.sin(t)) for t in angles]
    for a, b in pairwise(points):
        sheet.line(a, b, colour, 2.0)
    for t, point in list(zip(angles, points, strict=True))[::2]:
        sheet.line(point, (point[0] - 6 * math.cos(t), point[1] - 6 * math.sin(t)), colour, 1.5)


def _residue(sheet: Sheet, name: str, box: Box, edge: str) -> None:
    sheet.box(box, "#FFFFFF", edge, 1.6)
    sheet.words(Words(name, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), NAME, INK))


_ROW = 18.0  # pixels of a line of the legend


def legend_height(legend: Iterable[str], width: float) -> float:
    """Pixels that a legend needs.

    Args:
        legend: kinds of marks.
        width: of the picture, pixels.
    """
    return _ROW * len(_rows(legend, width))


def _rows(legend: Iterable[str], width: float) -> list[list[tuple[str, float]]]:
    """The legend's entries with their left edges, in as many rows as they need."""
    rows: list[list[tuple[str, float]]] = [[]]
    x = MARGIN
    for kind in legend:
        needs = 34.0 + width_of(_said(kind), SMALL) + 14.0
        if x + needs > width - MARGIN and rows[-1]:
            rows.append([])
            x = MARGIN
        rows[-1].append((kind, x))
        x += needs
    return rows


def _said(kind: str) -> str:
    more = {kinds.HBOND: " (angstrom)", kinds.GROWTH: " (kcal/mol of a carbon)"}
    return mark_of(kind).words + more.get(kind, "")


def _legend(sheet: Sheet, legend: Sequence[str], height: float) -> None:
    rows = _rows(legend, sheet.width)
    for row, entries in enumerate(rows):
        y = height - MARGIN - _ROW * (len(rows) - row - 0.5)
        for kind, x in entries:
            mark, text = mark_of(kind), _said(kind)
            if kind == kinds.EXPOSED:
                sheet.disc((x + 14, y), 7, WATER)
            elif kind == kinds.GROWTH:
                sheet.arrow((x, y), (x + 28, y), mark.colour)
            elif kind == kinds.HYDROPHOBIC:
                _arc(sheet, mark.colour, (x + 14, y + 22), (x + 4, y - 20, x + 24, y - 8))
            else:
                sheet.line((x, y), (x + 28, y), mark.colour, 3.0 if kind == kinds.CLASH else 1.8, mark.dash)
            sheet.words(Words(text, (x + 34, y), SMALL, INK, starts=True))

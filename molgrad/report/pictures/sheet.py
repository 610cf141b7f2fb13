"""A sheet for lines and words, drawn by RDKit: the same picture as SVG and as PNG, without another package.

RDKit's font has ASCII letters only: write `2.9` and have the legend say that it is in angstrom.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D
from rdkit.Geometry import Point2D

from molgrad.report.pictures.colours import rgb

Point = tuple[float, float]
LETTER = (
    0.58  # of the font's size: the mean width of a letter of names such as A:LEU83; capitals are wider, points less
)


class Words(NamedTuple):
    """A line of text on a sheet.

    Attributes:
        text: what it says.
        at: its middle, pixels; y at half the height of its letters.
        size: of the font, pixels.
        colour: as in HTML.
        starts: whether `at` is where the line starts instead.
    """

    text: str
    at: Point
    size: float
    colour: str
    starts: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom, pixels; generous, so that what keeps clear of it can be read."""
        half, (x, y) = width_of(self.text, self.size) / 2, self.at
        return (x - half, y - 0.65 * self.size, x + half, y + 0.65 * self.size)


def width_of(text: str, size: float) -> float:
    """How wide a line of text is, pixels.

    Args:
        text: of one line.
        size: of the font, pixels.
    """
    return LETTER * size * max(len(text), 1)


class Sheet:
    """Draws in pixels from the upper left corner.

    Args:
        width: pixels.
        height: pixels.
        scale: pixels of a PNG for each pixel of the picture; None makes an SVG.
    """

    def __init__(self, width: float, height: float, scale: float | None = None) -> None:
        self._by = scale or 1.0
        size = round(width * self._by), round(height * self._by)
        self._svg = scale is None
        self._drawer: Any = rdMolDraw2D.MolDraw2DSVG(*size) if self._svg else rdMolDraw2D.MolDraw2DCairo(*size)
        options = self._drawer.drawOptions()
        options.clearBackground = True  # a notebook may be dark
        options.prepareMolsBeforeDrawing = False
        options.scaleBondWidth = False
        options.minFontSize, options.maxFontSize = 1, 1_000  # what is asked for is drawn
        self.width, self.height = width, height

    def molecule(
        self,
        mol: Chem.Mol,
        bond: float,
        at: Point,
        lit: dict[int, str],
        radius: float = 0.34,
        *,
        joined: bool = False,
    ) -> None:
        """A molecule with 2D coordinates; to be drawn first, as it clears the sheet.

        Args:
            mol: prepared for drawing.
            bond: pixels of a unit of its coordinates (Å; a bond is 1.5).
            at: where its coordinates' origin comes to lie; y points up in it.
            lit: colours behind atoms.
            radius: of these, in units of the coordinates.
            joined: whether the bonds between atoms of a colour have it, too.
        """
        options = self._drawer.drawOptions()
        options.padding = 0.0
        options.highlightRadius = radius
        options.bondLineWidth = 1.7 * self._by
        options.fixedFontSize = round(15 * self._by)
        options.annotationFontScale = 0.7
        options.standardColoursForHighlightedAtoms = not joined  # a letter on a strong mark is black
        low = Point2D(-at[0] / bond, (at[1] - self.height) / bond)
        high = Point2D((self.width - at[0]) / bond, at[1] / bond)
        size = round(self.width * self._by), round(self.height * self._by)
        self._drawer.SetScale(*size, low, high)
        colours = {atom: rgb(colour) for atom, colour in lit.items()}
        ends = {bond.GetIdx(): (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in mol.GetBonds()}
        bonds = {k: colours[a] for k, (a, b) in ends.items() if joined and a in lit and lit[a] == lit.get(b)}
        self._drawer.DrawMolecule(
            mol,
            highlightAtoms=sorted(lit),
            highlightAtomColors=colours,
            highlightBonds=sorted(bonds),
            highlightBondColors=bonds,
        )

    def line(self, a: Point, b: Point, colour: str, width: float = 1.5, dash: tuple[float, float] = (0.0, 0.0)) -> None:
        """A line.

        Args:
            a: its start.
            b: its end.
            colour: as in HTML.
            width: pixels.
            dash: pixels of a dash and of a gap; zeros for a solid line.
        """
        self._pen(colour, width)
        for start, end in _dashes(a, b, dash):
            self._drawer.DrawLine(self._at(start), self._at(end), rawCoords=True)

    def polygon(self, points: Iterable[Point], colour: str) -> None:
        """A filled polygon.

        Args:
            points: its corners.
            colour: as in HTML.
        """
        self._pen(colour, 0.0)
        self._drawer.SetFillPolys(True)
        self._drawer.DrawPolygon([self._at(point) for point in points], rawCoords=True)

    def disc(self, at: Point, radius: float, colour: str) -> None:
        """A filled circle.

        Args:
            at: its middle.
            radius: pixels.
            colour: as in HTML.
        """
        self._pen(colour, 0.0)
        self._drawer.SetFillPolys(True)
        (x, y), r = at, radius
        self._drawer.DrawEllipse(self._at((x - r, y - r)), self._at((x + r, y + r)), rawCoords=True)

    def box(self, corners: tuple[float, float, float, float], fill: str, edge: str, width: float = 1.5) -> None:
        """A rectangle.

        Args:
            corners: left, top, right and bottom.
            fill: colour inside.
            edge: colour of its border.
            width: of the border, pixels.
        """
        left, top, right, bottom = corners
        around = [(left, top), (right, top), (right, bottom), (left, bottom)]
        self.polygon(around, fill)
        for a, b in zip(around, around[1:] + around[:1], strict=True):
            self.line(a, b, edge, width)

    def arrow(self, a: Point, b: Point, colour: str, width: float = 1.8, head: float = 8.0) -> None:
        """A line with a solid head at its end.

        Args:
            a: its start.
            b: its tip.
            colour: as in HTML.
            width: pixels.
            head: length of the head, pixels.
        """
        (ux, uy), far = unit(a, b), math.dist(a, b)
        head = min(head, far)
        base = (b[0] - head * ux, b[1] - head * uy)
        if far > head:
            self.line(a, base, colour, width)
        side = 0.45 * head
        self.polygon(
            [b, (base[0] - side * uy, base[1] + side * ux), (base[0] + side * uy, base[1] - side * ux)], colour
        )

    def words(self, words: Words) -> None:
        """A line of text.

        Args:
            words: with its place.
        """
        self._pen(words.colour, 1.0)
        self._drawer.SetFontSize(words.size * self._by)
        text = words.text.encode("ascii", "replace").decode()
        self._drawer.DrawString(text, self._at(words.at), int(words.starts), rawCoords=True)

    def finished(self) -> Any:
        """The picture: the text of an `<svg>` element, or the bytes of a PNG file."""
        self._drawer.FinishDrawing()
        text = self._drawer.GetDrawingText()
        return str(text)[str(text).index("<svg") :] if self._svg else bytes(text)

    def _pen(self, colour: str, width: float) -> None:
        self._drawer.SetColour(rgb(colour))
        self._drawer.SetLineWidth(max(1, round(width * self._by)))

    def _at(self, point: Sequence[float]) -> Point2D:
        return Point2D(point[0] * self._by, point[1] * self._by)


def unit(a: Point, b: Point) -> Point:
    """The direction from one point to another.

    Args:
        a: where it starts.
        b: where it leads; of the same place, to the right.
    """
    far = math.dist(a, b)
    return ((b[0] - a[0]) / far, (b[1] - a[1]) / far) if far else (1.0, 0.0)


def _dashes(a: Point, b: Point, dash: tuple[float, float]) -> Iterable[tuple[Point, Point]]:
    on, off = dash
    far = math.dist(a, b)
    if on <= 0.0 or far <= on:
        return [(a, b)]
    (ux, uy), step = unit(a, b), on + off
    starts = [k * step for k in range(math.ceil(far / step))]
    return [
        ((a[0] + s * ux, a[1] + s * uy), (a[0] + min(s + on, far) * ux, a[1] + min(s + on, far) * uy)) for s in starts
    ]

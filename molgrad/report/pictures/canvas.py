"""Lines, dots and words on a surface that becomes an SVG or a PNG, without a further package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Literal

from rdkit.Chem.Draw import rdMolDraw2D
from rdkit.Geometry import Point2D

from molgrad.report.pictures.colours import INK, tint

Spot = tuple[float, float]
_ALIGNED = {"middle": 0, "start": 1, "end": 2}  # RDKit's numbers


class Canvas:
    """What is drawn is kept, and played to a drawer of SVG or PNG when asked for.

    Coordinates are pixels on the page, from the upper left. Words are ASCII: the drawer's font has little else.

    Args:
        size: width and height, pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self._steps: list[Callable[[Any, float], None]] = []

    def line(self, points: Sequence[Spot], colour: str = INK, width: float = 1.0) -> None:
        """Straight lines from point to point.

        Args:
            points: two or more.
            colour: as in HTML.
            width: pixels.
        """

        def step(drawer: Any, scale: float) -> None:
            drawer.SetColour(tint(colour, 1.0))
            drawer.SetLineWidth(max(1, round(width * scale)))
            for one, other in pairwise(points):
                drawer.DrawLine(_at(one, scale), _at(other, scale), True)

        self._steps.append(step)

    def dashes(self, start: Spot, end: Spot, colour: str = INK, width: float = 1.0) -> None:
        """A dashed line.

        Args:
            start: one end.
            end: the other.
            colour: as in HTML.
            width: pixels.
        """
        length = max(1.0, ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5)
        count = max(1, round(length / 8))
        for place in range(count):
            ends = [
                tuple(a + (b - a) * (place + part) / count for a, b in zip(start, end, strict=True))
                for part in (0, 0.55)
            ]
            self.line([(x, y) for x, y in ends], colour, width)

    def dot(self, middle: Spot, radius: float, colour: str = INK) -> None:
        """A filled circle.

        Args:
            middle: its centre.
            radius: pixels.
            colour: as in HTML.
        """

        def step(drawer: Any, scale: float) -> None:
            drawer.SetColour(tint(colour, 1.0))
            drawer.SetFillPolys(True)
            x, y = middle
            corners = ((x - radius, y - radius), (x + radius, y + radius))
            drawer.DrawEllipse(*(_at(corner, scale) for corner in corners), True)

        self._steps.append(step)

    def words(
        self,
        text: str,
        at: Spot,
        colour: str = INK,
        size: float = 12.0,
        align: Literal["start", "middle", "end"] = "middle",
    ) -> None:
        """A few words on one line.

        Args:
            text: what is not ASCII is left out.
            at: its middle, start or end.
            colour: as in HTML.
            size: of the letters, pixels.
            align: what `at` is.
        """
        shown = text.encode("ascii", "ignore").decode()

        def step(drawer: Any, scale: float) -> None:
            drawer.SetColour(tint(colour, 1.0))
            drawer.SetFontSize(size * scale)
            drawer.DrawString(shown, _at(at, scale), _ALIGNED[align], True)

        self._steps.append(step)

    def svg(self) -> str:
        """As an `<svg>` element."""
        text = str(self._played(rdMolDraw2D.MolDraw2DSVG(*self.size), 1.0))
        return text[text.index("<svg") :]

    def png(self, scale: float = 2.0) -> bytes:
        """As a PNG file.

        Args:
            scale: pixels of the file per pixel on the page.
        """
        width, height = (round(side * scale) for side in self.size)
        return bytes(self._played(rdMolDraw2D.MolDraw2DCairo(width, height), scale))

    def _played(self, drawer: Any, scale: float) -> Any:
        drawer.ClearDrawing()
        for step in self._steps:
            step(drawer, scale)
        drawer.FinishDrawing()
        return drawer.GetDrawingText()


def _at(spot: Spot, scale: float) -> Point2D:
    return Point2D(spot[0] * scale, spot[1] * scale)

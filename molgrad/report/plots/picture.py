"""A figure that shows itself in a notebook, whether or not pyplot was ever imported."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure

DPI = 144  # dots per inch of the PNG: sharp on usual screens


class Picture(Figure):
    """A matplotlib figure; `savefig` and everything else are matplotlib's."""

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png", dpi=DPI)
        return file.getvalue()

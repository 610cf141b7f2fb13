"""Figures in one style, made without touching matplotlib's global settings, and their SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

from molgrad.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Size = tuple[float, float]
SIZE: Size = (5.2, 3.5)  # inches; letters of 10 points stay readable where a page of 390 pixels narrows the figure

# Source of the hues: M. Okabe, K. Ito, "Color Universal Design", 2008.
BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9"
BLACK, GREY, LIGHT = "#1A1A1A", "#595959", "#8C8C8C"
SERIES = (BLUE, VERMILLION, GREEN, PURPLE, BLACK, ORANGE, SKY)
MARKERS = "osD^vPX"  # beside the colour, so that series can be told apart in grey
DASHES = ("-", "--", "-.", ":")
SCALE = "cividis"  # a map of colours that reads the same with all kinds of colour vision
COLUMNS = 3  # of a legend
MINUS = "\N{MINUS SIGN}"
_DOTS = 120  # per inch of points that an SVG holds as a bitmap
MANY = 800  # points from which on an SVG holds them as a bitmap

_STYLE: Any = {  # matplotlib's types list every key by name
    "font.size": 10.0,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.6,
    "legend.fontsize": 9.0,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "svg.fonttype": "none",  # letters stay letters
}


@contextmanager
def canvas(size: Size = SIZE) -> Iterator[tuple[Figure, Axes]]:
    """A figure with one pair of axes; the style holds within the block only.

    Args:
        size: inches.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingExtraError("matplotlib", "report") from None
    from molgrad.report.plots.picture import Picture

    with mpl.rc_context(_STYLE):
        figure = Picture(figsize=size, layout="constrained")
        yield figure, figure.subplots()


def legend(figure: Figure, axes: Axes) -> None:
    """What the marks mean, in rows above the axes, so that it hides no point.

    Args:
        figure: of a plot.
        axes: of the figure.
    """
    handles, texts = axes.get_legend_handles_labels()
    if handles:
        figure.legend(handles, [_signed(text) for text in texts], loc="outside upper left", ncols=COLUMNS)


def whole_numbers(axes: Axes) -> None:
    """Ticks of the horizontal axis at whole numbers only.

    Args:
        axes: of a figure.
    """
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def svg(figure: Figure, salt: str = "") -> str:
    """The figure as an `<svg>` element, the same text each time.

    Args:
        figure: of a plot.
        salt: makes the names within the element differ from those of others on the page.
    """
    import matplotlib as mpl

    file = StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": f"molgrad {salt}"}):
        figure.savefig(file, format="svg", dpi=_DOTS, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = file.getvalue()
    return text[text.index("<svg") :].rstrip()


def _signed(text: str) -> str:
    """The text with the minus sign that the axes have before numbers."""
    return re.sub(r"(?<=[\s,])-(?=\d)", MINUS, text)

"""What a laboratory measured, against docking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from molgrad.errors import UnknownNameError
from molgrad.report.plots.canvas import BLUE, MANY, SIZE, VERMILLION, Size, canvas, legend
from molgrad.report.plots.data import TERM, Numbers, Source, facts, frame_of, label, nothing, numbers, terms
from molgrad.report.tables import is_affinity

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

_DECADE = 10.0  # a range from which on values above zero are shown as logarithms
_FEW = 4  # molecules below which a rank correlation says nothing


def assay(campaign: Source, assay: str = "", docking: str = "", *, size: Size = SIZE) -> Figure:
    """Assay values against docking scores; a triangle is a bound, and points where the truth lies.

    Args:
        campaign: a campaign or its frame.
        assay: the assay; by default the first of the loss.
        docking: the column with docking scores, such as `affinity` or `affinity_JAK2`; by default the first.
        size: of the figure, inches.

    Raises:
        MissingExtraError: matplotlib is not installed.
        UnknownNameError: there is no such assay or column.
        MolgradError: no molecule has both.
    """
    frame = frame_of(campaign)
    name, column = _assay(frame, assay), _docking(frame, docking)
    scores, values = numbers(frame[column]), numbers(frame[name])
    both = np.isfinite(scores) & np.isfinite(values)
    if not both.any():
        raise nothing(f"no molecule has both {name} and {column}")
    with canvas(size) as (figure, axes):
        sides = _sides(frame, name)
        for side, mark, words in (("=", "o", "measured"), (">", "^", "more than"), ("<", "v", "less than")):
            told = both & (sides == side)
            if told.any():
                colour = BLUE if side == "=" else VERMILLION
                many = int(told.sum()) > MANY
                axes.plot(scores[told], values[told], mark, ms=6, color=colour, alpha=0.8, label=words, rasterized=many)
        shown = values[both]
        if shown.min() > 0.0 and shown.max() / shown.min() >= _DECADE:
            axes.set_yscale("log")
        axes.set_title(agreement(scores[both], values[both]))
        axes.set_xlabel(label(frame, column))
        axes.set_ylabel(label(frame, name))
        if (sides[both] != "=").any():
            legend(figure, axes)
    return figure


def agreement(scores: Numbers, values: Numbers) -> str:
    """How far two columns rank molecules alike, in words.

    Args:
        scores: of docking.
        values: of the assay.
    """
    if len(scores) < _FEW or np.ptp(scores) == 0.0 or np.ptp(values) == 0.0:
        return f"{len(scores)} molecules: too few to say how far the ranks agree"
    from scipy.stats import spearmanr

    return f"{len(scores)} molecules, rank correlation (Spearman) {spearmanr(scores, values).statistic:.2f}"


def _assay(frame: DataFrame, asked: str) -> str:
    known = [name for name in facts(frame, "assays") if name in frame] or [
        name for name in terms(frame) if name in frame and f"{TERM}{name}" in frame
    ]
    return _column(frame, asked, known, "assay", "no assay has a result yet")


def _docking(frame: DataFrame, asked: str) -> str:
    known = [str(name) for name in frame.columns if is_affinity(str(name))]
    return _column(frame, asked, known, "column with docking scores", "nothing was docked")


def _column(frame: DataFrame, asked: str, known: Sequence[str], what: str, none: str) -> str:
    """The column asked for, else the first that is known."""
    if asked and asked not in frame:
        raise UnknownNameError(what, asked, known)
    if not (asked or known):
        raise nothing(none)
    return asked or known[0]


def _sides(frame: DataFrame, name: str) -> Any:
    """For each row "=", ">" or "<"."""
    column = f"{name}_relation"
    if column not in frame:
        return np.full(len(frame), "=")
    return np.asarray([str(one)[:1] if str(one)[:1] in ("<", ">") else "=" for one in frame[column]])

"""Two quantities of each molecule, and the front: those that no other beats in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from molgrad.report.plots.canvas import BLACK, LIGHT, MANY, SIZE, VERMILLION, Size, canvas, legend
from molgrad.report.plots.data import TERM, Numbers, Source, column_of, frame_of, label, nothing, numbers, terms

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

_HIGHER = {"qed", "similarity", "contact_kept"}  # raw values that are better when higher, where no term tells


def front(campaign: Source, x: str = "", y: str = "", *, size: Size = SIZE) -> Figure:
    """A scatter of two terms; the molecules that no other beats in both are joined by a line.

    A term is shown in its own quantity where the frame has it, such as docking in kcal/mol. Which direction is better
    is read off the term's contributions to the loss.

    Args:
        campaign: a campaign or its frame.
        x: a term or a column; by default the term that varies most.
        y: the same; by default the term that varies most besides.
        size: of the figure, inches.

    Raises:
        MissingExtraError: matplotlib is not installed.
        UnknownNameError: there is no such term or column.
        MolgradError: fewer than two terms were measured.
    """
    frame = frame_of(campaign)
    names = _chosen(frame, x, y)
    columns = [column_of(frame, name) for name in names]
    values = [numbers(frame[column]) for column in columns]
    both = np.isfinite(values[0]) & np.isfinite(values[1])
    if not both.any():
        raise nothing(f"no molecule has both {columns[0]} and {columns[1]}")
    signs = [_sign(frame, name, one) for name, one in zip(names, values, strict=True)]
    best = _front(np.column_stack([sign * one for sign, one in zip(signs, values, strict=True)]), both)
    with canvas(size) as (figure, axes):
        many = int(both.sum()) > MANY
        axes.plot(*(one[both] for one in values), "o", ms=4, color=LIGHT, alpha=0.7, label="measured", rasterized=many)
        if "parent" in frame:
            start = both & np.asarray(frame["parent"].isna())
            axes.plot(*(one[start] for one in values), "s", ms=7, mfc="none", mec=BLACK, mew=1.5, label="start")
        axes.plot(*(one[best] for one in values), "-o", ms=6, color=VERMILLION, label=f"front, {len(best)} molecules")
        axes.set_xlabel(_axis(frame, columns[0], signs[0]))
        axes.set_ylabel(_axis(frame, columns[1], signs[1]))
        legend(figure, axes)
    return figure


def _axis(frame: DataFrame, column: str, sign: float) -> str:
    """The label with the direction that is better, where it does not say so itself."""
    said = label(frame, column)
    return said if "better" in said else f"{said} ({'lower' if sign > 0 else 'higher'} is better)"


def _chosen(frame: DataFrame, x: str, y: str) -> tuple[str, str]:
    spread = {name: float(np.nanstd(one)) for name in terms(frame)
              if np.isfinite(one := numbers(frame[f"{TERM}{name}"])).any()}  # fmt: skip
    free = [name for name in sorted(spread, key=lambda one: -spread[one]) if name not in (x, y)]
    if len(free) < (not x) + (not y):
        raise nothing("a front takes two terms of the loss, and fewer were measured")
    return (x or free.pop(0), y or free.pop(0))


def _sign(frame: DataFrame, name: str, values: Numbers) -> float:
    """1 where lower is better, -1 where higher is: as the term's contribution to the loss falls with the quantity."""
    if (column := f"{TERM}{name}") not in frame.columns:
        return -1.0 if name in _HIGHER else 1.0
    made = numbers(frame[column])
    both = np.isfinite(values) & np.isfinite(made)
    if both.sum() < 2:
        return 1.0
    return -1.0 if float(np.sum((values[both] - values[both].mean()) * (made[both] - made[both].mean()))) < 0 else 1.0


def _front(points: Numbers, known: Any) -> list[int]:
    """Places of the rows that no other beats, lower being better, from left to right."""
    found: list[int] = []
    lowest = np.inf
    for place in sorted(np.flatnonzero(known), key=lambda at: (points[at, 0], points[at, 1])):
        if points[place, 1] < lowest:
            found.append(int(place))
            lowest = points[place, 1]
    return found

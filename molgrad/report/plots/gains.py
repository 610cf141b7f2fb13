"""What each term of the loss gained, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from molgrad.report.plots.canvas import BLACK, MARKERS, SERIES, SIZE, Size, canvas, legend, whole_numbers
from molgrad.report.plots.data import TERM, Numbers, Source, frame_of, nothing, numbers, short, terms

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

_MARKED = 60  # batches up to which points are marked: more would hide the line
_SHOWN = len(SERIES) - 1  # terms with a line of their own, those that changed most; black is the loss


def contributions(campaign: Source, *, size: Size = SIZE) -> Figure:
    """How each term's contribution to the loss changed against the best start, for the best molecule after each batch.

    The lines of the terms add up to that of the loss; below zero is better.

    Args:
        campaign: a campaign or its frame.
        size: of the figure, inches.

    Raises:
        MissingExtraError: matplotlib is not installed.
        MolgradError: nothing has a loss with terms yet.
    """
    frame = frame_of(campaign)
    names = terms(frame)
    batches, rows = _best_after(frame)
    if not names or not rows:
        raise nothing("no molecule has a loss with terms")
    changes = {name: _change(numbers(frame[f"{TERM}{name}"]), rows) for name in names}
    told = sorted((name for name in names if np.abs(changes[name]).max() > 0), key=lambda n: -np.abs(changes[n]).max())
    with canvas(size) as (figure, axes):
        axes.axhline(0.0, color=BLACK, lw=0.8)
        colours = [colour for colour in SERIES if colour != BLACK]
        for place, name in enumerate(told[:_SHOWN]):
            mark = MARKERS[place] if len(batches) <= _MARKED else ""
            axes.plot(batches, changes[name], "-", marker=mark, ms=4, color=colours[place],
                      label=f"{short(name)} {changes[name][-1]:+.2f}")  # fmt: skip
        total = _change(numbers(frame["loss"]), rows)
        axes.plot(batches, total, "--", color=BLACK, lw=2, label=f"loss {total[-1]:+.2f}")
        axes.set_xlabel("batch")
        axes.set_ylabel("change against the best start\n(below 0 is better)")
        whole_numbers(axes)
        legend(figure, axes)
    return figure


def _best_after(frame: DataFrame) -> tuple[list[int], list[int]]:
    """The batches, and the row of the best molecule after each."""
    losses = numbers(frame["loss"])
    batches = numbers(frame["batch"]) if "batch" in frame else np.arange(len(frame), dtype=float)
    after, rows = [], []
    for batch in np.unique(batches[np.isfinite(losses)]):
        so_far = np.where((batches <= batch) & np.isfinite(losses), losses, np.inf)
        after.append(int(batch))
        rows.append(int(np.argmin(so_far)))
    return after, rows


def _change(values: Numbers, rows: list[int]) -> Numbers:
    found: Numbers = values[rows] - values[rows[0]]
    return np.nan_to_num(found)

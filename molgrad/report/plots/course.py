"""The loss of each measurement, in order, and the best so far; several campaigns in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from molgrad.campaign.view import View
from molgrad.report.plots.canvas import (
    DASHES,
    GREY,
    MANY,
    MARKERS,
    SERIES,
    SIZE,
    VERMILLION,
    Size,
    canvas,
    legend,
    whole_numbers,
)
from molgrad.report.plots.data import Numbers, Source, frame_of, label, nothing, numbers, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HIGH = 0.95  # quantile of the losses up to which the axis surely reaches; a few bad docks must not flatten the rest


def convergence(campaigns: Source | Sequence[Source] | Mapping[str, Source], *, size: Size = SIZE) -> Figure:
    """Loss against measurements: a point for each molecule in the order proposed, a line for the best so far.

    Args:
        campaigns: a campaign or its frame; or several, in a list or by the name that the legend shows.
        size: of the figure, inches.

    Raises:
        MissingExtraError: matplotlib is not installed.
        MolgradError: nothing has a loss yet.
    """
    named = _named(campaigns)
    losses = {name: numbers(frame_of(one)["loss"]) for name, one in named.items()}
    if not any(np.isfinite(one).any() for one in losses.values()):
        raise nothing("no molecule has a loss")
    with canvas(size) as (figure, axes):
        top = _top(np.concatenate(list(losses.values())))
        for place, (name, values) in enumerate(losses.items()):
            _one(axes, values, place, name if len(losses) > 1 else "", top)
        axes.set_xlabel("measurements")
        axes.set_ylabel(label(frame_of(next(iter(named.values()))), "loss"))
        _frame(axes, top)
        legend(figure, axes)
    return figure


def _named(campaigns: Any) -> dict[str, Source]:
    if isinstance(campaigns, Mapping):
        return {str(name): one for name, one in campaigns.items()}
    if not isinstance(campaigns, list | tuple):
        return {"": campaigns}
    names = [str(one.folder.name) if isinstance(one, View) else "" for one in campaigns]
    return {name if name and names.count(name) == 1 else f"{name or 'campaign'} {place}": one
            for place, (name, one) in enumerate(zip(names, campaigns, strict=True), start=1)}  # fmt: skip


def _top(values: Numbers) -> float:
    """Where the axis ends: above everything, unless a few lie far beyond the rest."""
    known = values[np.isfinite(values)]
    high, most, room = float(np.quantile(known, _HIGH)), float(known.max()), float(known.max() - known.min())
    spread = high - float(known.min())
    return most + 0.05 * room if most <= high + 0.5 * spread else high + 0.15 * spread


def _one(axes: Axes, values: Numbers, place: int, name: str, top: float) -> None:
    at, known = np.arange(1, len(values) + 1), np.isfinite(values)
    if not known.any():
        return
    colour = SERIES[place % len(SERIES)]
    best = np.fmin.accumulate(values)
    mark, seen = MARKERS[place % len(MARKERS)], known & (values <= top)
    axes.plot(at[seen], values[seen], mark, ms=4, mfc="none", mec=colour, alpha=0.6, rasterized=len(values) > MANY,
              label="" if name else "a molecule")  # fmt: skip
    above, failed = known & (values > top), ~known
    if above.any():
        axes.plot(at[above], np.full(above.sum(), top), "^", ms=5, color=colour, clip_on=False,
                  label=f"{above.sum()} above the axis" if not name else "")  # fmt: skip
    if failed.any() and not name:
        axes.plot(at[failed], np.full(failed.sum(), top), "x", ms=5, color=GREY, clip_on=False,
                  label=f"{failed.sum()} without a loss")  # fmt: skip
    line = VERMILLION if not name else colour
    reached = f"{short(name)}: {best[-1]:.2f}" if name else f"best so far, {best[-1]:.2f}"
    axes.step(at, best, DASHES[place % len(DASHES)], where="post", color=line, lw=2, label=reached)


def _frame(axes: Axes, top: float) -> None:
    low, _ = axes.get_ylim()
    axes.set_ylim(min(low, top - 1e-6), top)
    whole_numbers(axes)

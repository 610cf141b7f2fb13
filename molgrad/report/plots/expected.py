"""What was predicted of a term before it was measured, against what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from molgrad.errors import UnknownNameError
from molgrad.report.plots.canvas import BLACK, BLUE, MANY, SIZE, Size, canvas, legend
from molgrad.report.plots.data import TERM, Numbers, Source, facts, frame_of, nothing, numbers, short, terms

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

EXPECTED = "expected_"
_BARS = 400  # points from which on bars would hide them


def predictions(campaign: Source, term: str = "", *, size: Size = SIZE) -> Figure:
    """Predicted against measured scores of a term; a bar is one standard deviation.

    Args:
        campaign: a campaign or its frame.
        term: of the loss; by default the one whose measurements vary most, an assay before docking.
        size: of the figure, inches.

    Raises:
        MissingExtraError: matplotlib is not installed.
        UnknownNameError: nothing was predicted of such a term.
        MolgradError: no prediction was measured yet.
    """
    frame = frame_of(campaign)
    known = predicted_terms(frame)
    if term and term not in terms(frame):
        raise UnknownNameError("term", term, known)
    if not (term or known):
        raise nothing("no prediction was measured yet")
    name = term or known[0]
    pairs = _pairs(frame, name)
    if not len(pairs):
        raise nothing(f"no prediction of {name} was measured yet")
    expected, sd, measured, error = pairs.T
    inside = int((np.abs(measured - expected) <= sd).sum())
    with canvas(size) as (figure, axes):
        ends = [np.nanmin([expected, measured]), np.nanmax([expected, measured])]
        axes.plot(ends, ends, "--", color=BLACK, lw=1, label="as predicted")
        bars: dict[str, Any] = {} if len(pairs) > _BARS else {"xerr": sd, "yerr": np.nan_to_num(error)}
        look: dict[str, Any] = {"ms": 4, "color": BLUE, "elinewidth": 1, "rasterized": len(pairs) > MANY}
        axes.errorbar(expected, measured, fmt="o", ecolor="#9CC5E0", **look, **bars)
        axes.set_title(f"{inside} of {len(pairs)} within one sd of the prediction (68 % should be)")
        unit = _unit(frame, name)
        axes.set_xlabel(f"predicted {short(name)}{unit}")
        axes.set_ylabel(f"measured {short(name)}{unit}")
        legend(figure, axes)
    return figure


def predicted_terms(frame: DataFrame) -> list[str]:
    """The terms with predictions that were measured, those that vary most first, assays before all others.

    Args:
        frame: of a campaign.
    """
    pairs = {name: _pairs(frame, name) for name in terms(frame) if f"{EXPECTED}{name}" in frame}
    spread = {name: float(np.ptp(found[:, 2])) for name, found in pairs.items() if len(found)}
    assays = facts(frame, "assays")
    return sorted((name for name in spread if spread[name] > 0.0), key=lambda name: (name not in assays, -spread[name]))


def _pairs(frame: DataFrame, name: str) -> Numbers:
    """Rows of expected score, its deviation, measured score, its deviation (NaN where not known)."""
    if f"{EXPECTED}{name}" not in frame or f"{TERM}{name}" not in frame:
        return np.empty((0, 4))
    expected, sd = (numbers(frame[f"{EXPECTED}{name}{end}"]) for end in ("", "_sd"))
    measured = numbers(frame[f"{TERM}{name}"]) / (facts(frame, "weights").get(name) or 1.0)
    column = f"{name}_sd"
    error = numbers(frame[column]) if column in frame else np.full(len(frame), np.nan)
    found = np.column_stack([expected, sd, measured, error])
    known: Numbers = found[np.isfinite(found[:, :3]).all(axis=1)]
    return known


def _unit(frame: DataFrame, name: str) -> str:
    if name in facts(frame, "assays"):
        return " (score, lower is better)"
    return ", kcal/mol" if name.startswith("docking") else " (score)"

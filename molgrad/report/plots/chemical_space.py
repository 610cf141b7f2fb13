"""The molecules on a map on which similar ones lie together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from molgrad.errors import InvalidMoleculeError
from molgrad.report.plots.canvas import BLACK, MANY, SCALE, SIZE, VERMILLION, Size, canvas, legend
from molgrad.report.plots.data import Numbers, Source, column_of, frame_of, label, nothing, numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDTH = 512  # columns of the counts of environments, folded: the main axes of thousands of molecules take a second
_RANGE = (0.0, 0.95)  # quantiles of the colour's scale: a few bad docks must not take it all


def space(campaign: Source, colour: str = "loss", *, size: Size = SIZE) -> Figure:
    """Chemical space: the two main axes (PCA) of Morgan fingerprints with counts, coloured by the loss.

    Args:
        campaign: a campaign of molecules or its frame.
        colour: the column or term that colours the points.
        size: of the figure, inches.

    Raises:
        MissingExtraError: matplotlib is not installed.
        MolgradError: fewer than three molecules have a value.
    """
    frame = frame_of(campaign)
    column = column_of(frame, colour)
    values = numbers(frame[column])
    rows = list(map(int, np.flatnonzero(np.isfinite(values))))
    counts, rows = _counts([str(frame["smiles"].iloc[place]) for place in rows], rows)
    if len(rows) < 3:
        raise nothing("chemical space takes three molecules that were measured")
    places, shares = _main_axes(counts)
    shown = values[rows]
    low, high = np.quantile(shown, _RANGE)
    with canvas(size) as (figure, axes):
        points = axes.scatter(places[:, 0], places[:, 1], c=shown, cmap=SCALE, s=22, vmin=low, vmax=high,
                              edgecolors="white", linewidths=0.3, rasterized=len(rows) > MANY)  # fmt: skip
        figure.colorbar(points, ax=axes, label=label(frame, column), extend="max" if shown.max() > high else "neither")
        if "parent" in frame:
            start = np.asarray(frame["parent"].isna())[rows]
            axes.plot(*places[start].T, "s", ms=8, mfc="none", mec=BLACK, mew=1.5, label="start")
        best = int(np.nanargmin(numbers(frame["loss"])[rows]))
        axes.plot(*places[best], "o", ms=11, mfc="none", mec=VERMILLION, mew=2, label="best")
        axes.set_xlabel(f"main axis 1 ({shares[0]:.0%} of the variety)")
        axes.set_ylabel(f"main axis 2 ({shares[1]:.0%})")
        legend(figure, axes)
    return figure


def _counts(smiles: Sequence[str], rows: list[int]) -> tuple[Numbers, list[int]]:
    """How often each environment occurs, folded; values that are no molecules are left out."""
    from molgrad.chem.similarity import count_fingerprint

    table, kept = [], []
    for text, row in zip(smiles, rows, strict=True):
        try:
            found = count_fingerprint(text)
        except InvalidMoleculeError:
            continue
        counted = np.zeros(_WIDTH)
        for key, count in found.items():
            counted[key % _WIDTH] += count
        table.append(counted)
        kept.append(row)
    return np.asarray(table).reshape(len(kept), _WIDTH), kept


def _main_axes(counts: Numbers) -> tuple[Numbers, Numbers]:
    """Coordinates along the two main axes, and the share of the variance of each; the same each time."""
    middle = counts - counts.mean(axis=0)
    # The smaller of the two products has the same axes.
    if len(middle) <= _WIDTH:
        strengths, vectors = np.linalg.eigh(middle @ middle.T)
        places = vectors[:, :-3:-1] * np.sqrt(np.maximum(strengths[:-3:-1], 0.0))
    else:
        strengths, vectors = np.linalg.eigh(middle.T @ middle)
        places = middle @ vectors[:, :-3:-1]
    signs = np.sign(places[np.abs(places).argmax(axis=0), [0, 1]])  # of an axis it is arbitrary
    total = max(float(np.maximum(strengths, 0.0).sum()), 1e-12)
    return places * np.where(signs == 0.0, 1.0, signs), np.maximum(strengths[:-3:-1], 0.0) / total

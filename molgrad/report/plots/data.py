"""What a plot reads: the frame of a campaign, its terms, and what a column is called on an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from molgrad.campaign.view import View
from molgrad.errors import MolgradError, UnknownNameError, one_line, shorten

if TYPE_CHECKING:
    from pandas import DataFrame, Series

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Source = Any  # a View, a Campaign among them, or its frame: pandas is not imported for a type
TERM = "term_"  # columns with contributions to the loss

# Columns that have a name or a unit of their own on an axis.
_LABELS = {
    "loss": "loss (lower is better)",
    "affinity": "docking score, kcal/mol (lower is better)",
    "qed": "QED, 0 to 1 (higher is better)",
    "sa": "synthetic accessibility, 1 (easy) to 10",
    "logp": "logP",
    "tpsa": "TPSA, Å²",
    "weight": "molecular weight, g/mol",
    "lead_rmsd": "shift from the lead's pose, Å",
    "similarity": "similarity to the lead, 0 to 1",
    "heavy_atoms": "heavy atoms",
}
_RAW = {"docking": "affinity", "synthesizability": "sa"}  # columns with a term's own quantity, where not named after it


def frame_of(source: Source) -> DataFrame:
    """The frame of a campaign, or the frame itself.

    Args:
        source: a campaign or what its `frame()` gave.

    Raises:
        MolgradError: it is neither, or has no column `loss`.
    """
    found = source.frame() if isinstance(source, View) else source
    if "loss" not in getattr(found, "columns", ()):
        raise MolgradError("a plot takes a campaign or its frame(), with a column 'loss'")
    return found


def facts(frame: DataFrame, key: str) -> dict[str, Any]:
    """What `campaign.frame()` keeps beside the columns; empty for a frame that was read from a file.

    Args:
        frame: of a campaign.
        key: "weights" of the terms, or "assays" with their units.
    """
    return dict(frame.attrs.get(key, {}))


def terms(frame: DataFrame) -> list[str]:
    """The names of the terms of the loss.

    Args:
        frame: of a campaign.
    """
    return [str(name).removeprefix(TERM) for name in frame.columns if str(name).startswith(TERM)]


def column_of(frame: DataFrame, name: str) -> str:
    """The column that shows a term in its own quantity (docking in kcal/mol), else its contribution.

    Args:
        frame: of a campaign.
        name: a term, or any column.

    Raises:
        UnknownNameError: the frame has no such column.
    """
    for column in (_RAW.get(name, name), name, f"{TERM}{name}"):
        if column in frame.columns:
            return column
    known = [*terms(frame), *map(str, frame.columns)]
    raise UnknownNameError("term or column", name, known)


def label(frame: DataFrame, column: str) -> str:
    """What stands on the axis of a column, with its unit.

    Args:
        frame: of a campaign.
        column: of it.
    """
    if column.startswith(TERM):
        return f"{short(column.removeprefix(TERM))}, contribution to the loss"
    if unit := facts(frame, "assays").get(column):
        return f"{short(column)}, {unit}"
    if column.startswith("affinity_"):
        return f"docking score in {short(column.removeprefix('affinity_'))}, kcal/mol"
    return _LABELS.get(column) or short(column)


def short(name: str) -> str:
    """A name on one line, as long as an axis can hold; `$` would begin a formula.

    Args:
        name: of a term, a column or a campaign.
    """
    return shorten(one_line(name), 40).replace("$", r"\$")


def numbers(column: Series[Any]) -> Numbers:
    """The column as floats, NaN where there is none.

    Args:
        column: of a frame.
    """
    import pandas as pd

    return np.asarray(pd.to_numeric(column, errors="coerce"), dtype=np.float64)


def nothing(what: str) -> MolgradError:
    """The error of a plot for which nothing is there yet.

    Args:
        what: is missing, as a sentence.
    """
    return MolgradError(f"there is nothing to plot: {what}")

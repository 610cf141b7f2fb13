"""The plots of a report, as pictures that the page holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from molgrad.errors import MissingExtraError, MolgradError, one_line
from molgrad.report.page.content import Plot, Section, number
from molgrad.report.page.subject import Subject
from molgrad.report.picking import MOLECULES
from molgrad.report.pictures.molecule import data_uri
from molgrad.report.plots.assay_docking import assay
from molgrad.report.plots.canvas import svg
from molgrad.report.plots.chemical_space import space
from molgrad.report.plots.course import convergence
from molgrad.report.plots.expected import predicted_terms, predictions
from molgrad.report.plots.gains import contributions
from molgrad.report.plots.trade_off import front
from molgrad.report.tables import is_affinity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TERMS = 3  # whose predictions are shown
_MISSING = "This plot needs matplotlib: pip install 'molgrad[report]'."


def section(subject: Subject) -> Section:
    """How the search went: loss, trade-offs, terms, chemical space.

    Args:
        subject: the campaign.
    """
    plots = [
        _plot("Loss against measurements", lambda: convergence(subject.frame), _course(subject)),
        _plot("The front: molecules that no other beats in both terms", lambda: front(subject.frame), _FRONT),
        _plot("What each term gained", lambda: contributions(subject.frame), _GAINED),
    ]
    if subject.view.domain.name == MOLECULES:
        plots.append(_plot("Chemical space", lambda: space(subject.frame), _SPACE))
    return Section("course", "How the search went", plots=tuple(plots))


_FRONT = "Each point is a molecule; the line joins those that no other beats in both terms. Squares are starts."
_GAINED = "Each term's contribution for the best molecule after each batch, against the best start; below 0 is better."
_SPACE = "Molecules that lie together are alike (the two main axes of their fingerprints); dark is a better loss."
_PREDICTED = "Predicted against measured; a bar is one standard deviation, the dashed line is a perfect prediction."
_ASSAY = "Assay against docking; a triangle is a bound that points where the truth lies."


def of_predictions(subject: Subject) -> tuple[Plot, ...]:
    """Predicted against measured, for the terms that vary most.

    Args:
        subject: the campaign.
    """
    names = predicted_terms(subject.frame)[:_TERMS]
    return tuple(
        _plot(one_line(f"Predictions of {name}"), partial(predictions, subject.frame, name), _PREDICTED)
        for name in names
    )


def of_assays(subject: Subject) -> tuple[Plot, ...]:
    """Each assay against docking, where molecules have both.

    Args:
        subject: the campaign.
    """
    if not any(is_affinity(str(name)) for name in subject.frame.columns):
        return ()
    names = [name for name in subject.view.assays() if name in subject.frame.columns]
    return tuple(
        _plot(one_line(f"{name} against docking"), partial(assay, subject.frame, name), _ASSAY) for name in names
    )


def _plot(title: str, make: Callable[[], Figure], words: str) -> Plot:
    try:
        return Plot(title, data_uri(svg(make(), title)), words)
    except MissingExtraError:
        return Plot(title, "", _MISSING)
    except MolgradError as error:
        return Plot(title, "", f"{str(error)[:1].upper()}{str(error)[1:]}.")


def _course(subject: Subject) -> str:
    scores = [record.evaluation.score for record in subject.records if record.evaluation.score is not None]
    if not scores:
        return "No molecule has a loss yet."
    best = min(scores)
    return (
        f"The loss of each of {len(subject.records)} molecules in the order measured, and the best so far: from "
        f"{number(scores[0])} to {number(best)}, lower is better."
    )

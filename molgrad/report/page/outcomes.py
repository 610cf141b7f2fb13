"""Predictions against outcomes, and what the run has shown."""

from __future__ import annotations

from molgrad.optim.calibration import within
from molgrad.optim.hypotheses import Verdict
from molgrad.report.page.content import NONE, Grid, Section, lines
from molgrad.report.page.figures import of_predictions
from molgrad.report.page.subject import Subject


def section(subject: Subject) -> Section:
    """What was predicted of each term, and what came.

    Args:
        subject: the campaign.
    """
    table = subject.view.hypotheses()
    title = "Predictions against outcomes"
    lessons = lines(f"The run has shown: {lesson}." for lesson in subject.view.lessons())
    if table.empty:
        return Section("predictions", title, ("No prediction was measured yet.",), lessons)
    inside, rows = within(subject.records), []
    for term, part in table.groupby("term", sort=False):
        counts = [str(int((part["verdict"] == verdict).sum())) for verdict in Verdict]
        hit, trials = inside.get(str(term), (0, 0))
        share = f"{hit} of {trials}" if trials else NONE
        rows.append((*lines((term,)), str(len(part)), *counts, share))
    head = ("term", "predictions", *(verdict.value for verdict in Verdict), "within one sd (68 % should be)")
    grid = Grid("What became of the predictions of each term", head, tuple(rows), frozenset(range(1, len(head))))
    words = (
        "A predicted gain is confirmed by at least half of it and refuted by none at all. Terms that are computed "
        "exactly beforehand hold no prediction.",
    )
    return Section("predictions", title, words, lessons, (grid,), of_predictions(subject))

"""Molecules without a loss, by reason."""

from __future__ import annotations

import re

from molgrad.errors import one_line, shorten
from molgrad.evaluation import Status
from molgrad.optim.record import Record
from molgrad.report.page.content import Grid, Section, counted
from molgrad.report.page.subject import Subject

_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_NAMED = 5  # molecules that are named for each reason
_REASON = 400  # characters


def section(subject: Subject) -> Section:
    """How many molecules gave no loss, and why.

    Args:
        subject: the campaign.
    """
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in subject.records:
        evaluation = record.evaluation
        if evaluation.status in (Status.FAILED, Status.INVALID):
            alike = _FIGURES.sub("#", evaluation.reason.replace(record.value, ""))
            groups.setdefault((evaluation.status.value, alike), []).append(record)
    title = "Failures by reason"
    if not groups:
        return Section("failures", title, (f"None: all of {counted(len(subject.records), 'molecule')} were measured.",))
    rows = []
    for (status, _), found in sorted(groups.items(), key=lambda one: -len(one[1])):
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        names = ", ".join(record.name for record in found[:_NAMED])
        reason = shorten(one_line(found[0].evaluation.reason), _REASON)
        rows.append((str(len(found)), status, reason, one_line(f"{names}{more}")))
    total = sum(map(len, groups.values()))
    words = (
        f"{total} of {counted(len(subject.records), 'molecule')} gave no loss. 'invalid' is the molecule's fault, "
        "'failed' the machine's; neither counts as a bad score.",
    )
    grid = Grid(
        "Reasons, the most frequent first", ("molecules", "kind", "reason", "which"), tuple(rows), frozenset({0})
    )
    return Section("failures", title, words, grids=(grid,))

"""Puts the content of a report together."""

from __future__ import annotations

from datetime import UTC, datetime

from molgrad import __version__
from molgrad.campaign.view import View
from molgrad.optim.record import Record
from molgrad.report.page import best, failures, figures, laboratory, outcomes, repeat, tree
from molgrad.report.page.answer import answer, lead_of
from molgrad.report.page.asked import asked, terms_table, title_of
from molgrad.report.page.content import Card, Content, Section, counted, lines
from molgrad.report.page.everything import entries
from molgrad.report.page.subject import Subject


def content(view: View) -> Content:
    """All that a report on a campaign says.

    Args:
        view: of the run folder.
    """
    subject = Subject(view)
    standing = subject.standing
    lead, top = lead_of(subject), subject.best[0] if subject.best else None
    sections = (
        *((best.section(subject),) if subject.best else ()),
        laboratory.section(subject),
        figures.section(subject),
        *((tree.section(subject),) if subject.best else ()),
        outcomes.section(subject),
        failures.section(subject),
        Section("asked", "What the loss counts", grids=(terms_table(subject),)),
        repeat.section(subject),
    )
    columns, numeric, rows = entries(subject)
    spent = f"{standing.spent} of {standing.budget} {standing.unit}" if standing.budget is not None else ""
    begun = f"begun {standing.begun[:10]}" if standing.begun else ""
    molecules, waits = counted(len(subject.records), "molecule"), len(view.pending())
    wait = f", {waits} of them waiting for results" if waits else ""
    return Content(
        title=title_of(subject),
        facts=lines((f"{molecules}{wait or ' measured'}", spent, begun, "at work" if standing.writer else "")),
        asked=asked(subject),
        answer=answer(subject),
        lead=None if lead is None or top is None else _lead(subject, lead, top),
        best=None if top is None else best.card(subject, top),
        change="" if lead is None or top is None else subject.difference(lead, top),
        sections=tuple(one for one in sections if one is not None),
        columns=columns,
        figures=numeric,
        entries=rows,
        made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC with molgrad {__version__}",
    )


def _lead(subject: Subject, lead: Record, top: Record) -> Card:
    """The lead beside the best molecule, with what was changed marked."""
    return best.card(subject, lead, picture=subject.pictures.old(lead.value, top.value))

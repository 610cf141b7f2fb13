"""How a campaign stands, read from its folder while it may be at work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from molgrad.campaign.folder import holder
from molgrad.campaign.plates import PLATES
from molgrad.campaign.revisions import Revision
from molgrad.campaign.unasked import TOLD, awaited, left_out
from molgrad.display import Shown

if TYPE_CHECKING:
    from molgrad.campaign.view import View
    from molgrad.optim.record import Record

RUN = "run"  # the entry of `meta` with the last run: its budget, and when it began and ended


@dataclass(frozen=True, slots=True)
class Standing(Shown):
    """Where a campaign is.

    Attributes:
        writer: the process that writes to it, in words; empty where none does.
        batch: number of the present batch, 0 for the starts.
        proposed, measured, failed: molecules; without those that a laboratory told and that were never proposed.
        told: these.
        predicted: how many of these have a prediction only, by the term that was not measured.
        pending: molecules that wait, by the assay that they wait for.
        unmeasured: molecules that were proposed and that we have not measured yet.
        spent, budget: units of the budget; None where no run was given one.
        unit: what a unit is: "docked" or "measured".
        plates: handed out so far.
        best: the best molecules.
        expected: by value the totals of those of them of which a term is predicted.
        revisions: of the settings.
        begun: when the campaign began, UTC, as in ISO 8601; empty where that was not kept.
        run: when the last run began, how long it took or takes, and why it ended, in words; empty without a run.
        advice: what a reader should know.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.lab:standing"

    writer: str
    batch: int
    proposed: int
    measured: int
    failed: int
    told: int
    predicted: dict[str, int]
    pending: dict[str, int]
    unmeasured: int
    spent: int
    budget: int | None
    unit: str
    plates: int
    best: list[Record]
    expected: dict[str, float]
    revisions: list[Revision]
    begun: str
    run: str
    advice: list[str]


def standing(view: View, best: int = 3) -> Standing:
    """How a campaign stands.

    Args:
        view: of its folder.
        best: how many of the best molecules are named.
    """
    table, store = view._table, view._store
    run = store.meta(RUN) or {}
    waits = Counter(term for record in table.pending() for term in awaited(record.evaluation))
    told = [row.proposal.value for row in table.rows if row.kind == TOLD]
    made = sum(table.archive.of(value) is not None for value in told)
    best_now, totals = view.leading(best), view.foreseen_totals()
    revisions = view.revisions()
    writer = holder(view.folder)
    return Standing(
        writer=writer,
        batch=max(0, table.batch),
        proposed=len(table.rows) - len(told),
        measured=len(table.archive.records) - made,
        failed=table.failed,
        told=len(told),
        predicted=dict(Counter(term for row in table.left_out() for term in left_out(row.evaluation))),
        pending=dict(waits),
        unmeasured=len(table.rows) - len(table.archive.records),
        spent=table.made * int(run.get("cost", 1)),
        budget=run.get("docks"),
        unit=str(run.get("unit", "measured")),
        plates=len(store.meta(PLATES) or []),
        best=best_now,
        expected={one.value: totals[one.value] for one in best_now if one.value in totals},
        revisions=revisions,
        begun=revisions[0].date if revisions else "",
        run=_run(run, running=bool(writer)),
        advice=list(store.meta("advice") or []),
    )


def _run(run: dict[str, str], *, running: bool) -> str:
    if not run.get("began"):
        return ""
    began = datetime.fromisoformat(run["began"])
    if "ended" in run:
        took = datetime.fromisoformat(run["ended"]) - began
        return f"began {_when(run['began'])}, took {_long(took.total_seconds())}; {run['why']}"
    since = _long((datetime.now(UTC) - began).total_seconds())
    if running:
        return f"began {_when(run['began'])}, at work for {since}"
    return f"began {_when(run['began'])} and was ended from outside; the same command goes on"


def _when(date: str) -> str:
    return date[:16].replace("T", " ") + " UTC"


def _long(seconds: float) -> str:
    minutes, hours = max(0.0, seconds) / 60, max(0.0, seconds) / 3600
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.1f} hours" if hours >= 2 else f"{minutes:.0f} minutes" if minutes >= 2 else f"{seconds:.0f} s"


def _score(found: Standing, record: Record) -> str:
    """The total, or about what it comes to with what is predicted."""
    if record.value in found.expected:
        predicted = " and ".join(left_out(record.evaluation))
        return f"about {found.expected[record.value]:.3f} ({predicted} predicted)"
    return "" if record.evaluation.score is None else f"{record.evaluation.score:.3f}"


def lines(name: str, found: Standing) -> Iterator[str]:
    """A campaign's standing in lines for a terminal.

    Args:
        name: of the folder.
        found: where it is.
    """
    yield f"{name}: {'at work (pid ' + found.writer + ')' if found.writer else 'nobody is at work'}"
    if found.begun:
        yield f"  begun      {_when(found.begun)}; batch {found.batch}, plates {found.plates}"
    failed = f", {found.failed} gave no number" if found.failed else ""
    open_ = f", {found.unmeasured} to be measured" if found.unmeasured else ""
    told = f"; told besides {found.told}" if found.told else ""
    yield f"  molecules  {found.proposed} proposed, {found.measured} measured{open_}{failed}{told}"
    if found.budget is not None:
        yield f"  budget     {found.spent} of {found.budget} {found.unit}"
    if found.run:
        yield f"  run        {found.run}"
    for assay, count in found.pending.items():
        yield f"  waits      {count} molecule{'s' if count != 1 else ''} for {assay}: molgrad tell {name} RESULTS.csv"
    for term, count in found.predicted.items():
        of = f"{count} told molecule{'s' if count != 1 else ''}"
        yield f"  predicted  {term} of {of}, not measured: molgrad tell {name} --dock N measures the N best"
    for place, record in enumerate(found.best, start=1):
        yield f"  {'best' if place == 1 else '':<10} {_score(found, record)}  {record.title}  {record.value}"
    for revision in found.revisions[1:]:
        yield f"  revision   {revision.number} of {_when(revision.date)}: {'; '.join(revision.changes)}"
    for note in found.advice:
        yield f"  note       {note}"

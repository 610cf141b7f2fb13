"""How a campaign stands, read from its folder while it may be at work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from molgrad.campaign.folder import holder
from molgrad.campaign.plates import PLATES
from molgrad.campaign.revisions import Revision
from molgrad.evaluation import Status

if TYPE_CHECKING:
    from molgrad.campaign.view import View
    from molgrad.optim.archive import Record

RUN = "run"  # the entry of `meta` with the last run: its budget, and when it began and ended


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a campaign is.

    Attributes:
        writer: the process that writes to it, in words; empty where none does.
        batch: number of the present batch, 0 for the starts.
        proposed, measured, failed: molecules.
        pending: molecules that wait, by the assay that they wait for.
        unmeasured: molecules that were proposed and that we have not measured yet.
        spent, budget: units of the budget; None where no run was given one.
        unit: what a unit is: "docked" or "measured".
        plates: handed out so far.
        best: the best molecules.
        revisions: of the settings.
        begun: when the campaign began, UTC, as in ISO 8601; empty where that was not kept.
        run: when the last run began, how long it took or takes, and why it ended, in words; empty without a run.
        advice: what a reader should know.
    """

    writer: str
    batch: int
    proposed: int
    measured: int
    failed: int
    pending: dict[str, int]
    unmeasured: int
    spent: int
    budget: int | None
    unit: str
    plates: int
    best: list[Record]
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
    waits: dict[str, int] = {}
    for record in table.pending():
        for term in record.evaluation.all_terms():
            if term.status is Status.PENDING:
                waits[term.loss] = waits.get(term.loss, 0) + 1
    revisions = view.revisions()
    writer = holder(view.folder)
    return Standing(
        writer=writer,
        batch=max(0, table.batch),
        proposed=len(table.rows),
        measured=len(table.archive.records),
        failed=table.failed,
        pending=waits,
        unmeasured=len(table.rows) - len(table.archive.records),
        spent=table.made * int(run.get("cost", 1)),
        budget=run.get("docks"),
        unit=str(run.get("unit", "measured")),
        plates=len(store.meta(PLATES) or []),
        best=view.leading(best),
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
    yield f"  molecules  {found.proposed} proposed, {found.measured} measured{open_}{failed}"
    if found.budget is not None:
        yield f"  budget     {found.spent} of {found.budget} {found.unit}"
    if found.run:
        yield f"  run        {found.run}"
    for assay, count in found.pending.items():
        yield f"  waits      {count} molecule{'s' if count != 1 else ''} for {assay}: molgrad tell {name} RESULTS.csv"
    for place, record in enumerate(found.best, start=1):
        score = "" if record.evaluation.score is None else f"{record.evaluation.score:.3f}"
        yield f"  {'best' if place == 1 else '':<10} {score}  {record.name}  {record.value}"
    for revision in found.revisions[1:]:
        yield f"  revision   {revision.number} of {_when(revision.date)}: {'; '.join(revision.changes)}"
    for note in found.advice:
        yield f"  note       {note}"

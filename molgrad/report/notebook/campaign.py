"""A campaign: where it stands, its five best, and what can be done next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.standing import Standing
from molgrad.optim.record import Record
from molgrad.report.notebook.parts import Page, card, code, folded, lines, number, said, tiles
from molgrad.report.notebook.record import TILE, tile
from molgrad.report.pictures.molecule import legend_of

BEST = 5


def campaign(shown: Campaign) -> dict[str, Any]:
    """The bundle of a campaign.

    Args:
        shown: the campaign.
    """
    stands = shown.standing(BEST)
    hints = next_steps(stands)
    notes = [said(note, 300) for note in dict.fromkeys([*shown.notes(), *stands.advice])]
    html = card(
        f"Campaign {shown.folder.name}",
        lines([said(line, 200) for line in state_of(stands)]),
        best_tiles(stands.best),
        '<div style="font-weight:bold;margin-top:8px">What next</div>',
        lines([f"{code(command)} {said(why)}" for command, why in hints], 8),
        folded(f"{len(notes)} note{'s' if len(notes) != 1 else ''}", lines(notes, 20)),
        note=str(shown.folder),
    )
    text = [f"campaign {shown.folder}", *(f"  {line}" for line in state_of(stands))]
    text += [f"  {place}  {number(r.evaluation.score, 3)}  {r.label}" for place, r in enumerate(stands.best, start=1)]
    return Page(html, "\n".join([*text, *(f"  next: {command}  {why}" for command, why in hints)])).bundle()


def state_of(stands: Standing) -> list[str]:
    """Where a campaign stands, as short lines.

    Args:
        stands: its standing.
    """
    failed = f", {stands.failed} gave no number" if stands.failed else ""
    left = f", {stands.unmeasured} still to be measured" if stands.unmeasured else ""
    plates = f", {stands.plates} plate{'s' if stands.plates != 1 else ''} handed out" if stands.plates else ""
    return [
        f"{stands.proposed} molecules proposed, {stands.measured} measured{left}{failed}{plates}",
        *([f"budget: {stands.spent} of {stands.budget} {stands.unit}"] if stands.budget is not None else []),
        *_waiting(stands.pending),
        *([f"at work (process {stands.writer})"] if stands.writer else []),
        *([f"last run {stands.run}"] if stands.run else []),
    ]


def next_steps(stands: Standing) -> list[tuple[str, str]]:
    """What can be done with a campaign as it stands: a line of Python, and what it is good for.

    Args:
        stands: its standing.
    """
    done = stands.budget is not None and stands.spent >= stands.budget
    further = max(2 * (stands.budget or 0), 60)
    if stands.writer:
        return [("campaign.stop()", "ends the run after what is being measured")]
    if not stands.measured:
        return [
            ("campaign.run(60)", f"measures the starts and proposes until 60 are {stands.unit}"),
            ("campaign.ask(8)", "hands out a plate for the laboratory instead"),
        ]
    steps = [("campaign.tell('results.csv')", f"when {assay} is back") for assay in list(stands.pending)[:1]]
    if stands.budget is not None and not done:
        steps.append((f"campaign.run({stands.budget})", f"goes on where it stopped ({stands.spent} {stands.unit})"))
    elif done or not stands.pending:
        steps.append((f"campaign.run({further})", "extends the budget and goes on"))
    best = stands.best[0].name if stands.best else ""
    picks = [
        ("campaign.pick(5, diverse=True)", "five to make, not all alike"),
        ("campaign.ask(8)", "proposes a plate; tell() takes the results"),
        ("campaign.report()", "one HTML page for colleagues"),
    ]
    return [*steps, *(picks if best else picks[1:2])]


def best_tiles(best: list[Record]) -> str:
    """The best molecules with structure, numbers and how each came about.

    Args:
        best: the best first.
    """
    if not best:
        return "<div>Nothing measured has a score yet.</div>"
    made = any(record.proposal.parent for record in best)
    legend = f"<div>{legend_of(keep=False, words=('', 'differs from its parent'))}</div>" if made else ""
    return legend + tiles((tile(record, place) for place, record in enumerate(best, start=1)), TILE[0])


def _waiting(pending: Mapping[str, int]) -> Iterator[str]:
    """How many molecules wait for each assay."""
    for assay, count in pending.items():
        yield f"1 molecule waits for {assay}" if count == 1 else f"{count} molecules wait for {assay}"

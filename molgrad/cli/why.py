"""`molgrad why`: how a molecule of a run came to be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.view import View
from molgrad.cli.machine import record_values, write_json
from molgrad.errors import CampaignError, one_line
from molgrad.optim.hypotheses import hypotheses
from molgrad.optim.record import Record
from molgrad.report.story import Story
from molgrad.report.why import partners, print_why

LESSONS = 3  # of what the run has shown, the strongest


def run_why(folder: Path, molecule: str, *, as_json: bool = False) -> None:
    """Print the lineage of a molecule.

    Args:
        folder: the run folder; it may be written meanwhile.
        molecule: SMILES, name, or place among the best; empty for the best.
        as_json: one JSON object instead of lines.

    Raises:
        CampaignError: the folder holds no run, or nothing was measured yet.
        UnknownNameError: the run has no such molecule.
    """
    view = Campaign(folder)
    found = _found(view, molecule.strip())
    line = view.lineage(found.value)
    ranked = [record.value for record in view.best(len(view.records()))]
    place = ranked.index(found.value) + 1 if found.value in ranked else None
    lessons = view.lessons()[:LESSONS]
    if as_json:
        steps = list(_steps(view, line))
        write_json({"run": folder, "place": place, "of": len(ranked), "lineage": steps, "lessons": lessons})
        return
    number = f", number {place} of {len(ranked)}" if place else ""
    batch = f", batch {found.batch}" if found.batch else ""
    sys.stdout.write(f"{folder}: {found.title}{batch}{number}\n")
    print_why(line, view.domain, story=Story(view))
    for lesson in lessons:
        sys.stdout.write(f"the run has shown: {one_line(lesson)}\n")


def _steps(view: View, line: list[Record]) -> Iterator[dict[str, Any]]:
    """Each molecule of a lineage with its change, its predictions, its contacts and what a laboratory told."""
    story = Story(view)
    for place, record in enumerate(line):
        parent = line[place - 1] if place else None
        judged = [] if parent is None else hypotheses([parent, record])
        yield {
            **record_values(record),
            "change": "" if parent is None else view.domain.difference(parent.value, record.value),
            "predictions": [
                {"term": one.term, "expected": one.expected, "sd": one.sd, "came": one.measured, "verdict": one.verdict}
                for one in judged
                if one.value == record.value
            ],
            "contacts": partners(record.evaluation),
            "laboratory": [*story.asked(record), *story.came(record, parent)],
        }


def _found(view: View, molecule: str) -> Record:
    records = view.records()
    best = view.best(len(records))
    if not records:
        raise CampaignError(f"{view.folder} has no measured molecule yet")
    if not molecule:
        return best[0] if best else records[-1]
    if molecule.isdecimal() and 1 <= int(molecule) <= len(best):
        return best[int(molecule) - 1]
    row = view.resolve(molecule)
    record = view.archive().of(row.proposal.value)
    if record is None:
        raise CampaignError(f"{view.folder}: {molecule} was proposed ({row.proposal.reason}) and is not measured yet")
    return record

"""`molgrad why`: how a molecule of a run came to be."""

from __future__ import annotations

import sys
from pathlib import Path

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.table import identifier
from molgrad.campaign.view import View
from molgrad.errors import CampaignError, one_line
from molgrad.optim.archive import Record
from molgrad.report.story import Story
from molgrad.report.why import print_why

LESSONS = 3  # of what the run has shown, the strongest


def run_why(folder: Path, molecule: str) -> None:
    """Print the lineage of a molecule.

    Args:
        folder: the run folder; it may be written meanwhile.
        molecule: SMILES, name, or place among the best; empty for the best.

    Raises:
        CampaignError: the folder holds no run, or nothing was measured yet.
        UnknownNameError: the run has no such molecule.
    """
    view = Campaign(folder)
    found = _found(view, molecule.strip())
    line = view.lineage(found.value)
    ranked = [record.value for record in view.best(len(view.records()))]
    place = f", number {ranked.index(found.value) + 1} of {len(ranked)}" if found.value in ranked else ""
    ident = identifier(view.resolve(found.value).id)
    name = ident if ident == found.name else f"{ident} {found.name}"
    batch = f", batch {found.batch}" if found.batch else ""
    sys.stdout.write(f"{folder}: {name}{batch}{place}\n")
    print_why(line, view.domain, story=Story(view))
    for lesson in view.lessons()[:LESSONS]:
        sys.stdout.write(f"the run has shown: {one_line(lesson)}\n")


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

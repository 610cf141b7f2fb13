"""`molgrad why`: how a molecule of a run came to be."""

from __future__ import annotations

import sys
from pathlib import Path

from molgrad.campaign.view import View
from molgrad.errors import CampaignError, InvalidMoleculeError, UnknownNameError
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.archive import Record
from molgrad.report.why import print_why


def run_why(folder: Path, molecule: str) -> None:
    """Print the lineage of a molecule.

    Args:
        folder: the run folder; it may be written meanwhile.
        molecule: SMILES, name, or place among the best; empty for the best.

    Raises:
        CampaignError: the folder holds no run, or nothing was measured yet.
        UnknownNameError: the run has no such molecule.
    """
    view = View(folder, MOLECULES)
    found = _found(view, molecule.strip())
    line = view.lineage(found.value)
    ranked = [record.value for record in view.best(len(view.records()))]
    place = f", number {ranked.index(found.value) + 1} of {len(ranked)}" if found.value in ranked else ""
    sys.stdout.write(f"{folder}: {found.name}{place}\n")
    print_why(line, MOLECULES)


def _found(view: View, molecule: str) -> Record:
    records = view.records()
    best = view.best(len(records))
    if not records:
        raise CampaignError(f"{view.folder} has no measured molecule yet")
    if not molecule:
        return best[0] if best else records[-1]
    if molecule.isdecimal() and 1 <= int(molecule) <= len(best):
        return best[int(molecule) - 1]
    if named := next((record for record in records if molecule in (record.name, record.value)), None):
        return named
    try:
        line = view.lineage(molecule)
    except InvalidMoleculeError:
        line = []
    if line:
        return line[-1]
    raise UnknownNameError("molecule of the run", molecule, [record.name for record in records], place=str(view.folder))

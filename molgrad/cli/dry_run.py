"""`molgrad dock --dry-run`: the molecules as they were understood, and what a dock would do with each."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence

from molgrad.cli.repeats import Repeats
from molgrad.cli.terminal import say
from molgrad.config.docking_fields import dock_arguments
from molgrad.config.settings import RunSettings
from molgrad.docking.rehearsal import Rehearsed, rehearse
from molgrad.docking.request import DockSettings
from molgrad.errors import one_line
from molgrad.evaluation import Status
from molgrad.io import Entry
from molgrad.io.cells import guarded
from molgrad.receptors import load_receptor
from molgrad.receptors.remarks import receptor_remarks

NO_RECEPTOR = "none"  # what stands in the settings where none was given
COLUMNS = ("name", "smiles", "status", "reason", "note", "source")


def run_dry(entries: Sequence[Entry], settings: RunSettings) -> None:
    """Print a row of CSV for each entry; nothing is docked. Where a receptor is given, its box is looked at as well.

    Args:
        entries: the molecules, those that could not be read included.
        settings: how they would be docked.
    """
    box = None
    if settings.receptor != NO_RECEPTOR:
        receptor = load_receptor(settings.target, box=settings.box)
        say("\n".join(receptor_remarks(receptor)))
        box = receptor.box
    docking = DockSettings.of(**dock_arguments(settings))
    read = [entry for entry in entries if entry.error is None]
    coming = rehearse([entry.smiles for entry in read], [entry.docked_smiles for entry in read], docking, box)
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    repeats = Repeats()
    for entry in map(repeats.noted, entries):
        one = next(coming) if entry.error is None else Rehearsed(Status.INVALID, entry.error)
        note = "; ".join(part for part in (entry.note, one.note) if part)
        cells = (entry.name, entry.smiles, one.status.value, one.reason, note, entry.source)
        rows.writerow([guarded(one_line(cell)) for cell in cells])

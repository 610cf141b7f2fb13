"""`molgrad run`: many campaigns from one file, and one table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from molgrad.campaign.events import Event
from molgrad.campaign.stopping import stoppable
from molgrad.cli.codes import Code
from molgrad.cli.machine import record_values, write_json
from molgrad.cli.terminal import say
from molgrad.config.settings import RunSettings
from molgrad.library_run.library import LibraryRun, run_library
from molgrad.library_run.plan import Combination
from molgrad.library_run.rehearsal import SPAN, Rehearsal, rehearse
from molgrad.library_run.running import Stopper
from molgrad.library_run.selection import Candidate
from molgrad.library_run.settings import read_library_settings
from molgrad.library_run.writing import POSES, RUNS, TABLE, WORKBOOK
from molgrad.report.live import live_line

_SHOWN = 10  # molecules printed


def run_file(file: Path, *, dry_run: bool, quiet: bool, as_json: bool = False) -> None:
    """Run the campaigns of a file, or say what they would be.

    Args:
        file: in TOML.
        dry_run: run nothing.
        quiet: no progress on stderr.
        as_json: print one JSON object instead of lines.
    """
    if dry_run:
        found = rehearse(read_library_settings(file))
        if as_json:
            write_json({name: getattr(found, name) for name in ("missing", "docks", "finalists", "seconds")})
        else:
            sys.stdout.write("\n".join(_rehearsed(found)) + "\n")
        if found.missing:
            sys.exit(Code.REFUSED)
        return
    try:
        done = _run(file, quiet)
    except KeyboardInterrupt:
        sys.stderr.write("\nmolgrad: stopped; the same command goes on from there\n")
        raise
    say("\n".join([*done.plan.notes, *done.wrong]))
    if as_json:
        write_json(_values(done))
    else:
        sys.stdout.write("\n".join(_told(done)) + "\n")
    if any(one.failure for one in done.outcomes):
        sys.exit(Code.IN_PART)


def _run(file: Path, quiet: bool) -> LibraryRun:
    """Each campaign with a line of progress of its own."""
    line = live_line(quiet=quiet)

    def began(one: Combination, number: int, of: int) -> None:
        nonlocal line
        line.__exit__(None, None, None)
        line = live_line(quiet=quiet)
        if not quiet:
            say(f"campaign {number} of {of}: {one.name}, {one.settings.docks} docks")

    def finalists(count: int) -> None:
        line.__exit__(None, None, None)
        if not quiet and count:
            say(f"docking {count} finalists again, with their leads")

    def watch(event: Event) -> None:
        line(event)

    stopper = Stopper()
    with stoppable(stopper):
        return run_library(file, began=began, watch=watch, finalists=finalists, stopper=stopper)


def _rehearsed(found: Rehearsal) -> list[str]:
    lines = [f"missing: {what}" for what in found.missing]
    if found.plan is None:
        return [*lines, "no lead can be read"]
    lines += [f"note: {note}" for note in found.plan.notes]
    for one in found.plan.combinations:
        before = one.settings.docks - found.docks[one.name]
        known = f" ({before} of {one.settings.docks} are measured)" if before else ""
        lines.append(f"{one.name}: {found.docks[one.name]} docks{known}")
    low, high = _time(found.seconds / SPAN), _time(found.seconds * SPAN)
    total = sum(found.docks.values())
    lines.append(f"in all: campaigns {len(found.docks)}, docks {total}, docks of finalists up to {found.finalists}")
    lines += _of_model([one.settings for one in found.plan.combinations])
    lines.append(f"about {low} to {high} on this machine")
    return lines if found.missing else [*lines, "nothing is missing"]


def _of_model(settings: Sequence[RunSettings]) -> list[str]:
    """What the model may be asked and may cost, where there is a limit."""
    calls, cost = [one.max_calls for one in settings], [one.max_cost for one in settings]
    lines = [f"calls of the model: up to {sum(filter(None, calls))}"] if None not in calls else []
    return [*lines, *([f"money for the model: up to {sum(filter(None, cost)):g}"] if None not in cost else [])]


def _time(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _told(done: LibraryRun) -> list[str]:
    failed = [f"failed: {one.combination.name}: {one.failure}" for one in done.outcomes if one.failure]
    best = [_line(place, one) for place, one in enumerate(done.candidates[:_SHOWN], start=1)]
    files = f"{done.plan.folder}: {TABLE}, {POSES}, {WORKBOOK} (molecules: {len(done.candidates)}), {RUNS}"
    if not best:
        best = ["nothing is better than its lead and passes the filters; [table] says what is taken"]
    return [*best, *failed, files]


def _values(done: LibraryRun) -> dict[str, Any]:
    """The table and the campaigns, for `--json`."""
    return {
        "folder": done.plan.folder,
        "files": [done.plan.folder / name for name in (TABLE, POSES, WORKBOOK, RUNS)],
        "molecules": [
            {
                **record_values(one.record),
                "run": one.outcome.combination.name,
                "gain": one.latest_gain,
                "confirmed": one.confirmed is not None,
            }
            for one in done.candidates
        ],
        "campaigns": [
            {"run": one.combination.name, "measured": len(one.records), "failure": one.failure} for one in done.outcomes
        ],
    }


def _line(place: int, one: Candidate) -> str:
    gain = one.latest_gain
    gained = "" if gain is None else f" ({gain:.2f} better than its lead)"
    again = ", docked again" if one.confirmed else ""
    return f"{place:3}  {one.latest:8.3f}{gained}{again}  {one.smiles}  {one.outcome.combination.name}"

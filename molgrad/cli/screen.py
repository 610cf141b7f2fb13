"""`molgrad screen`: a library in, the docked part of it out, best first."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from molgrad.campaign.stopping import stoppable
from molgrad.cli.machine import plain_values, write_json
from molgrad.cli.terminal import say
from molgrad.config.screen_settings import ScreenSettings
from molgrad.config.screening import screen
from molgrad.docking.worth import WORTH
from molgrad.receptors import load_receptor
from molgrad.receptors.remarks import receptor_remarks
from molgrad.report.progress import progress_line
from molgrad.screening.results import LEFT_OUT, POSES, TABLE
from molgrad.screening.screen import Screened


def run_screen(given: Mapping[str, Any], files: Sequence[Path], *, quiet: bool, as_json: bool = False) -> None:
    """Screen a library, or go on with it.

    Args:
        given: settings by name.
        files: of the library.
        quiet: no progress on stderr.
        as_json: print one JSON object instead of lines.
    """
    settings = ScreenSettings(start=[str(path) for path in files], **given)
    if not quiet:
        say("\n".join(receptor_remarks(load_receptor(settings.target, box=settings.box))))
    notes: list[str] = []
    try:
        with progress_line(quiet=quiet) as line, ExitStack() as until:
            begun = lambda one: until.enter_context(stoppable(one))  # noqa: E731 - a name for one argument
            done = screen(settings, watch=line, notes=notes, begun=begun)
    except KeyboardInterrupt:
        sys.stderr.write("\nmolgrad: stopped; the same command goes on from there\n")
        raise
    if not quiet:
        say("\n".join(notes))
    if as_json:
        files_of = {"results": done.folder / TABLE, "poses": done.folder / POSES, "left_out": done.folder / LEFT_OUT}
        write_json({**plain_values(done), "files": files_of})
    else:
        sys.stdout.write("\n".join(words_of(done)) + "\n")
    if not quiet and done.docked > 1:
        say(WORTH)


def words_of(done: Screened) -> list[str]:
    """What a screen gave, in lines.

    Args:
        done: what it gave.
    """
    left = ", ".join(f"{kind} {count}" for kind, count in done.left_out.items())
    lines = [f"read {done.read} entries: {done.molecules} to choose from" + (f"; left out: {left}" if left else "")]
    failed = f", {done.failed} gave no number" if done.failed else ""
    best = f"; best: {done.best[0]} {done.best[1]:.2f} kcal/mol" if done.best else ""
    lines.append(f"docked {done.docked}{failed}{best}")
    lines += [f"{done.ended}; the same command goes on"] if done.ended else []
    return [*lines, f"{done.folder}: {TABLE} (best first), {POSES}, {LEFT_OUT} (with line numbers)"]

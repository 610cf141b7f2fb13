"""`molgrad optimize`: a campaign from options or a TOML file."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.cli.terminal import say
from molgrad.cli.usage import say_usage
from molgrad.config.running import open_campaign
from molgrad.config.settings import RunSettings, merged
from molgrad.config.toml_file import read_run
from molgrad.evaluation import Status
from molgrad.receptors.receptor import load_receptor
from molgrad.receptors.remarks import receptor_remarks
from molgrad.report.live import live_line
from molgrad.report.tables import print_best


def run_optimize(given: Mapping[str, Any], config: Path | None, *, quiet: bool) -> None:
    """Run or resume a campaign.

    Args:
        given: settings by name; they win over the file's.
        config: a TOML file with more of them.
        quiet: no progress on stderr.
    """
    written = read_run(config, given) if config is not None else {}
    settings = RunSettings(**merged(written, given))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what is warned of is told below
        campaign = open_campaign(settings)
    with campaign:
        _say([*receptor_remarks(load_receptor(settings.receptor, box=settings.box)), *campaign.start_notes])
        run(campaign, settings.docks, quiet=quiet)
        print_best(campaign)
        say_where(campaign)
        say_usage(campaign.transcript.usage(), settings.price is not None, campaign.advisor)


def run(campaign: Campaign, docks: int, *, quiet: bool) -> None:
    """Run with a live line; Ctrl-C leaves a folder from which the same command goes on."""
    before = sum(r.evaluation is not None for r in campaign.rows())
    if before and not quiet:
        sys.stderr.write(f"{campaign.folder}: going on; measured before: {before}\n")
    try:
        with live_line(quiet=quiet) as line:
            campaign.run(docks, watch=line)
    except KeyboardInterrupt:
        kept = f"everything measured is in {campaign.folder}, the same command goes on from there"
        sys.stderr.write(f"\nmolgrad: stopped; {kept}\n")
        raise
    told = {*campaign.start_notes, *campaign.lead_notes}
    _say([note for note in campaign.notes() if note not in told])


def say_where(campaign: Campaign) -> None:
    """Print the files of the run and count what failed."""
    bad = [r for r in campaign.records() if r.evaluation.status in (Status.FAILED, Status.INVALID)]
    rows = len(campaign.records())
    sys.stdout.write(f"{campaign.folder}: molecules.csv (rows: {rows}), poses.sdf, campaign.toml, campaign.db\n")
    if bad:
        sys.stdout.write(f"{len(bad)} gave no number; the column 'failure' says why\n")


def _say(notes: Iterable[str]) -> None:
    for note in notes:
        say(note)

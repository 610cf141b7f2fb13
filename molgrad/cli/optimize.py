"""`molgrad optimize`: a campaign from options or a TOML file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import DATABASE, POSES, SETTINGS, TABLE
from molgrad.campaign.stopping import stoppable
from molgrad.cli.machine import record_values, write_json
from molgrad.cli.opening import opened
from molgrad.cli.terminal import say
from molgrad.cli.usage import say_usage
from molgrad.config.settings import RunSettings
from molgrad.evaluation import Status
from molgrad.receptors.receptor import load_receptor
from molgrad.receptors.remarks import receptor_remarks
from molgrad.report.live import live_line
from molgrad.report.tables import print_best

BEST = 5  # molecules of the summary


def run_optimize(
    given: Mapping[str, Any], config: Path | None, *, quiet: bool, revise: bool = False, as_json: bool = False
) -> None:
    """Run or resume a campaign.

    Args:
        given: settings by name; they win over the file's.
        config: a TOML file with more of them.
        quiet: no progress on stderr.
        revise: whether settings that differ from the folder's are taken.
        as_json: print one JSON object at the end instead of tables.
    """
    campaign, settings = opened(given, config, revise=revise)
    with campaign:
        _say([*_of_receptor(settings), *campaign.start_notes])
        run(campaign, _how_far(given, settings, campaign), quiet=quiet)
        if as_json:
            write_json(_summary(campaign))
            return
        print_best(campaign)
        say_where(campaign)
        say_usage(campaign.transcript.usage(), settings is not None and settings.price is not None, campaign.advisor)


def _summary(campaign: Campaign) -> dict[str, Any]:
    """What a run gave, for `--json`."""
    found, records = campaign.standing(BEST), campaign.records()
    return {
        "run": campaign.folder,
        "ended": found.run,
        "proposed": found.proposed,
        "measured": found.measured,
        "failed": found.failed,
        "spent": found.spent,
        "budget": found.budget,
        "best": [{**record_values(one), "passes_filters": campaign.passes_filters(one.value)} for one in found.best],
        "start": records[0] if records else None,
        "notes": list(campaign.notes()),
        "usage": campaign.transcript.usage(),
        "files": [campaign.folder / name for name in (TABLE, POSES, SETTINGS, DATABASE)],
    }


def _of_receptor(settings: RunSettings | None) -> list[str]:
    """What a user should know of the receptor that the settings name."""
    if settings is None or settings.receptor is None:
        return []
    return receptor_remarks(load_receptor(settings.receptor, box=settings.box))


def _how_far(given: Mapping[str, Any], settings: RunSettings | None, campaign: Campaign) -> dict[str, Any]:
    """The arguments of `Campaign.run`; limits hold for one command, the number of docks for the folder."""
    if settings is not None:
        return settings.how_far()
    limits = {name: given.get(name) for name in ("max_hours", "until_score", "patience")}
    usual = campaign.budget or RunSettings.model_fields["docks"].default
    return {"docks": given.get("docks") or usual, "evaluations": given.get("max_evaluations"), **limits}


def run(campaign: Campaign, how_far: Mapping[str, Any], *, quiet: bool) -> None:
    """Run with a live line; Ctrl-C leaves a folder from which the same command goes on.

    Args:
        campaign: what is run.
        how_far: the arguments of `Campaign.run`.
        quiet: no progress on stderr.
    """
    before = sum(r.evaluation is not None for r in campaign.rows())
    if before and not quiet:
        sys.stderr.write(f"{campaign.folder}: going on; measured before: {before}\n")
    try:
        with live_line(quiet=quiet) as line, stoppable(campaign):
            campaign.run(**how_far, watch=line)
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

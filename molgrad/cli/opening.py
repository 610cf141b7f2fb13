"""The campaign that a command works on: a folder as it was left, or a new one from options and a TOML file."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import DATABASE
from molgrad.campaign.rerun import UNREPEATABLE
from molgrad.cli.terminal import say
from molgrad.config.running import open_campaign
from molgrad.config.settings import RunSettings, merged
from molgrad.config.toml_file import read_run
from molgrad.errors import CampaignError

LIMITS = ("max_evaluations", "max_hours", "until_score", "patience")  # of one command, not of the folder
HOW_FAR = frozenset({"out", "docks", *LIMITS})  # settings that say how far to go, not what is optimized


def opened(
    given: Mapping[str, Any], config: Path | None = None, *, revise: bool = False
) -> tuple[Campaign, RunSettings | None]:
    """The campaign, and the settings that it was made from or is asked to have.

    A folder that holds a campaign needs no settings: those that are given are compared with its own.

    Args:
        given: settings by name, such as a command's options; they win over the file's.
        config: a TOML file with more of them.
        revise: whether settings that differ from the folder's are taken.

    Returns:
        The campaign, and its settings; None for a campaign that was made in Python.

    Raises:
        CampaignError: settings for a campaign that was made in Python.
        MolgradError: as `open_campaign` and `Campaign`.
    """
    asked = merged(read_run(config, given) if config is not None else {}, given)
    folder = Path(str(asked.get("out") or ""))
    kept = record(folder) if asked.get("out") else None
    if kept is not None and UNREPEATABLE in kept:
        named = sorted("--" + name.replace("_", "-") for name in asked if name not in HOW_FAR)
        if named:
            raise CampaignError(
                f"{folder} was made in Python, whose settings are changed there: leave out {', '.join(named)}, "
                f"or give Campaign({str(folder)!r}, ...) what is to be different"
            )
        return Campaign(folder), None
    lasting = {name: value for name, value in (kept or {}).items() if name not in LIMITS}
    settings = RunSettings(**merged(lasting, asked))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what is warned of is told by the command
        campaign = open_campaign(settings, revise=revise)
    _say_revision(campaign)
    return campaign, settings


def _say_revision(campaign: Campaign) -> None:
    """What a revision changed: terms that were not named again are gone, which nobody may have meant."""
    if not campaign.revised:
        return
    say(f"{campaign.folder}, revision {campaign.revisions()[-1].number}: {'; '.join(campaign.revised)}")
    if any(change.endswith("taken out") for change in campaign.revised):
        say("the terms that are given replace all of the folder's: name what was taken out too, to keep it")


def record(folder: Path) -> dict[str, Any] | None:
    """The settings that a run folder was made from; None where there is no campaign in it.

    Args:
        folder: the run folder.
    """
    if not (folder / DATABASE).is_file():
        return None
    with Campaign(folder) as campaign:
        return campaign.record

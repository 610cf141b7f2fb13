"""`molgrad status` and `molgrad export`: how a run stands, and what it gave."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import DATABASE
from molgrad.campaign.standing import Standing, lines
from molgrad.errors import CampaignError, plain

SERVED = "served"  # `serve.store.FOLDER`, as the next
SCREEN = "screen.db"  # `screening.store.DATABASE`, which is loaded only where a screen is looked at


def run_status(folder: Path, *, as_json: bool, best: int) -> None:
    """Print how a campaign, a screen or a library run stands; it may be at work.

    Args:
        folder: the run folder.
        as_json: one JSON object instead of lines.
        best: how many of the best molecules are named.

    Raises:
        CampaignError: the folder holds none of these.
    """
    found, said = _standing(folder, best)
    text = json.dumps(found) + "\n" if as_json else "".join(f"{plain(line)}\n" for line in said)
    sys.stdout.write(text)


def _standing(folder: Path, best: int) -> tuple[dict[str, Any], Iterator[str]]:
    """How what a folder holds stands, as JSON and in lines."""
    if (folder / SCREEN).is_file():
        from molgrad.screening import standing as screens  # a campaign needs nothing of it

        screen = screens.standing(folder, best)
        return dataclasses.asdict(screen), screens.lines(str(folder), screen)
    if not (folder / DATABASE).is_file():
        from molgrad.library_run import standing as libraries  # as above

        if not libraries.is_library_run(folder):
            raise CampaignError(f"{folder} holds no campaign, no screen and no library run")
        run = libraries.standing(folder, best)
        campaigns = {key: _plain(one) if isinstance(one, Standing) else one for key, one in run.campaigns.items()}
        return {"campaigns": campaigns, "docks": run.docks, "table": run.table}, libraries.lines(str(folder), run)
    with Campaign(folder) as campaign:
        found = campaign.standing(best)
    served = _served(folder)
    more = {"served": served} if served else {}
    return {**_plain(found), **more}, chain(lines(str(folder), found), (f"  served     {line}" for line in served))


def _served(folder: Path) -> list[str]:
    """What was served of a folder to other agents, a line each."""
    if not (folder / SERVED).is_dir():
        return []
    from molgrad.serve.sealed import summary  # as above

    return summary(folder)


def _plain(found: Standing) -> dict[str, Any]:
    best = [
        {"name": one.name, "smiles": one.value, "loss": one.evaluation.score}
        | ({"expected_loss": found.expected[one.value]} if one.value in found.expected else {})
        for one in found.best
    ]
    revisions = [dataclasses.asdict(one) for one in found.revisions]
    fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    fields.pop("expected")
    return {**fields, "best": best, "revisions": revisions}


def run_export(folder: Path, *, top: int, kinds: Sequence[str], out: Path | None, passes_filters: bool) -> None:
    """Write the best molecules of a campaign to files.

    Args:
        folder: the run folder.
        top: how many at most.
        kinds: of files.
        out: what they are called, without an ending; RUN/top_N when None.
        passes_filters: leave out molecules that do not pass the filters.
    """
    from molgrad.report.exporting import export

    stem = out or folder / f"top_{top}"
    with Campaign(folder) as campaign:
        files = export(campaign, top, kinds or ("csv",), stem, passes_filters=passes_filters)
    sys.stdout.write(f"{', '.join(map(str, files))}\n")

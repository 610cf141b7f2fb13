"""`molgrad status` and `molgrad export`: how a run stands, and what it gave."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import DATABASE
from molgrad.campaign.standing import Standing, lines
from molgrad.cli.machine import plain_values, record_values, write_json
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
    if as_json:
        write_json(found)
    else:
        sys.stdout.write("".join(f"{plain(line)}\n" for line in said))


def _standing(folder: Path, best: int) -> tuple[dict[str, Any], Iterator[str]]:
    """How what a folder holds stands, as JSON and in lines."""
    if (folder / SCREEN).is_file():
        from molgrad.screening import standing as screens  # a campaign needs nothing of it

        screen = screens.standing(folder, best)
        return plain_values(screen), screens.lines(str(folder), screen)
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
        record_values(one) | ({"expected_loss": found.expected[one.value]} if one.value in found.expected else {})
        for one in found.best
    ]
    fields = {name: value for name, value in plain_values(found).items() if name != "expected"}
    return {**fields, "best": best}


def run_export(
    folder: Path,
    *,
    top: int,
    kinds: Sequence[str],
    out: Path | None,
    passes_filters: bool,
    pick: int = 0,
    molecules: Sequence[str] = (),
    as_json: bool = False,
) -> None:
    """Write the best molecules of a campaign to files.

    Args:
        folder: the run folder.
        top: how many at most.
        kinds: of files; where none is named, that of the ending of `out`, else a table.
        out: what the files are called, with or without an ending; RUN/top_N when None.
        passes_filters: leave out molecules that do not pass the filters.
        pick: how many of them are marked, unlike one another.
        molecules: these instead of the best.
        as_json: print the files and the molecules in them as one JSON object.
    """
    from molgrad.report.exporting import ENDINGS, export, records_of

    stem = out or folder / (f"top_{top}" if not molecules else f"molecules_{len(molecules)}")
    endings = [f".{kind}" for kind in kinds]
    if stem.suffix.lower() in ENDINGS:
        endings, stem = endings or [stem.suffix], stem.with_suffix("")
    with Campaign(folder) as campaign:
        records = records_of(campaign, top, molecules, passes_filters=passes_filters)
        named = [stem.with_name(stem.name + ending) for ending in endings or [".csv"]]
        files = [export(campaign, file, molecules=records, pick=pick) for file in named]
    if as_json:
        write_json({"run": folder, "files": files, "molecules": records})
    if not as_json:
        sys.stdout.write(f"{', '.join(map(str, files))}\n")

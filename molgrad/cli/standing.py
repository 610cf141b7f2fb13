"""`molgrad status` and `molgrad export`: how a campaign stands, and what it gave."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.standing import Standing, lines
from molgrad.errors import plain


def run_status(folder: Path, *, as_json: bool, best: int) -> None:
    """Print how a campaign stands; it may be at work.

    Args:
        folder: the run folder.
        as_json: one JSON object instead of lines.
        best: how many of the best molecules are named.
    """
    with Campaign(folder) as campaign:
        found = campaign.standing(best)
    if as_json:
        sys.stdout.write(json.dumps(_plain(found)) + "\n")
    else:
        sys.stdout.write("".join(f"{plain(line)}\n" for line in lines(str(folder), found)))


def _plain(found: Standing) -> dict[str, Any]:
    best = [{"name": one.name, "smiles": one.value, "loss": one.evaluation.score} for one in found.best]
    revisions = [dataclasses.asdict(one) for one in found.revisions]
    fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
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

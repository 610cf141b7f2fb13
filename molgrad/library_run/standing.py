"""How a library run stands, read from its folder and those of its campaigns while they may be at work."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import DATABASE
from molgrad.campaign.standing import Standing as CampaignStanding
from molgrad.errors import MolgradError, one_line
from molgrad.library_run.writing import PLAN, TABLE


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a library run is.

    Attributes:
        campaigns: by name of its folder, how a campaign stands; None for one that was not begun, a sentence for one
            that cannot be read.
        docks: the budget of each campaign, where the plan tells it.
        table: whether the table of all campaigns was written.
    """

    campaigns: dict[str, CampaignStanding | str | None]
    docks: dict[str, int]
    table: bool


def is_library_run(folder: Path) -> bool:
    """Whether a folder holds the plan of a library run, or folders of campaigns.

    Args:
        folder: any folder.
    """
    return (folder / PLAN).is_file() or bool(_begun(folder))


def standing(folder: Path, best: int = 1) -> Standing:
    """How a library run stands; nothing is written.

    Args:
        folder: of the library run.
        best: how many of the best molecules of each campaign are named.
    """
    docks = _planned(folder)
    names = [*docks, *(name for name in _begun(folder) if name not in docks)]
    return Standing({name: _campaign(folder / name, best) for name in names}, docks, (folder / TABLE).exists())


def _begun(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob(f"*/{DATABASE}"))


def _planned(folder: Path) -> dict[str, int]:
    try:
        with (folder / PLAN).open(encoding="utf-8", newline="") as file:
            return {row["run"]: int(row["docks"]) for row in csv.DictReader(file)}
    except (OSError, ValueError, KeyError, TypeError):  # a run of an older version, or one that was just begun
        return {}


def _campaign(folder: Path, best: int) -> CampaignStanding | str | None:
    if not (folder / DATABASE).is_file():
        return None
    try:
        with Campaign(folder) as campaign:
            return campaign.standing(best)
    except MolgradError as error:
        return one_line(str(error))


def lines(name: str, found: Standing) -> Iterator[str]:
    """A library run's standing in lines for a terminal.

    Args:
        name: of the folder.
        found: where it is.
    """
    begun = {key: one for key, one in found.campaigns.items() if isinstance(one, CampaignStanding)}
    at_work = [key for key, one in begun.items() if one.writer]
    who = f"at work on {', '.join(at_work)}" if at_work else "nobody is at work"
    kind = "a library run" if found.docks else "a folder"
    yield f"{name}: {kind} of {len(found.campaigns)} campaigns, {len(begun)} begun; {who}"
    spent, budget = sum(one.spent for one in begun.values()), sum(found.docks.values())
    yield f"  spent      {spent}{f' of {budget}' if budget else ''} docks"
    for key, one in found.campaigns.items():
        yield f"  {key}: {_said(one, found.docks.get(key))}"
    if found.table or found.docks:
        when = "as of when the run last ended" if found.table else "not written yet"
        yield f"  table      {TABLE}: {when}"


def _said(one: CampaignStanding | str | None, docks: int | None) -> str:
    if one is None:
        return "not begun"
    if isinstance(one, str):
        return f"cannot be read: {one}"
    budget = one.budget or docks
    failed = f", {one.failed} gave no number" if one.failed else ""
    best = next(iter(one.best), None)
    scored = best is not None and best.evaluation.score is not None
    top = f"; best {best.evaluation.score:.3f} {best.name} {best.value}" if best is not None and scored else ""
    now = "at work" if one.writer else one.run.partition("; ")[2] or one.run or "begun"
    return f"{one.spent}{f' of {budget}' if budget else ''} {one.unit}{failed}; {now}{top}"

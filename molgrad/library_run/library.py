"""A library run from its file to its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from molgrad.campaign.events import Watcher, ignore
from molgrad.errors import CampaignError
from molgrad.library_run.finalists import Losses, confirmed, loss_of
from molgrad.library_run.plan import Plan, planned
from molgrad.library_run.running import Began, Outcome, Stopper, run_all
from molgrad.library_run.selection import Candidate, selected
from molgrad.library_run.settings import read_library_settings
from molgrad.library_run.writing import write_library, write_plan

TEMPLATE = Path(__file__).with_name("library.toml")


@dataclass(frozen=True, slots=True)
class LibraryRun:
    """What a library run gave.

    Attributes:
        plan: the campaigns.
        outcomes: one of each, in order.
        candidates: of the table, best first.
        wrong: what went wrong when finalists were docked again, a sentence each.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]
    candidates: tuple[Candidate, ...]
    wrong: tuple[str, ...]


def run_library(
    file: str | Path,
    *,
    began: Began = lambda *_: None,
    watch: Watcher = ignore,
    finalists: Callable[[int], None] = lambda _: None,
    losses: Losses = loss_of,
    stopper: Stopper | None = None,
) -> LibraryRun:
    """Run the campaigns of a TOML file, or go on with them, and write the table.

    Args:
        file: the file; `molgrad init` writes one with comments.
        began: called before each campaign with it, its number from 1, and how many there are.
        watch: called after each measurement, such as `mg.live_line()`.
        finalists: called before molecules are docked again, with their number.
        losses: makes the loss of a campaign at another effort.
        stopper: its `stop` ends the run after what is being measured, as a file STOP in the folder does; the table is
            written, without docking finalists again.

    Returns:
        Campaigns and table; library.csv, library.sdf, library.xlsx and runs.csv are in the plan's folder.

    Raises:
        InputFileError: the file or its leads cannot be read.
        UnknownNameError: a setting that does not exist.
        CampaignError: every campaign failed; says why the first one did.
    """
    given = read_library_settings(Path(file))
    plan = planned(given)
    write_plan(plan)
    stopper = stopper or Stopper()
    outcomes = run_all(plan, began=began, watch=watch, stopper=stopper)
    candidates, wrong = selected(outcomes, given.table), list[str]()
    if not stopper.stopped:
        finalists(min(given.finalists.count, len(candidates)))
        candidates, wrong = confirmed(candidates, given.finalists, losses)
    write_library(plan.folder, candidates, outcomes)
    if all(one.failure for one in outcomes) and not stopper.stopped:
        raise CampaignError(f"every campaign failed; {outcomes[0].combination.name}: {outcomes[0].failure}")
    return LibraryRun(plan, tuple(outcomes), tuple(candidates), tuple(wrong))

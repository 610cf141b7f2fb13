"""What a library run would do: its docks, about how long they take, and what is missing, before anything runs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from molgrad.campaign.folder import DATABASE
from molgrad.campaign.view import View
from molgrad.config.docking_fields import dock_arguments
from molgrad.config.running import prepare
from molgrad.config.settings import RunSettings
from molgrad.docking.request import DockSettings
from molgrad.errors import MolgradError
from molgrad.library_run.plan import Combination, Plan, planned
from molgrad.library_run.settings import LibrarySettings
from molgrad.molecule.domain import MOLECULES
from molgrad.molecule.starts import read_starts

# Core seconds of a dock of a drug-sized molecule in a 22 Å box, with its proposal (docs/benchmarks_docking.md).
SECONDS: Mapping[str, float] = {"fast": 5.0, "standard": 12.0, "thorough": 50.0}
OF_EXHAUSTIVENESS = 2.0  # for one unit of it
SPAN = 2.0  # the estimate may be off by this factor: molecules and boxes differ


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a library run would do.

    Attributes:
        plan: the campaigns; None where no lead can be read.
        docks: of each campaign by name, those still to make.
        finalists: further docks at the end, leads included.
        seconds: about how long all of it takes.
        missing: what is not there, a sentence each with the campaigns that need it.
    """

    plan: Plan | None
    docks: Mapping[str, int]
    finalists: int
    seconds: float
    missing: tuple[str, ...]


def rehearse(given: LibrarySettings) -> Rehearsal:
    """Look up everything that a library run needs; nothing is docked, no folder made, no model called.

    Args:
        given: of the library run.
    """
    missing = dict[str, list[str]]()
    readable = []
    columns = {name: given.settings.get(name) for name in ("name_column", "smiles_column")}
    for lead in given.leads:
        try:
            read_starts([lead], **columns)
            readable.append(lead)
        except MolgradError as error:
            missing.setdefault(str(error), [])
    if not readable:
        return Rehearsal(None, {}, 0, 0.0, tuple(missing))
    plan = planned(given.model_copy(update={"leads": tuple(readable)}))
    for one in plan.combinations:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                prepare(one.settings).loss.check()
        except MolgradError as error:
            missing.setdefault(str(error), []).append(one.name)
    docks = {one.name: max(0, one.settings.docks - docked_before(one)) for one in plan.combinations}
    finalists = given.finalists.count and given.finalists.count + min(given.finalists.count, len(plan.combinations))
    seconds = sum(docks[one.name] * _seconds(one.settings) for one in plan.combinations)
    first = plan.combinations[0].settings
    seconds += finalists * SECONDS.get(given.finalists.effort, SECONDS["thorough"])
    cores = first.workers or len(os.sched_getaffinity(0))
    return Rehearsal(plan, docks, finalists, seconds / cores, tuple(_told(missing, len(plan.combinations))))


def docked_before(one: Combination) -> int:
    """How many molecules a campaign has measured in an earlier session.

    Args:
        one: the campaign.
    """
    if not (one.folder / DATABASE).is_file():
        return 0
    try:
        return len(View(one.folder, MOLECULES).records())
    except MolgradError:  # what is wrong with the folder is told when it runs
        return 0


def _seconds(settings: RunSettings) -> float:
    """Core seconds of a dock, about."""
    plan = DockSettings.of(**dock_arguments(settings)).effort
    return SECONDS.get(plan.name, OF_EXHAUSTIVENESS * plan.exhaustiveness)


def _told(missing: Mapping[str, list[str]], campaigns: int) -> Iterator[str]:
    for what, names in missing.items():
        who = "every campaign" if len(names) == campaigns else ", ".join(names[:3])
        more = f" and {len(names) - 3} more" if 3 < len(names) < campaigns else ""
        yield f"{what} ({who}{more})" if names else what

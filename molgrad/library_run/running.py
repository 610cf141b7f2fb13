"""Runs the campaigns of a library run one after the other; one that fails is named, and the rest goes on."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event, Watcher, ignore
from molgrad.campaign.limits import Stop
from molgrad.campaign.view import View
from molgrad.config.running import open_campaign
from molgrad.errors import MolgradError
from molgrad.library_run.plan import Combination, Plan
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.record import Record


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a campaign of a library run gave.

    Attributes:
        combination: the campaign.
        records: everything measured, in order.
        starts: the values it started from.
        failure: why it did not come to its end; empty where it did.
        notes: what a reader of its results should know.
    """

    combination: Combination
    records: tuple[Record, ...] = ()
    starts: tuple[str, ...] = ()
    failure: str = ""
    notes: tuple[str, ...] = ()

    @property
    def lead_loss(self) -> float | None:
        """The lowest loss of a start; None where none has one."""
        scores = [record.evaluation.score for record in self.records if record.value in self.starts]
        return min((score for score in scores if score is not None), default=None)


Began = Callable[[Combination, int, int], None]  # called with the campaign, its number from 1, and how many there are


class Stopper:
    """Ends a library run after what is being measured; campaigns that come later are not begun."""

    def __init__(self) -> None:
        self._why = ""
        self._campaign: Campaign | None = None

    def stop(self, why: str = "asked to") -> None:
        """End it; safe in a signal handler.

        Args:
            why: in words.
        """
        self._why = why
        if self._campaign is not None:
            self._campaign.stop(why)

    @contextmanager
    def over(self, campaign: Campaign) -> Iterator[None]:
        """Within the block `stop` ends this campaign, too.

        Args:
            campaign: that runs.
        """
        self._campaign = campaign
        try:
            yield
        finally:
            self._campaign = None

    @property
    def stopped(self) -> str:
        """Why it is to end; empty while it goes on."""
        return f"not run to its end: {self._why}" if self._why else ""


def run_all(
    plan: Plan, *, began: Began = lambda *_: None, watch: Watcher = ignore, stopper: Stopper | None = None
) -> list[Outcome]:
    """Make every campaign, or go on with it where it was stopped.

    Args:
        plan: of the library run.
        began: called before each campaign.
        watch: called after each measurement.
        stopper: ends the run; a file STOP in its folder does so, too.

    Returns:
        An outcome for each campaign, in order; what was measured before a failure is in it.
    """
    stopper, file, found = stopper or Stopper(), Stop(plan.folder), list[Outcome]()

    def watched(event: Event) -> None:
        watch(event)
        if not stopper.stopped and (why := file.asked()):
            stopper.stop(why)

    for number, one in enumerate(plan.combinations, start=1):
        if not stopper.stopped:
            began(one, number, len(plan.combinations))
        found.append(_as_left(one, stopper.stopped) if stopper.stopped else _run(one, watched, stopper))
    return found


def _run(one: Combination, watch: Watcher, stopper: Stopper) -> Outcome:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # they are in the notes
            with open_campaign(one.settings) as campaign, stopper.over(campaign):
                campaign.run(**one.settings.how_far(), watch=watch)
                done = _outcome(one, campaign, tuple(campaign.notes()))
                return replace(done, failure=stopper.stopped)
    except Exception as error:  # whatever stops one campaign must not stop the others
        failure = str(error) if isinstance(error, MolgradError) else f"{type(error).__name__}: {error}"
        return _as_left(one, failure)


def _as_left(one: Combination, failure: str) -> Outcome:
    """What a campaign that failed had measured, in this session or an earlier one."""
    try:
        kept = _outcome(one, View(one.folder, MOLECULES), ())
        return Outcome(one, kept.records, kept.starts, failure)
    except MolgradError:
        return Outcome(one, failure=failure)


def _outcome(one: Combination, view: View, notes: tuple[str, ...]) -> Outcome:
    starts = tuple(row.proposal.value for row in view.rows() if row.kind == "start")
    return Outcome(one, tuple(view.records()), starts, notes=notes)

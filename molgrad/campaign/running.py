"""The loop of a campaign: batches of proposals until the budget is spent, or one batch for a laboratory."""

from __future__ import annotations

import warnings
from dataclasses import asdict
from functools import cached_property, partial
from typing import Self

from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.campaign import export, notes
from molgrad.campaign.beginning import Begun
from molgrad.campaign.events import Watcher
from molgrad.campaign.limits import Halt, Limits
from molgrad.campaign.outweighing import docking_beside, outweighing
from molgrad.campaign.revising import now
from molgrad.campaign.standing import RUN
from molgrad.campaign.stopping import watched
from molgrad.errors import BudgetReachedError, whole
from molgrad.llm.labels import labelled

PART = 64  # molecules sent to be measured at a time; between them a run may be stopped


class Running(Begun):
    """A campaign that measures what it proposes."""

    force: bool
    _ended: str

    @cached_property
    def _halt(self) -> Halt:
        return Halt(self.folder)

    def run(
        self,
        docks: int,
        *,
        evaluations: int | None = None,
        max_hours: float | None = None,
        until_score: float | None = None,
        patience: int | None = None,
        watch: Watcher | None = None,
    ) -> Self:
        """Go on until `docks` units of the budget are spent in all, resumed runs included.

        Each molecule sent to docking counts once for each receptor: starts, failures and cache hits too. For
        a loss without docking each molecule counts one. A model whose own budget is spent ends the run like
        the docks do: `notes` says so.

        Args:
            docks: the budget of the whole campaign, in which what failed in a way that may pass, such as a timeout, is
                measured again; more than last time extends it. Its last 40 % go to what is
                expected to be best, so a run that is extended differs from one that was given as much at once.
            evaluations: molecules in all, however many receptors each is docked into.
            max_hours: of this run, by the clock; what is being measured then is finished.
            until_score: a total that is good enough.
            patience: end after so many molecules without a new best.
            watch: called after each measurement; by default the live view in a notebook, elsewhere nobody.

        Besides, `stop()` and a file STOP in the folder end the run after what is being measured. So does a notebook's
        stop button; pressed twice it ends the run at once. The kernel stays, and the same call goes on.

        Raises:
            EngineError: the advisor's endpoint is down; run again when it is back.
            CampaignLockedError: another process is at work in the folder.
        """
        loss, limits = self._writable(), Limits(evaluations, max_hours, until_score, patience)
        with watched(self, watch, f"run({docks})", self._scores) as seen, self._writing():
            self._docks = docks
            self._table.set_apart(True)
            self._table.reopen(loss)
            self._halt.begin(limits)
            self._note_run(docks)
            self._ended = notes.too_few(self._table, docks, self._cost, self._unit)
            try:
                self._go_on(loss, docks, seen)
            except BudgetReachedError as error:
                self._ended = f"stopped: {error}; everything so far is kept"
            except KeyboardInterrupt:
                self._ended = f"stopped at once; everything measured is kept, run({docks}) goes on"
                raise
            finally:
                self._docks = None
                self._table.set_apart(False)
                self._keep_advice()
                self._note_end()
        return self

    def proposals(self, n: int) -> list[Proposal]:
        """What would be measured next, in order; nothing is measured or kept, and a run may choose otherwise.

        What was proposed before and is not measured yet comes first; where there is any, nothing new is thought of.

        Args:
            n: how many at most.

        Raises:
            EngineError: the advisor's endpoint is down.
        """
        whole("n", n, 1)
        self._writable()
        with self._lock:
            waiting = [row.proposal for row in self._table.open()]
            return waiting[:n] or self._driver.propose(self._table, n)

    def _scores(self) -> list[float | None]:
        """What was measured so far, None for failures, in the order proposed."""
        return [record.evaluation.score for record in self.archive().records]

    def stop(self, why: str = "asked to") -> None:
        """End the present run after what is being measured; safe in a signal handler and from other threads.

        Args:
            why: for `notes`.
        """
        self._halt.ask(why)

    def _note_run(self, docks: int) -> None:
        """Write down for other processes that a run has begun."""
        limits = {name: value for name, value in asdict(self._halt.limits).items() if value is not None}
        self._store.set_meta(RUN, {"docks": docks, "cost": self._cost, "unit": self._unit, "began": now(), **limits})

    def _note_end(self) -> None:
        """Write down that it has ended, and why."""
        run = self._store.meta(RUN) or {}
        self._store.set_meta(RUN, {**run, "ended": now(), "why": self._ended or "the budget is spent"})

    def _keep_advice(self) -> None:
        """Keep the notes of advisor and optimizer, such as that the chemist took over from a model."""
        known = self._store.meta("advice") or []
        said = [note for note in [*self.advisor.notes, *self._driver.notes()] if note not in known]
        if said:
            self._store.set_meta("advice", [*known, *said])

    def _check_leads(self, loss: Loss, watch: Watcher) -> None:
        """Say once what the run builds on; LeadPoseError where no lead makes the contacts that are asked for."""
        leads = self._leads
        if leads is None:
            return
        if looked_at := leads.check(self._table, partial(self._measured_anew, loss)):
            told = "\n".join(leads.notes(looked_at))
            note = getattr(watch, "note", None)  # of a live view, which shows it beside the best molecule
            if note is None or not note(told):
                warnings.warn(told, UserWarning, stacklevel=4)  # the line that called run()
        if leads.refused and not self.force and self._table.batch == 0:
            raise leads.refusal()

    @property
    def lead_notes(self) -> list[str]:
        """What was found of the leads' poses before anything was built on them."""
        return [] if self._leads is None else self._leads.notes()

    def _go_on(self, loss: Loss, docks: int, watch: Watcher) -> None:
        self._measure_open(loss, docks, watch)
        self._check_leads(loss, watch)
        while docks // self._cost > self._table.spent:
            if reason := self._halt.reason(self._table):
                self._ended = reason
                break
            if waiting := notes.waiting(self._table):
                self._ended = waiting
                break
            if self.replicates:
                self._repeat(loss, docks, watch)
            left = docks // self._cost - self._table.spent
            batch = self._table.batch + 1
            with labelled(step=batch):
                proposals = self._driver.propose(self._table, self._room(), left)
            if not proposals:
                self._ended = notes.exhausted(self.records(), next(iter(self.best(1)), None), self.domain, batch)
                break
            self._table.add_batch("search", proposals, self._driver.state())
            self._measure_open(loss, docks, watch)

    def _measure_open(self, loss: Loss, docks: int | None, watch: Watcher) -> None:
        """Measure what was proposed and is not measured yet, in order, as far as the budget goes."""
        rows = self._table.open(
            None if docks is None else docks // self._cost - len(self._table.repeats) - self._table.anew
        )
        for first in range(0, max(1, len(rows)), PART):
            if first and (reason := self._halt.reason(self._table)):
                self._ended = reason
                break
            self._measure(loss, rows[first : first + PART], docks, watch)

    def _room(self) -> int:
        """How many molecules the next batch may have."""
        most = self._halt.limits.evaluations
        return self.batch if most is None else min(self.batch, most - self._table.counted)

    def notes(self) -> list[str]:
        """What a reader of the results should know: an early end, stopped docks, other versions than at the start."""
        said = [*self.start_notes, *([self._ended] if self._ended else [])]
        said += self._store.meta("advice") or []
        said += notes.of_docks(self.archive().records)
        said += notes.of_passing(self.archive().records)
        said += [] if self.loss is None else [*docking_beside(self.loss), *outweighing(self.loss, self.archive())]
        said = list(dict.fromkeys(said))  # that docking outvotes an assay was told at the start, or came by a revision
        said += [] if self._leads is None else [*self._leads.notes(), *self._leads.kept(self.records())]
        return said + notes.of_versions(self._store.meta("versions") or {}, export.versions())

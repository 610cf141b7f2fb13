"""The loop of a campaign: batches of proposals until the budget is spent, or one batch for a laboratory."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Self

from molgrad.autograd.loss import Loss
from molgrad.campaign import export, notes
from molgrad.campaign.beginning import Begun
from molgrad.campaign.events import Watcher, ignore
from molgrad.campaign.view import RUN
from molgrad.errors import BudgetReachedError
from molgrad.llm.labels import labelled


class Running(Begun):
    """A campaign that measures what it proposes."""

    force: bool
    _ended: str

    def run(self, docks: int, *, watch: Watcher = ignore) -> Self:
        """Go on until `docks` units of the budget are spent in all, resumed runs included.

        Each molecule sent to docking counts once for each receptor: starts, failures and cache hits too. For
        a loss without docking each molecule counts one. A model whose own budget is spent ends the run like
        the docks do: `notes` says so.

        Args:
            docks: the budget of the whole campaign, in which what failed in a way that may pass, such as a timeout, is
                measured again; more than last time extends it. Its last 40 % go to what is
                expected to be best, so a run that is extended differs from one that was given as much at once.
            watch: called after each measurement.

        Raises:
            EngineError: the advisor's endpoint is down; run again when it is back.
            CampaignLockedError: another process is at work in the folder.
        """
        loss = self._writable()
        with self._writing():
            self._table.reopen(loss)
            self._store.set_meta(RUN, {"docks": docks})
            self._ended = notes.too_few(self._table, docks, self._cost, self._unit)
            try:
                self._go_on(loss, docks, watch)
            except BudgetReachedError as error:
                self._ended = f"stopped: {error}; everything so far is kept"
            finally:
                self._keep_advice()
        return self

    def _keep_advice(self) -> None:
        """Keep the notes of advisor and optimizer, such as that the chemist took over from a model."""
        known = self._store.meta("advice") or []
        said = [note for note in [*self.advisor.notes, *self._driver.notes()] if note not in known]
        if said:
            self._store.set_meta("advice", [*known, *said])

    def _check_leads(self, loss: Loss) -> None:
        """Say once what the run builds on; LeadPoseError where no lead makes the contacts that are asked for."""
        leads = self._leads
        if leads is None:
            return
        if leads.check(self._table, partial(self._measured_anew, loss)):
            warnings.warn("\n".join(leads.notes()), UserWarning, stacklevel=4)  # the line that called run()
        if leads.refused and not self.force and self._table.batch == 0:
            raise leads.refusal()

    @property
    def lead_notes(self) -> list[str]:
        """What was found of the leads' poses before anything was built on them."""
        return [] if self._leads is None else self._leads.notes()

    def _go_on(self, loss: Loss, docks: int, watch: Watcher) -> None:
        self._measure_open(loss, docks, watch)
        self._check_leads(loss)
        while docks // self._cost > self._table.spent:
            if waiting := notes.waiting(self._table):
                self._ended = waiting
                break
            if self.replicates:
                self._repeat(loss, docks, watch)
            left = docks // self._cost - self._table.spent
            batch = self._table.batch + 1
            with labelled(step=batch):
                proposals = self._driver.propose(self._table, self.batch, left)
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
        self._measure(loss, rows, docks, watch)

    def notes(self) -> list[str]:
        """What a reader of the results should know: an early end, stopped docks, other versions than at the start."""
        said = [*self.start_notes, *([self._ended] if self._ended else [])]
        said += self._store.meta("advice") or []
        said += notes.of_docks(self.archive().records)
        said += notes.of_passing(self.archive().records)
        said += [] if self._leads is None else [*self._leads.notes(), *self._leads.kept(self.records())]
        return said + notes.of_versions(self._store.meta("versions") or {}, export.versions())

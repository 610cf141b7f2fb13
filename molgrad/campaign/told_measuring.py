"""Molecules that a laboratory told and that were never proposed: the best of them measured in every term, if asked."""

from __future__ import annotations

from collections.abc import Iterator

from molgrad.autograd.loss import Loss
from molgrad.campaign.beginning import Begun
from molgrad.campaign.events import Watcher, ignore
from molgrad.campaign.row import Row
from molgrad.campaign.unasked import asked_for, awaited, left_out
from molgrad.errors import whole
from molgrad.optim.record import Record


class MeasuringTold(Begun):
    """A campaign that can measure what was only told."""

    def measure_told(self, n: int, *, watch: Watcher = ignore) -> list[Record]:
        """Measure the `n` best of the molecules that a laboratory told and that were never proposed in every term.

        Best are those with most results, by what is known and predicted of them. Each counts towards the budget; where
        a run was given one, no more are measured than it has room for.

        Args:
            n: how many at most.
            watch: called after each measurement.

        Returns:
            What was measured, best first.

        Raises:
            ValueError: `n` is negative.
        """
        whole("n", n)
        loss = self._writable()
        with self._writing():
            values = self._measure_told(loss, n, watch)
        found = [self.archive().of(value) for value in values]
        return [one for one in found if one is not None]

    def _measure_told(self, loss: Loss, n: int, watch: Watcher) -> list[str]:
        """As `measure_told`, within one that holds the lock; the values that were measured."""
        if not n or not self._table.left_out():
            return []
        self._foresee()
        totals = self.foreseen_totals()

        def rank(row: Row) -> tuple[int, float, str]:
            record, value = self.archive().of(row.proposal.value), row.proposal.value
            known = 0.0 if record is None or record.known_score is None else record.known_score
            return 0 if row.evaluation is None else len(awaited(row.evaluation)), totals.get(value, known), value

        chosen = sorted(self._table.left_out(), key=rank)[: self._room_for(n)]
        anew = {row.id: asked_for(loss, row.evaluation) for row in chosen if row.evaluation is not None}
        if anew:
            self._table.ask_for(anew)
            self._measure(loss, [self._table.row_of(key) for key in anew], None, watch)
        return [row.proposal.value for row in chosen]

    def _room_for(self, n: int) -> int:
        """How many of `n` measurements the budget of the last run has room for."""
        return n if self.budget is None else min(n, max(0, self.budget // self._cost - self._table.spent))

    def told_notes(self, asked: int = 0, done: int = 0) -> Iterator[str]:
        """What is left out of told molecules, and what the budget had no room for, as sentences.

        Args:
            asked: how many were to be measured.
            done: how many were.
        """
        rows = self._table.left_out()
        if done < asked:
            spent = f"the budget of {self.budget} has no room for more" if rows else "nothing else was left out"
            yield f"{done} of the told molecules were measured in every term, not {asked}: {spent}"
        if rows:
            terms = " and ".join(sorted({term for row in rows for term in left_out(row.evaluation)}))
            of = f"{len(rows)} molecule{'' if len(rows) == 1 else 's'} that the laboratory told of"
            yield f"{terms} of {of}: predicted, not measured; molgrad tell {self.folder} --dock N measures the N best"

"""Keeps a campaign's optimizer abreast of what the campaign measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from molgrad import registry
from molgrad.autograd.gradient import Proposal
from molgrad.campaign.store import Store
from molgrad.campaign.table import Table
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import MakeOptimizer, Optimizer, Task
from molgrad.optim.record import Record


def resolve_optimizer(optimizer: str | MakeOptimizer) -> tuple[str, MakeOptimizer]:
    """What a campaign's settings call an optimizer, and what makes it.

    Args:
        optimizer: a name registered under `molgrad.optimizers`, or what makes one.

    Raises:
        UnknownNameError: nothing is registered under the name.
    """
    made = registry.load("optimizers", optimizer) if isinstance(optimizer, str) else optimizer
    name = str(getattr(made, "name", "") or getattr(made, "__name__", type(made).__name__))
    return optimizer if isinstance(optimizer, str) else name, getattr(made, "begin", made)


class Driver:
    """Makes the optimizer, shows it each measurement once, and keeps its state beside each batch.

    An optimizer that is made anew, in a resumed campaign or after a stored value was corrected, observes what was
    measured before its last batch, is given the state that was kept with that batch, and then observes the rest.

    Args:
        make: makes the optimizer.
        task: what it is to optimize.
        store: holds its state.
    """

    def __init__(self, make: MakeOptimizer, task: Task, store: Store) -> None:
        self._make, self._task, self._store = make, task, store
        self._optimizer: Optimizer | None = None
        self._archive: Archive | None = None
        self._observed = 0

    def propose(self, table: Table, n: int, left: int | None = None) -> list[Proposal]:
        """At most `n` new proposals."""
        found = self._abreast(table).propose(n, batch=table.batch + 1, left=left)
        return [proposal for proposal in found if proposal.value not in table.archive.taken]

    def state(self) -> Any:
        """The optimizer's state, as JSON."""
        return {} if self._optimizer is None else self._optimizer.state()

    def notes(self) -> list[str]:
        """What a reader of the results should know of how they were chosen."""
        return [] if self._optimizer is None else self._optimizer.notes

    def _abreast(self, table: Table) -> Optimizer:
        records = table.archive.records
        if self._optimizer is None or self._archive is not table.archive:
            self._optimizer, self._archive = self._make(self._task), table.archive
            self._observed = 0
            if (saved := self._store.meta("optimizer")) is not None:
                self._observe(records[: sum(record.batch < saved["batch"] for record in records)])
                self._optimizer.restore(saved["state"])
        self._observe(records[self._observed :])
        return self._optimizer

    def _observe(self, records: Sequence[Record]) -> None:
        if records and self._optimizer is not None:
            self._optimizer.observe(records)
            self._observed += len(records)

"""Molecules that an advisor had measured while it was asked: apart from the archive until the step's batch is there.

The rest of a step must not depend on when they came: a run that is killed within a step and resumed sees, until the
batch is proposed, just the measurements that the step began with.
"""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.row import Row
from molgrad.campaign.store import Store

TOOL = "tool"  # the kind of their rows


class Aside:
    """The rows of the step that is under way, in the batch that it will have.

    Args:
        store: the open database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, batch: int) -> list[Row]:
        """The rows that stand in a batch that was not proposed yet.

        Args:
            batch: its number.
        """
        return [row for row in self._store.rows(batch) if row.kind == TOOL]

    def add(self, batch: int, proposal: Proposal) -> Row:
        """The row of a value, made where there is none.

        Args:
            batch: of the step that is under way.
            proposal: the value, with parent and reason.
        """
        known = next((row for row in self.rows(batch) if row.proposal.value == proposal.value), None)
        if known is not None:
            return known
        self._store.add_batch(batch, TOOL, [proposal])
        return self.rows(batch)[-1]


def begun(rows: Sequence[Row]) -> list[Row]:
    """The rows without those of a step that was not proposed yet.

    Args:
        rows: of a folder, in order.
    """
    last = max((row.batch for row in rows if row.kind != TOOL), default=-1)
    return [row for row in rows if row.batch <= last]

"""The hard budget of a session: docks and hours, kept on disk, so that a server that is started again has no more."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from molgrad.errors import BudgetReachedError
from molgrad.serve.store import ServeStore


class ServeBudget:
    """What the agents of one session may use in all, counted before it is used.

    A session goes on when the server is started again under its name: docks and hours are those since it first began.

    Args:
        store: where docks are counted.
        session: the session's name.
        docks: molecules sent to docking in all, once for each receptor, those that the cache holds included.
        hours: by the clock, from the session's first start.

    Attributes:
        docks: as given.
    """

    def __init__(self, store: ServeStore, session: str, docks: int, hours: float) -> None:
        self.docks, self.hours = docks, hours
        self._store, self._session = store, session
        begun = datetime.fromisoformat(store.begin(session))
        used = (datetime.now(UTC) - begun).total_seconds()
        self._end = time.monotonic() + 3600 * hours - max(0.0, used)

    @property
    def spent(self) -> int:
        """Docks so far."""
        return self._store.docks(self._session)

    @property
    def left(self) -> int:
        """Docks left."""
        return max(0, self.docks - self.spent)

    @property
    def seconds_left(self) -> float:
        """Of the session, by the clock; 0 once it is over."""
        return max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> str:
        """That the session's time is over, as a sentence; empty before."""
        if self.seconds_left > 0:
            return ""
        return (
            f"the session's {self.hours:g} hours are over: 'status', 'why' and 'job' still answer; "
            "whoever runs the server can give more with --hours"
        )

    def check_time(self) -> None:
        """Raise BudgetReachedError once the session's time is over."""
        if over := self.over:
            raise BudgetReachedError(over)

    def check_docks(self, wanted: int, why: str = "", promised: int = 0) -> None:
        """Raise BudgetReachedError where fewer docks are left than something needs.

        Args:
            wanted: docks.
            why: so many, in a few words.
            promised: docks that jobs which are not finished will still need.
        """
        left = self.left
        if wanted > left - promised:
            needs = f"{wanted} dock{'' if wanted == 1 else 's'}{f' ({why})' if why else ''}"
            taken = f", {promised} of them for jobs that are not finished" if promised else ""
            raise BudgetReachedError(
                f"this needs {needs} and {left} of {self.docks} are left{taken}: ask for fewer molecules, or let "
                "whoever runs the server give more with --docks"
            )

    def take(self, job: int | None, receptor: str, smiles: str) -> int:
        """Count a dock before it is made; returns its number.

        Args:
            job: which asks for it.
            receptor: that is docked into.
            smiles: of the molecule.

        Raises:
            BudgetReachedError: none is left, or the time is over.
        """
        self.check_time()
        taken = self._store.take_dock(self._session, self.docks, job, receptor, smiles)
        if taken is None:
            raise BudgetReachedError(f"all {self.docks} docks of the session are spent")
        return taken

    def give_back(self, docks: list[int]) -> None:
        """Take docks off the count that were never begun.

        Args:
            docks: their numbers.
        """
        self._store.give_back(docks)

"""Calls and tokens by role, and the limit at which the server refuses."""

from __future__ import annotations

from collections import Counter
from threading import Lock

CHARACTERS_A_TOKEN = 4


class Ledger:
    """Counts answered requests; threads may share it.

    Args:
        limit: answered requests of all roles together; None for no limit.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.calls: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        self._taken, self._lock = 0, Lock()

    def take(self) -> bool:
        """Take one call from the budget; False when it is used up."""
        with self._lock:
            if self.limit is not None and self._taken >= self.limit:
                return False
            self._taken += 1
            return True

    def give_back(self) -> None:
        """Return a call that was not answered."""
        with self._lock:
            self._taken -= 1

    def note(self, role: str, sent: int, said: int) -> tuple[int, int]:
        """Count one answered request by its characters; returns the tokens sent and said."""
        used = sent // CHARACTERS_A_TOKEN, said // CHARACTERS_A_TOKEN
        with self._lock:
            self.calls[role] += 1
            self.tokens[role] += sum(used)
        return used

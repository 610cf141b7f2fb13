"""Token counts that several threads may add to."""

from __future__ import annotations

from threading import Lock

from molgrad.autograd.advisor import Usage


class UsageMeter:
    """A running total of `Usage`."""

    def __init__(self) -> None:
        self._total = Usage()
        self._lock = Lock()

    def add(self, usage: Usage) -> None:
        """Count one call more."""
        with self._lock:
            self._total += usage

    @property
    def total(self) -> Usage:
        """Everything counted so far."""
        with self._lock:
            return self._total

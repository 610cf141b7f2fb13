"""What a session has taken and what more would take, so that a budget does not end in the midst of a validation."""

from __future__ import annotations

import math
from collections.abc import Iterable

from molgrad.tuning.answers import Answer

LEAST = 2  # examples that a version may be made from where the budget is short


class Spending:
    """Counts what decisions of this session rest on, played back or not: a resumed run decides as the first one did.

    Args:
        limit: calls of the run; None for no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit, self._spent = limit, 0
        self._answers, self._of_answers = 0, 0

    def answered(self, answers: Iterable[Answer]) -> None:
        """Count answers.

        Args:
            answers: that were asked for, each for the first time in this session.
        """
        for answer in answers:
            self._answers += 1
            self._of_answers += max(1, answer.calls)

    def asked(self, calls: int) -> None:
        """Count other calls.

        Args:
            calls: how many.
        """
        self._spent += calls

    @property
    def left(self) -> float:
        """Calls of the budget that are left; infinite without a limit."""
        return math.inf if self._limit is None else self._limit - self._spent - self._of_answers

    def reaches(self, answers: int) -> bool:
        """Whether so many answers can still be paid for, as far as earlier ones tell.

        Args:
            answers: how many.
        """
        return self.left >= answers * (self._of_answers / self._answers if self._answers else 1.0)

    def examples(self, wanted: int, *, gate: int, calls: int, validation: int) -> int:
        """From how many examples a version may be made such that it can still be validated; 0 where it cannot.

        Args:
            wanted: how many there should be.
            gate: examples of the gate.
            calls: to be made for the version.
            validation: how many examples judge.
        """
        each = self._of_answers / self._answers if self._answers else 1.0
        if math.isinf(self.left):
            return wanted
        room = int((self.left - calls) / each) - gate - validation
        return min(wanted, room) if room >= LEAST else 0

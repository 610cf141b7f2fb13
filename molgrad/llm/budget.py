"""How much may be asked of a model, and the stop when it is spent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition

from molgrad.errors import BudgetReachedError, ConflictingSettingsError
from molgrad.llm.request import Request
from molgrad.llm.types import Completion, LanguageModel, Usage
from molgrad.llm.wrapper import Wrapper


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits on what a model may take; None is no limit.

    Attributes:
        calls: requests to the endpoint; cached answers are free.
        tokens: sent and answered, together.
        money: in the unit of the price.
        seconds: by the clock, from the first call of this process on.
    """

    calls: int | None = None
    tokens: int | None = None
    money: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        for name in ("calls", "tokens", "money", "seconds"):
            limit = getattr(self, name)
            if limit is not None and not limit >= 0:
                raise ConflictingSettingsError(f"a budget of {limit} {name} cannot be kept; give 0 or more")

    def reached(self, spent: Usage, seconds: float = 0.0) -> str:
        """The limit that is reached, in words; empty while there is none.

        Args:
            spent: calls, tokens and money so far.
            seconds: time so far.
        """
        if self.calls is not None and spent.calls >= self.calls:
            return f"{self.calls} model calls"
        if self.tokens is not None and spent.tokens >= self.tokens:
            return f"{self.tokens} tokens"
        if self.money is not None and spent.cost >= self.money:
            return f"{self.money:g} in money"
        if self.seconds is not None and seconds >= self.seconds:
            return f"{self.seconds:g} s"
        return ""


class Purse:
    """What a budget leaves, for one model or for several that share it.

    The limit on calls is never passed, however many threads ask; tokens, money and seconds are known only
    after an answer, so the last calls may go beyond them.

    Args:
        budget: the limits.
        spent: what counts as spent already, such as a campaign's usage before it was stopped.
        clock: seconds, for tests.
    """

    def __init__(
        self, budget: Budget, *, spent: Usage | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.budget = budget
        self._spent = spent or Usage()
        self._clock = clock
        self._started: float | None = None
        self._asking = 0
        self._change = Condition()

    @property
    def spent(self) -> Usage:
        """What has been spent so far."""
        with self._change:
            return self._spent

    def enter(self, name: str) -> None:
        """Take leave to ask once; `leave` follows, whatever came of it.

        Args:
            name: who is asked, for the error.

        Raises:
            BudgetReachedError: nothing is left.
        """
        with self._change:
            if self._started is None:
                self._started = self._clock()
            # A call under way may turn out to be free: whether this one is the last is known when it is back.
            while self._asking and self.budget.reached(self._spent + Usage(self._asking)):
                if self._over():
                    break
                self._change.wait()
            if limit := self._over():
                spent = self._spent
                raise BudgetReachedError(
                    f"the budget of {limit} for {name} is spent ({spent.calls} calls, {spent.tokens} tokens"
                    + (f", {spent.cost:.4g} in money" if spent.cost else "")
                    + "); give a larger one to go on"
                )
            self._asking += 1

    def count(self, used: Usage) -> None:
        """Count what was asked without leave, as it turned out.

        Args:
            used: what it took.
        """
        with self._change:
            self._spent += used
            self._change.notify_all()

    def leave(self, used: Usage) -> None:
        """Count what was asked.

        Args:
            used: what it took.
        """
        with self._change:
            self._asking -= 1
            self._spent += used
            self._change.notify_all()

    def _over(self) -> str:
        return self.budget.reached(self._spent, self._clock() - (self._started or 0.0))


class BudgetedModel(Wrapper):
    """Refuses a call once the budget is spent, before anything is sent; see `Purse`.

    Failure: BudgetReachedError once nothing is left; nothing was sent then.

    Args:
        model: who answers.
        budget: the limits, or a purse that several models share.
        spent: what counts as spent already, such as a campaign's usage before it was stopped.
        clock: seconds, for tests.
    """

    def __init__(
        self,
        model: LanguageModel,
        budget: Budget | Purse,
        *,
        spent: Usage | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(model)
        self._purse = budget if isinstance(budget, Purse) else Purse(budget, spent=spent, clock=clock)

    @property
    def budget(self) -> Budget:
        """The limits."""
        return self._purse.budget

    @property
    def spent(self) -> Usage:
        """What has been spent so far."""
        return self._purse.spent

    def _answer(self, request: Request) -> Completion:
        self._purse.enter(self.name)
        used = Usage(1)  # what a call that failed took, as far as anyone knows
        try:
            answer = request.put_to(self.model)
            used = answer.usage
        finally:
            self._purse.leave(used)
        return answer

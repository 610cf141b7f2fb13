"""A Python function as a loss, with a number, words or both as its result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from copy import copy
from functools import partial
from typing import Any

from molgrad.autograd.function import Function
from molgrad.autograd.loss import Context
from molgrad.autograd.passing import may_pass
from molgrad.autograd.several import hung
from molgrad.autograd.through import executor_failed, gathered, submitted, through
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError, shorten, whole
from molgrad.evaluation import Evaluation
from molgrad.losses.outcome import Direction, Outcome, read_outcome

_LONGEST_PAUSE = 3_600.0  # seconds


class FunctionLoss(Function):
    """The result of a Python function of the value, such as a simulator or a set of unit tests.

    Called with several variables, `loss(answer, question)`, it gives their values to the function in that order, and
    feedback reaches each of them that requires a gradient, with the others in view.

    Scale: the function's own; lower is better unless `direction` says otherwise. A text alone is an
    evaluation in words and adds nothing to a sum.
    Failure: what the function raises is a FAILED evaluation that names the exception; so is a number that is
    not finite, an empty text, and anything that is neither number nor words. A timeout, a lost connection, and what
    `passing` names is tried again at once, and measured again when a campaign is resumed; a wrong result is not.

    Args:
        function: called with the value; returns a number, a text, (number, text), or an Evaluation. True counts
            as 1.0 and False as 0.0, so that a check which is True for a good value needs `direction="maximize"`.
            With `batch` it is called with a list of values, and returns as many of these, in order.
        name: its name in tables; the function's name by default.
        direction: "minimize", or "maximize" where a larger number is better.
        best: the best number that there is, as the function returns it, such as 0 failed tests; what reaches it is
            not criticised. A bool needs none: one that is good is at its best.
        expensive: set for a slow function, so that a surrogate chooses what is worth measuring.
        executor: where values are measured at once, such as `ProcessPoolExecutor(8)`; one after the other when None.
        workers: how many threads call the function at once, where there is no executor.
        batch: how many values it takes at once, at most; None for a function of one value. When it fails on several,
            it is called with each alone, so that one of them spoils only itself.
        retries: how often a failure that may pass is tried again.
        pause: seconds before the first retry; each further one waits twice as long.
        passing: types of exceptions that may pass, beside timeouts and lost connections.

    Raises:
        TypeError: what was given cannot be called.
        ValueError: the direction is neither of the two; a number out of bounds; workers beside an executor.
    """

    def __init__(
        self,
        function: Callable[..., Outcome],
        name: str | None = None,
        *,
        direction: Direction = "minimize",
        best: float | None = None,
        expensive: bool = False,
        executor: Executor | None = None,
        workers: int = 1,
        batch: int | None = None,
        retries: int = 2,
        pause: float = 1.0,
        passing: tuple[type[Exception], ...] = (),
    ) -> None:
        if not callable(function):
            raise TypeError(f"FunctionLoss takes a function of the value, not {shorten(repr(function))}")
        if direction not in ("minimize", "maximize"):
            raise ValueError(f"direction is 'minimize' or 'maximize', not {direction!r}")
        if executor is not None and workers != 1:
            raise ValueError("give workers or an executor, not both")
        if not 0 <= pause <= _LONGEST_PAUSE:
            raise ValueError(f"pause is a number of seconds from 0 to {_LONGEST_PAUSE:g}, not {pause!r}")
        super().__init__(function, name, expensive=expensive)
        self.direction, self.executor, self.passing = direction, executor, tuple(passing)
        self.best = None if best is None else float(best)
        self.least = None if best is None else self.best if direction == "minimize" else -float(best)
        self.workers, self.retries = whole("workers", workers, 1, 1024), whole("retries", retries, 0, 100)
        self.batch = None if batch is None else whole("batch", batch, 1)
        self.pause = float(pause)
        self._several = False  # whether it was called with several variables

    def _stream(self, values: Sequence[str], contexts: Sequence[Context]) -> Iterator[tuple[int, Evaluation]]:
        if self.batch is None and self.workers == 1:
            yield from super()._stream(values, contexts)
            return
        sent = copy(self)
        sent.executor = None  # it cannot travel itself
        with nullcontext(self.executor) if self.executor else ThreadPoolExecutor(self.workers) as pool:
            if self.batch is None:
                yield from through(pool, sent._guarded, self.name, values, contexts)
            else:
                yield from self._batches(pool, sent, values, self.batch)

    def _batches(
        self, pool: Executor, sent: FunctionLoss, values: Sequence[str], size: int
    ) -> Iterator[tuple[int, Evaluation]]:
        firsts = range(0, len(values), size)
        futures = {submitted(pool, sent._together, values[first : first + size]): first for first in firsts}
        for first, future in gathered(futures):
            try:
                found: Sequence[Evaluation] = future.result()
            except EngineError:
                raise
            except Exception as error:
                found = [executor_failed(error, self.name)] * len(values[first : first + size])
            yield from enumerate(found, first)

    def _together(self, values: Sequence[str]) -> list[Evaluation]:
        """A batch; each value alone, where that fails for another reason than one that may pass."""
        try:
            outcomes = self._outcomes(values)
        except Exception as error:  # as in Loss: anyone's code
            if len(values) > 1 and not (isinstance(error, EngineError) or may_pass(error, self.passing)):
                return [self._guarded(value, {}) for value in values]
            return [self._told(error) for _ in values]
        return [self._kept(partial(self._read, outcome)) for outcome in outcomes]

    def _outcomes(self, values: Sequence[str]) -> list[Any]:
        found = self._tried(list(values))
        if isinstance(found, str | Mapping) or not isinstance(found, Iterable):
            raise TypeError(
                f"with batch={self.batch} the function returns a list of results, not {shorten(repr(found))}"
            )
        outcomes = list(found)
        if len(outcomes) != len(values):
            raise ValueError(f"the function returned {len(outcomes)} results for {len(values)} values")
        return outcomes

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:
        """As of every loss; pending for a function of several variables, of which one alone is no measurement."""
        return [self.pending()] * len(values) if self._several else super().exact(values, quick=quick)

    def _over(self, variables: Sequence[Variable]) -> Variable:
        if self.batch is not None:
            raise TypeError(f"{self.name} takes values in batches (batch={self.batch}), not several variables")
        self._several = True
        found = self._kept(lambda: self._read(self._tried(*(variable.value for variable in variables))))
        return hung(self, variables, found, f"{self.name}, a function of {len(variables)} values")

    def _tried(self, *arguments: Any) -> Any:
        """What the function returns; a failure that may pass is tried again."""
        for again in range(self.retries):
            try:
                return self.function(*arguments)
            except Exception as error:
                if not may_pass(error, self.passing):
                    raise
            time.sleep(self.pause * 2**again)
        return self.function(*arguments)

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        return self._read(self._tried(value) if self.batch is None else self._outcomes([value])[0])

    def _read(self, outcome: Any) -> Evaluation:
        return read_outcome(outcome, self.name, self.direction, self.best)

    def spec(self) -> dict[str, Any]:
        """As of Function, and the direction."""
        best = {} if self.best is None else {"best": self.best}
        return {**super().spec(), "direction": self.direction, **best}

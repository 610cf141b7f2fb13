"""A Python function as a loss, with a number, words or both as its result."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any, Literal, SupportsFloat

from molgrad.autograd.function import Function
from molgrad.errors import shorten
from molgrad.evaluation import Evaluation, Status

Outcome = float | str | tuple[float | None, str] | Evaluation


class FunctionLoss(Function):
    """The result of a Python function of the value, such as a simulator or a set of unit tests.

    Scale: the function's own; lower is better unless `direction` says otherwise. A text alone is an
    evaluation in words and adds nothing to a sum.
    Failure: what the function raises is a FAILED evaluation that names the exception; so is a number that is
    not finite, an empty text, and anything that is neither number nor words.

    Args:
        function: called with the value; returns a number, a text, (number, text), or an Evaluation. True counts
            as 1.0 and False as 0.0, so that a check which is True for a good value needs `direction="maximize"`.
        name: its name in tables; the function's name by default.
        direction: "minimize", or "maximize" where a larger number is better.
        expensive: set for a slow function, so that a surrogate chooses what is worth measuring.
        executor: where values are measured at once, such as `ThreadPoolExecutor(8)`; one after the other when None.

    Raises:
        TypeError: what was given cannot be called.
        ValueError: the direction is neither of the two.
    """

    def __init__(
        self,
        function: Callable[[str], Outcome],
        name: str | None = None,
        *,
        direction: Literal["minimize", "maximize"] = "minimize",
        expensive: bool = False,
        executor: Executor | None = None,
    ) -> None:
        if not callable(function):
            raise TypeError(f"FunctionLoss takes a function of the value, not {shorten(repr(function))}")
        if direction not in ("minimize", "maximize"):
            raise ValueError(f"direction is 'minimize' or 'maximize', not {direction!r}")
        super().__init__(function, name, expensive=expensive)
        self.direction, self.executor = direction, executor

    def _read(self, outcome: Any) -> Evaluation:
        if isinstance(outcome, Evaluation):
            return replace(outcome, loss=self.name)
        number, words = outcome if isinstance(outcome, tuple) and len(outcome) == 2 else _alone(outcome)
        if not isinstance(words, str):
            raise TypeError(f"the words beside the number are {shorten(repr(words))}, not a text")
        if number is None and outcome is not None:
            if not words.strip():
                return Evaluation(self.name, Status.FAILED, reason="the function returned an empty text")
            return Evaluation(self.name, Status.OK, text=words)
        if not isinstance(number, SupportsFloat):  # bools and NumPy's numbers are read like any other
            raise TypeError(
                f"the function returned {shorten(repr(number))}; return a number (lower is better unless "
                "direction says otherwise), a text, or (number, text)"
            )
        return self._scored(float(number), words, -1.0 if self.direction == "maximize" else 1.0)

    def spec(self) -> dict[str, Any]:
        """As of Function, and the direction."""
        return {**super().spec(), "direction": self.direction}


def _alone(outcome: Any) -> tuple[Any, Any]:
    return (None, outcome) if isinstance(outcome, str) else (outcome, "")

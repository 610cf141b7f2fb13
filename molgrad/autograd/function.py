"""Any Python function of the value as a loss; what it returns is read in one place."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Any

from molgrad.autograd.loss import Context, Loss
from molgrad.errors import shorten
from molgrad.evaluation import Evaluation, Status


class Function(Loss):
    """Any function of the value that returns a number, lower being better.

    Args:
        function: `value -> float`; what it raises is recorded as a failure.
        name: its name in tables; the function's name by default.
        expensive: set for a slow function, so that a surrogate chooses what is worth measuring.
    """

    def __init__(self, function: Callable[[str], Any], name: str | None = None, *, expensive: bool = False) -> None:
        self.function = function
        self.name = name or getattr(function, "__name__", "function").strip("<>")
        self.expensive = expensive
        self.cost = int(expensive)

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        return self._read(self.function(value))

    def _read(self, outcome: Any) -> Evaluation:
        """The evaluation that a returned value stands for; may raise."""
        if isinstance(outcome, str | tuple):
            raise TypeError(
                f"a number was expected, not {shorten(repr(outcome))}; mg.FunctionLoss takes words and (number, words)"
            )
        return self._scored(float(outcome), "")

    def _scored(self, number: float, words: str) -> Evaluation:
        if not math.isfinite(number):
            return Evaluation(self.name, Status.FAILED, reason=f"the function returned {number}")
        text = words or f"{self.name} is {number:.4g}"
        return Evaluation(self.name, Status.OK, number, {self.name: number}, text=text)

    def spec(self) -> dict[str, Any]:
        """Module, qualified name and a hash of the code: two lambdas are told apart, what they close over is not."""
        where = f"{getattr(self.function, '__module__', '')}.{getattr(self.function, '__qualname__', self.name)}"
        return {"loss": "function", "name": self.name, "function": where, "code": fingerprint(self.function)}


def fingerprint(function: Callable[..., Any]) -> str:
    """A hash of a function's own code; empty where it has none that can be seen.

    Args:
        function: what it closes over, and what it calls, do not count.
    """
    code = getattr(getattr(function, "func", function), "__code__", None)
    if code is None:
        return ""
    constants = [c for c in code.co_consts if isinstance(c, (str, int, float, bytes, type(None)))]
    arguments = getattr(function, "args", ()), sorted(getattr(function, "keywords", {}).items())
    text = repr((code.co_code, code.co_names, constants, arguments))
    return hashlib.sha256(text.encode()).hexdigest()[:16]

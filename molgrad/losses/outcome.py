"""What a user's function returned, read as an evaluation: a number, a bool, words, or a number with words."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Literal, SupportsFloat

from molgrad.errors import shorten
from molgrad.evaluation import BEST, Evaluation, Status

Direction = Literal["minimize", "maximize"]
Outcome = float | str | tuple[float | None, str] | Evaluation


def read_outcome(outcome: Any, name: str, direction: Direction = "minimize", best: float | None = None) -> Evaluation:
    """The evaluation that a returned value stands for.

    Args:
        outcome: a number, a bool, a text, (number, text), or an Evaluation, whose loss is renamed. NumPy's numbers
            and bools are taken too. A bool is True for good with "maximize", and True for bad with "minimize".
        name: of the evaluation.
        direction: "minimize", or "maximize" where a larger number is better.
        best: the best number that there is, in the function's own sense; a result that reaches it is at its best, as
            is a bool that is good.

    Returns:
        The evaluation; its score is lower where it is better, `raw` holds the number as it was returned. FAILED for a
        number that is not finite and for an empty text.

    Raises:
        TypeError: the outcome is none of these.
    """
    if isinstance(outcome, Evaluation):
        return replace(outcome, loss=name)
    number, words = outcome if isinstance(outcome, tuple) and len(outcome) == 2 else _alone(outcome)
    if not isinstance(words, str):
        raise TypeError(f"the words beside the number are {shorten(repr(words))}, not a text")
    if number is None and outcome is not None:
        if not words.strip():
            return Evaluation(name, Status.FAILED, reason="the function returned an empty text")
        return Evaluation(name, Status.OK, text=words)
    if not isinstance(number, SupportsFloat):
        raise TypeError(
            f"the function returned {shorten(repr(number))}; return a number (lower is better unless "
            "direction says otherwise), a bool, a text, or (number, text)"
        )
    value, sign = float(number), -1.0 if direction == "maximize" else 1.0
    if not math.isfinite(value):
        return Evaluation(name, Status.FAILED, reason=f"the function returned {value}")
    if _is_bool(number):
        details = {BEST: bool(value) == (direction == "maximize")}
    else:
        details = {BEST: True} if best is not None and sign * value <= sign * best else {}
    said = _told(bool(number), bool(details[BEST])) if _is_bool(number) else f"{value:.4g}"
    text = words or f"{name} is {said}"
    return Evaluation(name, Status.OK, sign * value, {name: value}, text=text, details=details)


def _alone(outcome: Any) -> tuple[Any, Any]:
    return (None, outcome) if isinstance(outcome, str) else (outcome, "")


def _told(outcome: bool, good: bool) -> str:
    return f"{outcome}, as it should be" if good else f"{outcome} and should be {not outcome}"


def _is_bool(number: object) -> bool:
    return isinstance(number, bool) or getattr(getattr(number, "dtype", None), "kind", "") == "b"  # NumPy's

"""Scores of answers: what a score function returns, and what is told when it scores none."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from molgrad.errors import EngineError, ScoreError, counted, engine_fault, shorten
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.outcome import Direction, read_outcome

EMPTY = "the program answered with an empty text"
SCORE = "score"  # the name of the evaluation of one answer


def read_score(result: Any, direction: Direction = "minimize", best: float | None = None) -> Evaluation:
    """The evaluation of one answer, from what a score function returned for it.

    Args:
        result: a number, a bool, a text, (number, text), (bool, text), or an Evaluation. A bool is True for a right
            answer with "maximize", and True for a wrong one with "minimize".
        direction: "minimize" where a lower number is better, "maximize" where a larger one is.
        best: the best number that there is, such as 0 errors or an accuracy of 1; a bool needs none.

    Returns:
        The evaluation, its score lower where it is better; `at_best` where the answer cannot be improved. FAILED, with
        the reason, where the result is none of these or no finite number.
    """
    try:
        return read_outcome(result, SCORE, direction, best)
    except (TypeError, ValueError, OverflowError) as error:
        return Evaluation(SCORE, Status.FAILED, reason=f"{type(error).__name__}: {error}")


def scored(
    score: Callable[..., Any], *given: Any, direction: Direction = "minimize", best: float | None = None
) -> Evaluation:
    """Call a score function and read its result; what it raises is a FAILED evaluation.

    Args:
        score: the function.
        *given: its arguments, such as an example and an answer.
        direction: as for `read_score`.
        best: as for `read_score`.

    Raises:
        EngineError: the function asks a model that cannot be reached.
    """
    try:
        result = score(*given)
    except EngineError:
        raise
    except Exception as error:  # anyone's code; one bad answer must not end a batch
        if (down := engine_fault(error)) is not None:
            raise down from error
        return Evaluation(SCORE, Status.FAILED, reason=f"{type(error).__name__}: {error}")
    return read_score(result, direction, best)


def check_score(score: Callable[..., Any], *names: str) -> None:
    """See that a score function takes its arguments, before any answer is paid for.

    Args:
        score: the function.
        *names: what it is given, in order, for the message.

    Raises:
        TypeError: it cannot be called, or takes other arguments.
    """
    if not callable(score):
        raise TypeError(f"score is a function ({', '.join(names)}) -> number, not {shorten(repr(score))}")
    if inspect.iscoroutinefunction(score):
        raise TypeError(f"score is async; give a function that returns the number: lambda {', '.join(names)}: "
                        f"asyncio.run(score({', '.join(names)}))")  # fmt: skip
    try:
        signature = inspect.signature(score)
    except (TypeError, ValueError):  # some built-in functions tell none
        return
    try:
        signature.bind(*names)
    except TypeError as error:
        raise TypeError(f"score is called as score({', '.join(names)}); it takes {signature}: {error}") from None


def require_scores(evaluations: Sequence[Evaluation]) -> None:
    """Raise where a first evaluation brought no number at all, for one reason.

    Args:
        evaluations: of every example.

    Raises:
        ScoreError: every one failed in the same way, or is words without a number.
    """
    if not evaluations or any(one.score is not None for one in evaluations):
        return
    several = counted(len(evaluations), "example")
    if all(one.reason == EMPTY for one in evaluations):
        raise ScoreError(f"{EMPTY} to each of {several}; it returns a text, or a Variable that holds one")
    reasons = [one.reason or "words without a number, and numbers are compared" for one in evaluations]
    if len({reason.partition(":")[0] for reason in reasons}) == 1:
        raise ScoreError(
            f"the score function gave no number for any of {several}: {shorten(reasons[0], 400)}. "
            "It returns a number, a bool, or (number, words); nothing more was asked of the model"
        )

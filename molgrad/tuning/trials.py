"""What a session has decided so far: candidates in the order tried, their children, the best of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from molgrad.errors import counted
from molgrad.evaluation import MAXIMIZED, Evaluation, Status
from molgrad.losses.outcome import Direction
from molgrad.tuning.answers import Answer, Trial

DIFFERENCE = "difference"  # key of the details of a loss: the mean by which it lost, over the examples that decided


class Trials:
    """The trials of a session, in order."""

    def __init__(self) -> None:
        self.all: list[Trial] = []
        self._of: dict[str, Trial] = {}

    def add(self, trial: Trial) -> None:
        """Take in one more.

        Args:
            trial: a candidate that was decided on.
        """
        self.all.append(trial)
        self._of[trial.proposal.value] = trial

    def of(self, value: str | None) -> Trial | None:
        """The trial of a candidate; None where it was not tried.

        Args:
            value: the candidate.
        """
        return self._of.get(value or "")

    def children(self, value: str) -> list[Trial]:
        """What was made from a candidate, in order.

        Args:
            value: the candidate.
        """
        return [trial for trial in self.all if trial.proposal.parent == value]

    def depth(self, value: str) -> int:
        """How many ancestors a candidate has.

        Args:
            value: the candidate.
        """
        found, seen, trial = 0, {value}, self.of(value)
        while trial is not None and trial.proposal.parent is not None and trial.proposal.parent not in seen:
            seen.add(trial.proposal.parent)
            trial, found = self.of(trial.proposal.parent), found + 1
        return found

    @property
    def validated(self) -> list[Trial]:
        """Those with a score on all validation examples, in order."""
        return [trial for trial in self.all if trial.evaluation.score is not None]

    @property
    def best(self) -> Trial | None:
        """The first of the best; None before there is a score."""
        return min(self.validated, key=lambda trial: trial.evaluation.number(), default=None)


def mean_of(name: str, answers: Sequence[Answer]) -> Evaluation:
    """The mean score of answers, each a term; FAILED where one of them has none.

    Args:
        name: of the evaluation.
        answers: in order.
    """
    share = 1.0 / max(1, len(answers))
    terms = tuple(_term(answer, share) for answer in answers)
    for answer in answers:
        told = answer.evaluation
        if told.score is None:
            why = told.reason or "words without a number, and numbers judge"
            return Evaluation(name, Status.FAILED, reason=f"{answer.example}: {why}", terms=terms)
    mean = sum(answer.evaluation.number() for answer in answers) * share
    return Evaluation(name, Status.OK, mean, {name: mean}, text=_said(mean, len(answers)), terms=terms)


def lost(words: str, answers: Sequence[Answer], difference: float) -> Evaluation:
    """The evaluation of a candidate that was given up before it had answered all validation examples.

    Args:
        words: why.
        answers: those that decided.
        difference: by how much it is worse in mean than what it was compared with.
    """
    terms = tuple(_term(answer, 1.0 / max(1, len(answers))) for answer in answers)
    details = {"examples": len(answers)} | ({DIFFERENCE: difference} if math.isfinite(difference) else {})
    return Evaluation("validation", Status.FAILED, reason=words, terms=terms, details=details)


def as_scored(evaluation: Evaluation, direction: Direction) -> Evaluation:
    """An evaluation as the score function counts: inside a run lower is better, whatever the direction.

    Args:
        evaluation: of a candidate or an answer, lower is better.
        direction: of the score function.

    Returns:
        The evaluation with its numbers, and those of its terms, in the function's own sense.
    """
    if direction == "minimize":
        return evaluation
    details = {**evaluation.details, MAXIMIZED: True}
    if DIFFERENCE in details:
        details[DIFFERENCE] = turned(details[DIFFERENCE])
    terms = tuple(as_scored(term, direction) for term in evaluation.terms)
    if evaluation.score is None:
        return replace(evaluation, details=details, terms=terms)
    score, mean = turned(evaluation.score), _said(evaluation.score, len(terms))
    text = _said(score, len(terms)) if evaluation.text == mean else evaluation.text
    raw = {evaluation.loss: score} if evaluation.loss in evaluation.raw else evaluation.raw
    return replace(evaluation, score=score, raw=raw, text=text, details=details, terms=terms)


def turned(score: float) -> float:
    """The number with its sign changed; 0 has none.

    Args:
        score: a number.
    """
    return 0.0 - score


def _said(mean: float, count: int) -> str:
    return f"mean {mean:.4g} over {counted(count, 'example')}"


def _term(answer: Answer, share: float) -> Evaluation:
    told = answer.evaluation
    return Evaluation(answer.example, told.status, told.score, text=told.text, reason=told.reason,
                      details=told.details, weight=share)  # fmt: skip


def differences(child: Sequence[Answer], other: Sequence[Answer]) -> list[float]:
    """By how much a child is worse on each example that both have a score for; negative where it is better.

    Args:
        child: its answers.
        other: answers of another candidate to the same examples, in the same order.
    """
    pairs = ((a.evaluation.score, b.evaluation.score) for a, b in zip(child, other, strict=True))
    return [a - b for a, b in pairs if a is not None and b is not None]

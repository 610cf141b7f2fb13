"""A loss as an evaluator of GEPA: for gepa.optimize_anything, gepa.optimize and its default adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from molgrad.autograd.loss import LossLike
from molgrad.compat.judge import Judge, Verdict
from molgrad.errors import listed
from molgrad.lazy import optional

Answer = Callable[..., str]  # (candidate) or (candidate, example) -> what is judged


class GEPAEvaluator:
    """An evaluator over a loss, made by `gepa_evaluator`.

    Args:
        judge: of answers.
        answer: what a candidate answers; the candidate itself where None.
    """

    def __init__(self, judge: Judge, answer: Answer | None) -> None:
        self.judge, self.answer = judge, answer

    def __call__(self, candidate: Any, response: str | None = None, *, example: Any = None) -> Any:
        """The score with the words: as `optimize_anything` wants it, or as the default adapter does.

        Args:
            candidate: a text or named texts; of the default adapter the example, which is not looked at.
            response: what the model answered; given by the default adapter.
            example: given by `optimize_anything` where it has a data set.

        Returns:
            `(score, side information)`, or an EvaluationResult where there is a response.

        Raises:
            ValueError: a candidate of several texts, and nothing says what they answer.
            NoScoreError: the measurement failed, is not back yet, or is words without a number.
        """
        if response is not None:
            return _result(self.judge.verdict(response))
        answer = self._answer(candidate, example)
        verdict = self.judge.verdict(answer)
        told: dict[str, Any] = {"scores": dict(verdict.terms)}
        if self.answer is not None:
            told |= {"Output": answer} if example is None else {"Input": example, "Output": answer}
        return verdict.number, {**told, "Feedback": verdict.words}

    def _answer(self, candidate: str | Mapping[str, str], example: Any) -> str:
        if self.answer is not None:
            return self.answer(candidate) if example is None else self.answer(candidate, example)
        if isinstance(candidate, str):
            return candidate
        if len(candidate) != 1:
            raise ValueError(f"the candidate has {listed(list(candidate))}: give answer=, a function of it")
        return next(iter(candidate.values()))


def gepa_evaluator(
    loss: LossLike, *, answer: Answer | None = None, worst: float | None = None, best: float | None = None
) -> GEPAEvaluator:
    """A loss as an evaluator of the package `gepa`, to which higher is better.

    For `gepa.optimize_anything.optimize_anything(evaluator=...)`, where the candidate is a molecule, a text, or a
    prompt whose `answer` is judged; and for `gepa.optimize(evaluator=...)` and its `DefaultAdapter`, where the model's
    response is. The loss's words are the feedback that GEPA reflects on; the terms of a sum are its objectives
    (`frontier_type="objective"` or `"hybrid"`).

    Scale: `best` counts 1, `worst` 0.1, straight between; see `molgrad.compat.goodness.Scale` and `dspy_metric`.
    Failure: an answer that is no valid molecule scores 0, with the reason as feedback. A measurement that failed for
    another reason is no number: the evaluator raises, and GEPA stops (`raise_on_exception=True`, its default; started
    again in its `run_dir` it goes on). With `raise_on_exception=False`, `optimize_anything` counts such a failure as 0
    by itself and shows the error to the model.
    Cost: an answer is measured once, however often GEPA asks and from however many threads.

    Args:
        loss: a Loss, such as `mg.Docking("1ia1") + 10 * mg.QED()`, or a function of the answer.
        answer: a function of the candidate (and of the example, where GEPA has a data set) that returns what is judged;
            the candidate itself by default.
        worst: a score of the loss that counts 0.1.
        best: a score of the loss from which an answer counts 1.

    Returns:
        An evaluator `(candidate, example=None) -> (score, side information)`, also `(example, response)`.

    Raises:
        ValueError: `worst` is not above `best`.
    """
    return GEPAEvaluator(Judge(loss, worst, best), answer)


def _result(verdict: Verdict) -> Any:
    made = optional("gepa.adapters.default_adapter.default_adapter", "gepa").EvaluationResult
    return made(verdict.number, verdict.words, dict(verdict.terms))

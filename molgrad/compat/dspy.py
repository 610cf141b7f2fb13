"""A loss as a metric of DSPy: for dspy.Evaluate, BootstrapFewShot, MIPROv2 and dspy.GEPA."""

from __future__ import annotations

from typing import Any

from molgrad.autograd.loss import LossLike
from molgrad.compat.judge import Judge
from molgrad.errors import listed
from molgrad.lazy import optional


class DSPyMetric:
    """A metric over a loss, made by `dspy_metric`.

    Args:
        judge: of answers.
        field: the output that is judged; the last one where None.
        good: a score of the loss from which an answer may become a demonstration.
    """

    def __init__(self, judge: Judge, field: str | None, good: float | None) -> None:
        self.judge, self.field, self.good = judge, field, good

    def __call__(
        self,
        example: Any,  # noqa: ARG002 - the metric's signature; a loss judges the answer alone
        prediction: Any,
        trace: Any = None,
        pred_name: str | None = None,
        pred_trace: Any = None,  # noqa: ARG002 - as above
    ) -> Any:
        """A number from 0 to 1; for dspy.GEPA, which names the predictor, with words; while bootstrapping a bool.

        Args:
            example: of the data set; not looked at.
            prediction: what the program answered, with its outputs by name, or a text.
            trace: given while demonstrations are gathered.
            pred_name: given by dspy.GEPA, which wants feedback.
            pred_trace: of that predictor; not looked at.

        Raises:
            ValueError: the prediction has no such output.
            NoScoreError: the measurement failed, is not back yet, or is words without a number.
        """
        verdict = self.judge.verdict(self._answer(prediction))
        if pred_name is not None:
            return optional("dspy", "dspy").Prediction(score=verdict.number, feedback=verdict.words)
        if trace is not None and self.good is not None:
            return verdict.score is not None and verdict.score <= self.good
        return verdict.number

    def _answer(self, prediction: Any) -> str:
        if isinstance(prediction, str):  # of a module that returns no dspy.Prediction
            return prediction
        outputs: dict[str, Any] = dict(prediction.items())
        name = self.field or next(reversed(outputs), "")
        if name not in outputs:
            raise ValueError(
                f"the program's answer has {listed(list(outputs)) or 'no output'}, not {name!r}: give field="
            )
        return str("" if outputs[name] is None else outputs[name])


def dspy_metric(
    loss: LossLike,
    *,
    field: str | None = None,
    worst: float | None = None,
    best: float | None = None,
    good: float | None = None,
) -> DSPyMetric:
    """A loss as a metric of the package `dspy`, to which higher is better.

    `dspy.Evaluate`, `MIPROv2` and other optimizers get a float from 0 to 1. `dspy.GEPA` gets it with the loss's words
    as feedback. While demonstrations are gathered (`BootstrapFewShot`, `MIPROv2`), `good` decides.

    Scale: `best` counts 1, `worst` 0.1, straight between; see `molgrad.compat.goodness.Scale`. Where they are not
        given, docking runs from 0 to -15 kcal/mol and penalties from 1 to 0, sums by their weights; a yes is 1, a no 0.
    Failure: an answer that is no valid molecule counts 0, with the reason as feedback. A measurement that failed for
    another reason is no number: the metric raises. DSPy logs that, puts its own `failure_score` (0 by default) in the
    place of the example, and gives up after `max_errors`; no demonstration is made of it. The same answer is measured
    again when it is asked for again.
    Cost: an answer is measured once, however often DSPy asks and from however many threads.

    Args:
        loss: a Loss, such as `mg.Docking("1ia1") + 10 * mg.QED()`, or a function of the answer.
        field: the output of the program that is judged, such as "smiles"; its last output by default.
        worst: a score of the loss that counts 0.1.
        best: a score of the loss from which an answer counts 1.
        good: a score of the loss, in its own unit, from which an answer may become a demonstration. Without it DSPy
            takes every answer that is valid, or those above its own `metric_threshold` on the scale from 0 to 1.

    Returns:
        A metric `(example, prediction, trace=None, pred_name=None, pred_trace=None)`.

    Raises:
        ValueError: `worst` is not above `best`.
    """
    return DSPyMetric(Judge(loss, worst, best), field, good)

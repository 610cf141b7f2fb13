"""A loss as other packages ask it: one answer at a time, from any thread, each measured once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock

from molgrad.autograd.composite import Composite, as_loss
from molgrad.autograd.loss import Loss, LossLike
from molgrad.compat.goodness import scale_of
from molgrad.errors import NoScoreError, shorten
from molgrad.evaluation import Evaluation, Status

_SHOWN = 200  # characters of an answer that is no molecule, in what is said about it


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of an answer.

    Attributes:
        number: from 0 to 1, higher is better; 0 for an answer that is no valid molecule.
        score: of the loss, lower is better; None for an answer that is not valid.
        words: the feedback.
        terms: the number of each term of the loss, under its name.
    """

    number: float
    score: float | None
    words: str
    terms: Mapping[str, float]


class Judge:
    """Judges answers by a loss.

    Threads: any; an answer that another thread is measuring is waited for.
    Failure: what failed for another reason than the answer raises, and is measured again when it is asked for again.

    Args:
        loss: a Loss, or a function of the answer that returns a number.
        worst: as for `scale_of`.
        best: as for `scale_of`.

    Attributes:
        loss: what measures.
        scale: how its scores are turned round.
    """

    def __init__(self, loss: LossLike, worst: float | None = None, best: float | None = None) -> None:
        self.loss: Loss = as_loss(loss)
        self.scale = scale_of(self.loss, worst, best)
        self._known: dict[str, Future[Verdict]] = {}
        self._lock = Lock()

    def verdict(self, answer: str) -> Verdict:
        """What the loss says of an answer.

        Args:
            answer: a SMILES or a text; white space around it is left out.

        Raises:
            NoScoreError: the measurement failed, is not back yet, or gives words without a number.
            EngineError: the loss asks a model that cannot be reached.
        """
        value = answer.strip()
        with self._lock:
            known = self._known.get(value)
            mine = self._known[value] = Future() if known is None else known
        if known is None:
            try:
                mine.set_result(self._measured(value))
            except BaseException as error:
                with self._lock:
                    del self._known[value]
                mine.set_exception(error)
        return mine.result()

    def _measured(self, value: str) -> Verdict:
        (evaluation,) = self.loss.evaluate([value])
        if evaluation.status is Status.INVALID:
            words = f"{shorten(value, _SHOWN) or 'an empty answer'}: {evaluation.reason}"
            return Verdict(0.0, None, words, dict.fromkeys((term.loss for term in evaluation.all_terms()), 0.0))
        if evaluation.ok and evaluation.score is None:
            raise NoScoreError(f"{self.loss.name} gives words without a number; add a loss that gives one")
        number = self.scale.of(evaluation)
        return Verdict(
            number,
            evaluation.score,
            f"{self._told(evaluation, number)}\n{evaluation.feedback}",
            self._terms(evaluation),
        )

    def _told(self, evaluation: Evaluation, number: float) -> str:
        return f"Score {evaluation.number():.4g} (lower is better), which counts {number:.3f} on a scale from 0 to 1."

    def _terms(self, evaluation: Evaluation) -> dict[str, float]:
        """The number of each term that has one; where a term counts against the total, of its opposite."""
        if not isinstance(self.loss, Composite):
            return {evaluation.loss: self.scale.of(evaluation)}
        losses = (loss for loss, _ in self.loss.measured(evaluation))
        pairs = zip(losses, evaluation.all_terms(), strict=True)
        return {term.loss: _turned(loss, term) for loss, term in pairs if term.score is not None}


def _turned(loss: Loss, term: Evaluation) -> float:
    number = scale_of(loss).of(term)
    return number if term.weight >= 0 else 1.0 - number

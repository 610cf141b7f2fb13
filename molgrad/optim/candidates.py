"""What may be measured next: a proposal with its free terms and predictions, and a model's places in a batch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from molgrad.autograd.domain import Features
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.trust import Predicted

EVEN = 1 / 3  # fraction of a batch that a model gets which does as well as the others


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal with its free terms and what the surrogates expect of the others."""

    proposal: Proposal
    exact: Evaluation
    features: Features
    predicted: Predicted
    bonus: float = 0.0
    lean: float = 0.0  # what its author's order and expectation add, see `Forecasts.lean`
    novelty: bool = False  # unlike each of the best that were measured
    hope: float = 1.0  # factor of its optimism
    long_shot: bool = False  # of which a batch holds one


def of_models(candidates: Sequence[Candidate], bounds: Sequence[float]) -> list[float]:
    """The bounds of a model's proposals with what their author says of them, infinite for the others.

    Args:
        candidates: what there is to choose from.
        bounds: of each.
    """
    return [b + c.lean if c.proposal.by_model else math.inf for c, b in zip(candidates, bounds, strict=True)]


def foretold(loss: Loss, exact: Evaluation, predicted: Predicted) -> tuple[float, float] | None:
    """The total that is expected of a value, and its standard deviation; None where there is no number.

    Args:
        loss: of what is optimized.
        exact: its free terms.
        predicted: the others.
    """

    def off(by: float) -> float | None:
        def predict(term: Evaluation, sign: float) -> float | None:
            mean, sd = predicted.get(term.loss, (None, 0.0))
            return None if mean is None else mean + sign * by * sd

        return loss.filled(exact, predict).score

    total, worse = off(0.0), off(1.0)
    return None if total is None or worse is None else (total, abs(worse - total))


def is_sound(evaluation: Evaluation) -> bool:
    """Whether nothing is wrong with a value as far as it is known.

    Args:
        evaluation: its free terms.
    """
    return evaluation.status not in (Status.INVALID, Status.FAILED)


def annotated(candidate: Candidate) -> Proposal:
    """The proposal with what the exact terms and the surrogates say of it.

    Args:
        candidate: the proposal and what is known of it.
    """
    exact = {term.loss: (term.score, 0.0) for term in candidate.exact.all_terms() if term.score is not None}
    return replace(candidate.proposal, predicted={**exact, **candidate.predicted})


def reserved_places(archive: Archive, n: int) -> frozenset[int]:
    """The places of a batch that are a language model's: from one to half of them, spread over the batch.

    Args:
        archive: says how often its proposals and all others beat their parents.
        n: the size of the batch.
    """
    if n < 1:
        return frozenset()
    ratio = EVEN * archive.success(by_model=True) / archive.success(by_model=False)
    count = min(max(1, round(n * ratio)), max(1, n // 2))
    return frozenset((2 * i + 1) * n // (2 * count) for i in range(count))

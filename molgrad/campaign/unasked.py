"""Expensive terms of molecules that a laboratory told and that were never proposed: predicted until asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from molgrad.autograd.composite import Composite, Sum
from molgrad.autograd.loss import NOT_MEASURED, Loss
from molgrad.campaign.schema import TOLD as TOLD
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.record import Record

UNASKED = "left out of a molecule that was told; predicted until it is asked for"
FORESEEN = "foreseen"  # the entry of `meta` with what the surrogates expect of what is left out, by row and term
ASKED_FOR = "told and asked for"  # the entry of `meta` with those of them that are measured in every term, by row


def without(loss: Loss, evaluation: Evaluation) -> Evaluation:
    """The evaluation with every expensive term that is not measured left out, so that nothing measures it.

    Args:
        loss: of the campaign.
        evaluation: so far.
    """

    def left(term: Loss, found: Evaluation) -> Evaluation:
        out = term.expensive and not term.takes_results and _pending(found, NOT_MEASURED)
        return replace(found, reason=UNASKED) if out else found

    return _mapped(loss, evaluation, left)


def asked_for(loss: Loss, evaluation: Evaluation) -> Evaluation:
    """The evaluation with the terms that were left out to be measured.

    Args:
        loss: of the campaign.
        evaluation: as `without` made it.
    """

    def opened(_: Loss, found: Evaluation) -> Evaluation:
        return replace(found, reason=NOT_MEASURED) if _pending(found, UNASKED) else found

    return _mapped(loss, evaluation, opened)


def left_out(evaluation: Evaluation | None) -> list[str]:
    """The names of the terms that were left out.

    Args:
        evaluation: of a molecule; None where there is none.
    """
    terms = [] if evaluation is None or evaluation.status is not Status.PENDING else evaluation.all_terms()
    return [term.loss for term in terms if _pending(term, UNASKED)]


def awaited(evaluation: Evaluation) -> list[str]:
    """The names of the terms whose value somebody has still to tell.

    Args:
        evaluation: of a molecule.
    """
    terms = evaluation.all_terms() if evaluation.status is Status.PENDING else []
    return [term.loss for term in terms if term.status is Status.PENDING and term.reason != UNASKED]


def foreseen_total(record: Record, expected: Mapping[str, tuple[float, float]]) -> float | None:
    """The total of a molecule with what is expected in the place of what was left out; None where that is not known.

    Args:
        record: the molecule.
        expected: by term mean and standard deviation of its score.
    """
    evaluation = record.evaluation
    if evaluation.status is not Status.PENDING or evaluation.loss != Sum.name:
        return evaluation.score
    total = 0.0
    for term in evaluation.terms:
        guess = expected.get(term.loss) if _pending(term, UNASKED) else None
        if guess is None and not term.ok:
            return None
        total += term.weight * guess[0] if guess is not None else term.contribution or 0.0
    return total


def _pending(evaluation: Evaluation, reason: str) -> bool:
    return evaluation.status is Status.PENDING and evaluation.reason == reason


def _mapped(loss: Loss, evaluation: Evaluation, change: Callable[[Loss, Evaluation], Evaluation]) -> Evaluation:
    """The evaluation with each measurement changed, composites put together again."""
    if not isinstance(loss, Composite) or not evaluation.terms:
        return change(loss, evaluation)
    pairs = zip(loss.terms, evaluation.terms, strict=True)
    done = [_mapped(part, replace(term, active=True), change) for (_, part), term in pairs]
    return loss.assembled(done)

"""Which proposals may be measured, and what each is expected to score: exact terms as they are, others as predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation


def expected_score(loss: Loss, exact: Evaluation, proposal: Proposal, parent: Evaluation | None) -> float | None:
    """The total, with each term that is not free taken as the parent's plus the predicted change.

    Returns None where the free terms already find the value unsound, or nothing has a number.
    """
    before = {term.loss: term.score for term in parent.all_terms()} if parent is not None else {}

    def predict(term: Evaluation, sign: float) -> float | None:  # noqa: ARG001 - no bound, a plain mean
        base = before.get(term.loss)
        shift = proposal.predicted.get(term.loss, (0.0, 0.0))[0]
        return None if base is None else base + shift

    return loss.filled(exact, predict).score


def rank(
    loss: Loss | None, proposals: Sequence[Proposal], parents: Mapping[str, Evaluation]
) -> list[tuple[float | None, Proposal]]:
    """Proposals with expected scores, best first; without a loss, in the order in which they came."""
    if loss is None:
        return [(None, proposal) for proposal in proposals]
    exact = loss.exact([proposal.value for proposal in proposals])
    scored = []
    for proposal, evaluation in zip(proposals, exact, strict=True):
        parent = parents.get(proposal.parent or "")
        score = expected_score(loss, evaluation, proposal, parent)
        if evaluation.status.value not in ("invalid", "failed"):
            scored.append((score, proposal))
    # Stable: where nothing has a number, the advisor's own order stands.
    return sorted(scored, key=lambda pair: float("inf") if pair[0] is None else pair[0])


def acceptable(domain: Domain, proposals: Sequence[Proposal], known: set[str]) -> tuple[list[Proposal], list[str]]:
    """Proposals that the domain accepts, in order, without repeats; and why others were refused."""
    seen, kept, refused = {domain.identity(value) for value in known}, [], []
    for proposal in proposals:
        try:
            value = domain.canonical(proposal.value)
        except ValueError as error:
            refused.append(str(error))
            continue
        key = domain.identity(value)
        if key in seen:
            continue
        seen.add(key)
        reasons = domain.validate(value)
        if reasons:
            refused.append(f"{value}: {'; '.join(reasons)}")
        else:
            kept.append(proposal)
    return kept, refused

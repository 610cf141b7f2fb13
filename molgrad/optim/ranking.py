"""Which proposals may be measured, and what each is expected to score: exact terms as they are, others as predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation
from molgrad.optim.forecasts import SHARE
from molgrad.optim.trust import GIVES


def expected_score(loss: Loss, exact: Evaluation, proposal: Proposal, parent: Evaluation | None) -> float | None:
    """The total, with each term that is not free taken as the parent's plus the predicted change.

    Where the author of a proposal expects a change of the total, that counts as much, as far as the terms that are not
    free can move at all by one change. Returns None where the free terms already find the value unsound, or nothing has
    a number.
    """
    before = {term.loss: term.score for term in parent.all_terms()} if parent is not None else {}

    def total(spreads: float) -> float | None:
        def predict(term: Evaluation, sign: float) -> float | None:
            base, own = before.get(term.loss), loss.term(term.loss)
            shift = proposal.predicted.get(term.loss, (0.0, 0.0))[0]
            return None if base is None else base + shift - sign * spreads * (own.prior_spread if own else 1.0)

        return loss.filled(exact, predict).score

    score = total(0.0)
    if score is None or proposal.expected is None or parent is None or parent.score is None:
        return score
    reach = abs(score - (total(GIVES) or score))
    off = parent.score + proposal.expected - score
    return score + SHARE * min(reach, max(-reach, off))


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

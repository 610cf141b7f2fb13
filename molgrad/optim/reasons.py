"""The reason of a proposal: what it is in place of its parent, whichever way it was made."""

from __future__ import annotations

from dataclasses import replace

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.errors import one_line
from molgrad.evaluation import DOCKING, Evaluation, Fact


def with_reason(proposal: Proposal, measured: Evaluation | None, domain: Domain) -> Proposal:
    """The proposal with the domain's account of its net change; unchanged where the domain gives none.

    What a language model or a person says of it stays, behind the account; how it is made (`how` of the edit's
    payload) stands in place of the net change.

    Args:
        proposal: of an optimizer.
        measured: the parent's measurement; None for what has no measured parent.
        domain: of the values.
    """
    if proposal.parent is None or measured is None:
        return proposal
    payload = proposal.edit.payload if proposal.edit is not None else {}
    told = domain.explain(proposal.parent, proposal.value, shortcomings(measured), str(payload.get("answers", "")))
    if not told:
        return proposal
    if how := str(payload.get("how", "")):
        more = told.removeprefix(domain.difference(proposal.parent, proposal.value)).lstrip("; ")
        told = f"{how}; {more}" if more else how
    said = one_line(proposal.reason) if proposal.by_model else ""
    return replace(proposal, reason=f"{told}; {proposal.advisor}: {said}" if said else told)


def shortcomings(evaluation: Evaluation) -> list[Fact]:
    """The facts of what should get better, those first that explain most of the total.

    Args:
        evaluation: of one value, with its terms.
    """
    found: list[tuple[float, Fact]] = []
    for term in evaluation.aimed_terms():
        if term.ok:
            # An affinity has no zero to fall to: one kcal/mol is what one change may gain.
            cost = term.weight if term.kind == DOCKING else max(0.0, term.contribution or 0.0)
            found += [(cost * fact.weight, fact) for fact in term.facts if fact.kind != DOCKING]
    return [fact for _, fact in sorted(found, key=lambda pair: -pair[0])]

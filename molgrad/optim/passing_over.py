"""What was proposed for a batch and is not in it, each with the reason in words."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.autograd.domain import too_far
from molgrad.autograd.gradient import Proposal
from molgrad.errors import listed
from molgrad.optim.acquisition import ALIKE, Acquisition
from molgrad.optim.archive import Archive
from molgrad.optim.calibration import Calibration
from molgrad.optim.candidates import foretold
from molgrad.optim.features import tanimoto
from molgrad.optim.standing import IDEAS, OTHERS


def passed_over(
    acquisition: Acquisition,
    pool: Sequence[Proposal],
    chosen: Sequence[Proposal],
    archive: Archive,
    calibration: Calibration,
) -> list[tuple[Proposal, str]]:
    """A model's proposals of a pool that were not chosen, in its order, and the best few of the others.

    Args:
        acquisition: which chose.
        pool: what there was to choose from.
        chosen: the batch.
        archive: what was measured.
        calibration: of predicted deviations.
    """
    taken = {proposal.value for proposal in chosen}
    left = [proposal for proposal in pool if proposal.value not in taken]
    ideas = sorted((one for one in left if one.by_model), key=lambda one: one.rank)[:IDEAS]
    others = acquisition.ranked([one for one in left if not one.by_model], archive, OTHERS)
    named = [*ideas, *(proposal for _, proposal in others)]
    known = acquisition.considered(named, archive)
    told = []
    for proposal in named:
        why = _refused(acquisition, proposal, archive)
        if not why and proposal.value in known:
            candidate = known[proposal.value]
            total = foretold(acquisition.loss, candidate.exact, calibration.stated(candidate.predicted))
            alike = _alike(acquisition, proposal, chosen)
            why = ("" if total is None else f"predicted {total[0]:.2f} ± {total[1]:.2f}, ") + (
                f"too like {alike}, which is in the batch" if alike else "not in the batch"
            )
        told.append((proposal, why or "its computed terms lose more than one change could gain"))
    return told


def _refused(acquisition: Acquisition, proposal: Proposal, archive: Archive) -> str:
    """Why a proposal could not be measured at all; empty where it could."""
    domain, value = acquisition.domain, proposal.value
    if reasons := domain.validate(value):
        return f"fails: {listed(reasons)}"
    if (same := acquisition.identities.like(value)) is not None:
        known = archive.of(same)
        return f"the same compound as {same if known is None else known.title or same}"
    if acquisition.allowed(proposal):
        return ""
    return too_far(domain, value, [proposal.parent] if proposal.parent else []) or "outside the scope of this run"


def _alike(acquisition: Acquisition, proposal: Proposal, chosen: Sequence[Proposal]) -> str:
    """The member of the batch that a proposal is too like; empty where it is like none."""
    own = [acquisition.models.features(proposal.value)]
    near = tanimoto(own, [acquisition.models.features(one.value) for one in chosen])
    likeness = [1.0 if acquisition.same(proposal, one) else near[0, place] for place, one in enumerate(chosen)]
    best = max(range(len(chosen)), key=lambda place: likeness[place], default=None)
    return "" if best is None or likeness[best] < ALIKE else chosen[best].value

"""The designed first batches of a series: single changes, spread over positions and kinds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from molgrad.autograd.domain import Domain, Step
from molgrad.autograd.gradient import Proposal
from molgrad.optim.archive import Archive

AGAIN = 0.5  # units of the loss that each earlier change at a position, or of a kind, counts against a further one


def spread(
    ranked: Sequence[tuple[float, Proposal]], n: int, domain: Domain, archive: Archive, reserved: Collection[int] = ()
) -> list[Proposal]:
    """At most `n` single changes of different kinds at different positions, counting those that were measured.

    Args:
        ranked: proposals, each with its optimistic total.
        n: how many.
        domain: tells places and kinds of changes.
        archive: what was measured.
        reserved: places of the batch that are a language model's.
    """
    steps = {proposal.value: _step(domain, proposal) for _, proposal in ranked}
    positions, kinds = Counter[object](), Counter[object]()
    for parent, child in archive.pairs:
        _count(domain.step(parent.value, child.value), parent.value, positions, kinds)
    left, chosen = dict.fromkeys(range(len(ranked))), dict[int, Proposal]()
    ideas = any(proposal.by_model for _, proposal in ranked)
    bar = -math.inf
    for place in sorted(range(min(n, len(ranked))), key=lambda place: ideas and place not in reserved):
        best = min(_free(ranked, left, place in reserved, bar), key=lambda i: _key(ranked[i], steps, positions, kinds))
        del left[best]
        total, proposal = ranked[best]
        bar = max(bar, total) if proposal.by_model else bar
        chosen[place] = proposal
        _count(steps[proposal.value], proposal.parent or "", positions, kinds)
    return [chosen[place] for place in sorted(chosen)]


def _free(
    ranked: Sequence[tuple[float, Proposal]], left: Collection[int], reserved: bool, bar: float
) -> Collection[int]:
    """What a place may go to: a model's to its ideas, another to these and what is as good as the worst of them.

    Args:
        ranked: proposals, each with its optimistic total.
        left: what is not chosen yet.
        reserved: whether the place is a model's.
        bar: the worst total of a model's ideas in the batch; minus infinity where it holds none.
    """
    ideas = [i for i in left if ranked[i][1].by_model]
    if reserved:
        return ideas or left
    return [i for i in left if ranked[i][1].by_model or bar == -math.inf or ranked[i][0] <= bar] or left


def _key(
    ranked: tuple[float, Proposal], steps: dict[str, Step], positions: Counter[object], kinds: Counter[object]
) -> tuple[float, str]:
    bound, proposal = ranked
    step = steps[proposal.value]
    crowd = _mean(positions[(proposal.parent, where)] for where in step.where) + kinds[step.kind]
    return bound + AGAIN * crowd, proposal.value


def _count(step: Step, parent: str, positions: Counter[object], kinds: Counter[object]) -> None:
    positions.update((parent, where) for where in step.where)
    kinds.update([step.kind])


def _step(domain: Domain, proposal: Proposal) -> Step:
    return domain.step(proposal.parent or proposal.value, proposal.value)


def _mean(counts: Iterable[int]) -> float:
    found = list(counts)
    return sum(found) / len(found) if found else 0.0

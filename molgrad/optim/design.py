"""The designed first batches of a series: single changes, spread over positions and kinds."""

from __future__ import annotations

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
    left, chosen = dict.fromkeys(range(len(ranked))), list[Proposal]()
    while left and len(chosen) < n:
        ideas = [i for i in left if ranked[i][1].by_model] if len(chosen) in reserved else []
        best = min(ideas or left, key=lambda i: _key(ranked[i], steps, positions, kinds))
        del left[best]
        proposal = ranked[best][1]
        chosen.append(proposal)
        _count(steps[proposal.value], proposal.parent or "", positions, kinds)
    return chosen


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

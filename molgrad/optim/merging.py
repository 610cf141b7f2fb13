"""One value of two: the parts that each changed since their common ancestor; of values without parts, a crossover."""

from __future__ import annotations

from collections.abc import Iterator

from molgrad.autograd.gradient import Proposal
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import Task
from molgrad.optim.parts import joined, parts_of
from molgrad.optim.ranking import acceptable, rank
from molgrad.optim.record import Record

MERGE = "merge"  # the advisor column of what was merged
CROSSED = 12  # crossovers of a pair, of which the exact terms choose


def merged(task: Task, archive: Archive, first: Record, second: Record, seed: int) -> Proposal | None:
    """A new sound value that combines two; None where there is none.

    Of values with parts: the nearest common ancestor decides. A part that only one of them changed is taken from that
    one; a part that both changed, from the better one. Neither may descend from the other, and the ancestor must be
    worse than both, or their changes are nothing to keep. Source: GEPA, Agrawal et al. 2025, appendix F, "Merge".

    Args:
        task: what is optimized.
        archive: what was measured; it knows the ancestors.
        first: the better one.
        second: another measured value.
        seed: of a crossover.
    """
    if len(parts_of(task.domain, first.value)) > 1:
        values = [value] if (value := _by_ancestor(task, archive, first, second)) is not None else []
    else:
        values = task.domain.crossover(first.value, second.value, seed, CROSSED)
    reason = f"what {first.title or 'one'} and {second.title or 'another'} changed, together"
    options = [Proposal(value, first.value, None, reason, advisor=MERGE) for value in values]
    sound, _ = acceptable(task.domain, options, set(archive.taken))
    ranked = rank(task.loss, sound, {first.value: first.evaluation})
    return ranked[0][1] if ranked else None


def _by_ancestor(task: Task, archive: Archive, first: Record, second: Record) -> str | None:
    line, other = list(_line(archive, first)), list(_line(archive, second))
    shared = next((record for record in line if any(record is one for one in other)), None)
    if shared is None or shared in (first, second) or shared.known_score is None:
        return None
    worst = max(score for one in (first, second) if (score := one.known_score) is not None)
    if shared.known_score <= worst:
        return None
    before, best, theirs = (parts_of(task.domain, one.value) for one in (shared, first, second))
    taken = {name: theirs[name] if best[name] == text else best[name] for name, text in before.items()}
    return None if taken in (best, theirs) else joined(task.domain, taken)


def _line(archive: Archive, record: Record) -> Iterator[Record]:
    """A record and its measured ancestors, the nearest first."""
    seen: set[str] = set()
    one: Record | None = record
    while one is not None and one.value not in seen:
        yield one
        seen.add(one.value)
        one = archive.of(one.proposal.parent or "")

"""Everything that was measured so far, in the order in which it was proposed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status

Similarities = Callable[[Sequence[str], str], Sequence[float]]  # of values to one other, 0 to 1


@dataclass(frozen=True, slots=True)
class Record:
    """A measured proposal; `name` is what tables and pose files call it."""

    proposal: Proposal
    evaluation: Evaluation
    batch: int = 0
    name: str = ""

    @property
    def value(self) -> str:
        """The measured value."""
        return self.proposal.value

    @property
    def known_score(self) -> float | None:
        """The total, or while an assay is out, the sum of what is there; None for failures."""
        if self.evaluation.status is Status.PENDING:
            shares = [
                t.contribution for t in self.evaluation.terms if t.contribution is not None and t.score is not None
            ]
            return sum(shares) if shares else None
        return self.evaluation.score


@dataclass
class Archive:
    """Measured values and the ones on their way; knows who is best and who may be a parent."""

    records: list[Record] = field(default_factory=list)
    taken: dict[str, None] = field(default_factory=dict)  # in the order proposed: the latest matter most

    def add(self, record: Record) -> None:
        """Append a measurement."""
        self.records.append(record)
        self.taken.setdefault(record.value)

    def ranked(self) -> list[Record]:
        """Records with a score, best first; complete ones before those that wait for an assay."""
        scored = [(r.evaluation.score is None, r.known_score, i, r) for i, r in enumerate(self.records)]
        return [r for *_, r in sorted((s for s in scored if s[1] is not None), key=lambda s: s[:3])]

    def parents(self, n: int, similarities: Similarities, penalty: float = 2.0) -> list[Record]:
        """Up to `n` good records that are not all alike.

        Picked one by one: rank by score plus `penalty` (in units of the loss) times the similarity to the
        nearest parent already picked, among the best 30. While an assay is out, a molecule's known part is no
        match for a whole total: those that wait are parents only when nothing is complete.
        """
        ranked = self.ranked()
        pool: Sequence[Record] = ([r for r in ranked if r.evaluation.ok] or ranked)[:30]
        nearest = dict.fromkeys((r.value for r in pool), 0.0)
        chosen: list[Record] = []
        while pool and len(chosen) < n:
            best = min(pool, key=lambda r: ((r.known_score or 0.0) + penalty * nearest[r.value], r.value))
            chosen.append(best)
            pool = [r for r in pool if r is not best]
            for r, near in zip(pool, similarities([r.value for r in pool], best.value), strict=True):
                nearest[r.value] = max(nearest[r.value], near)
        return chosen

    def drawn(self, n: int, rng: random.Random, deviation: float, besides: Sequence[Record] = ()) -> list[Record]:
        """Up to `n` further records by Thompson sampling: the best after each score was drawn about what was measured.

        Args:
            n: how many.
            rng: decides the draws.
            deviation: of a draw, in units of the loss: how much a measured score says of what a record may lead to.
            besides: records that are taken already.
        """
        taken = {record.value for record in besides}
        ranked = [r for r in self.ranked() if r.evaluation.ok and r.value not in taken]
        draws = [((r.known_score or 0.0) + rng.gauss(0.0, deviation), r.value, r) for r in ranked]
        return [record for *_, record in sorted(draws, key=lambda d: d[:2])[:n]]

    def stalled(self) -> int:
        """How many records came after the best one."""
        ranked = self.ranked()
        if not ranked:
            return 0
        return len(self.records) - 1 - next(i for i, r in enumerate(self.records) if r is ranked[0])

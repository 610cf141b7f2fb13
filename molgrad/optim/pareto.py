"""Reflective search on the front (GEPA): parents are what is best at something; the front's members are merged."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from molgrad.autograd.gradient import Proposal
from molgrad.optim.merging import MERGE, merged
from molgrad.optim.objectives import wins
from molgrad.optim.optimizer import Optimizer, derive
from molgrad.optim.record import Record
from molgrad.optim.reflection import Question, reflected

MERGED = 8  # members of the front, the best, of which pairs are merged


class ParetoSearch(Optimizer):
    """Draws parents from the front over the terms of evaluations, and has each rewritten by what is said of it.

    The terms are the examples of a text task, or the objectives or receptors of molecules: a value that is best at
    one of them knows something that the best in total may not. A parent is drawn as often as it is best at something,
    the best in total in half of the draws and more: with few measurements that pays.
    One place of a batch goes to a merge of two members of the front, unless the last value was one.

    Source: GEPA, Agrawal et al. 2025, "Reflective Prompt Evolution Can Outperform Reinforcement Learning",
    arXiv 2507.19457. Which part of a value a parent's child changes is the advisor's choice.

    Args:
        task: what to optimize.
    """

    name = "pareto"

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        del left
        front = wins(self._scored(), derive(self.task.seed, "compromises"))
        if not front:
            return []
        found = self._merge([record for record, _ in front], batch)
        if len(found) < n:
            found += self._children(front, n - len(found), batch, [one.value for one in found])
        return found

    def _scored(self) -> list[Record]:
        """Best first; of equals the latest, which was found better than its parent in another way."""
        known = [record for record in self.archive.telling() if record.evaluation.score is not None]
        known = known or self.archive.ranked()  # while every assay is out: what is known
        latest = sorted(enumerate(known), key=lambda one: (one[1].known_score or 0.0, -one[0]))
        return [record for _, record in latest]

    def _merge(self, front: Sequence[Record], batch: int) -> list[Proposal]:
        """At most one value that combines two members of the front, of the best pairs first."""
        if self.archive.records[-1].proposal.advisor == MERGE:
            return []
        for first, second in combinations(front[:MERGED], 2):
            seed = derive(self.task.seed, batch, first.value, second.value)
            if made := merged(self.task, self.archive, first, second, seed):
                return [made]
        return []

    def _children(
        self, front: Sequence[tuple[Record, int]], n: int, batch: int, avoid: Sequence[str]
    ) -> list[Proposal]:
        """Rewritten members of the front; members that were not drawn are asked about while there is nothing new."""
        rng = random.Random(derive(self.task.seed, batch, "parents"))  # noqa: S311 - sampling, not secrets
        weights = [count for _, count in front]
        weights[0] += sum(weights)  # half of the draws and more are of the best in total
        drawn = rng.choices([record for record, _ in front], weights, k=n)
        counts = Counter(record.value for record in drawn)
        rest = [record for record, _ in front if record.value not in counts]
        asked = list({record.value: record for record in drawn}.values())
        while asked:
            questions = [
                Question(one, derive(self.task.seed, batch, one.value), counts[one.value] or n) for one in asked
            ]
            found = reflected(self.task, self.archive, questions, avoid, self.account)
            if any(found):
                return [proposal for proposals in found for proposal in proposals]
            asked, rest = rest[:1], rest[1:]
        return []

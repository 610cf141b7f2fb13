"""A batch, pick by pick: the best of each place, varied, with a model's places and the bar that its ideas set."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from molgrad.autograd.gradient import Proposal
from molgrad.optim.candidates import Candidate
from molgrad.optim.features import Array, tanimoto

KAPPA = 1.2  # standard deviations by which a predicted score is taken to be better than expected
KAPPA_WIDE = 2.5  # the same for the exploratory picks, one in five
KAPPA_EXPLOIT = 0.3  # the same where nothing may be risked
NOVEL_PLACE = 3  # the place of every five in a batch that may open a new series

Same = Callable[[Proposal, Proposal], bool]
# Optimistic totals of candidates by deviations, and for each the fraction of its deviation that will be left.
Bounds = Callable[[Sequence[Candidate], float, Sequence[float] | None], list[float]]


@dataclass(frozen=True, slots=True)
class Picker:
    """How a batch is picked.

    Attributes:
        bounds: of candidates.
        same: whether two proposals try the same thing.
        alike: similarity from which on two members of a batch are too alike.
        explore: whether some places go to uncertain proposals.
        novelty: whether one of every five places goes to a value unlike the best ones.
        reserved: places of the batch that are a language model's.
    """

    bounds: Bounds
    same: Same
    alike: float
    explore: bool
    novelty: bool
    reserved: Collection[int] = ()

    def picked(self, candidates: Sequence[Candidate], n: int) -> list[Candidate]:
        """The batch: each pick lowers the expected gain of similar candidates.

        A model's places are filled first. The others hold what is expected to be as good as the worst of them, or
        further ideas of the model; anything where there is neither.

        Args:
            candidates: what there is to choose from.
            n: how many at most.
        """
        features = [c.features for c in candidates]
        kernel = tanimoto(features, features)
        ideas = any(c.proposal.by_model for c in candidates)
        places = range(min(n, len(candidates)))
        order = sorted(places, key=lambda place: place not in self.reserved) if ideas else places
        means = self.bounds(candidates, 0.0, None) if ideas else []
        chosen: dict[int, int] = {}
        for place in order:
            free = self._free(candidates, list(chosen.values()), place, means)
            if not free:
                break
            chosen[place] = self._best(candidates, list(chosen.values()), place, free, kernel)
        return [candidates[chosen[place]] for place in sorted(chosen)]

    def _free(
        self, candidates: Sequence[Candidate], chosen: Sequence[int], place: int, means: Sequence[float]
    ) -> list[int]:
        """What the place may go to."""
        free = [i for i in range(len(candidates)) if i not in chosen]
        if any(candidates[i].long_shot for i in chosen):
            free = [i for i in free if not candidates[i].long_shot]
        ideas = [i for i in free if candidates[i].proposal.by_model]
        if place in self.reserved and ideas:  # the surrogate would drown out what is new
            return ideas
        if self.explore and self.novelty and place % 5 == NOVEL_PLACE:
            return [i for i in free if candidates[i].novelty] or free
        told = [means[i] + candidates[i].lean for i in chosen if candidates[i].proposal.by_model]
        bar = max(told, default=math.inf)
        return [i for i in free if candidates[i].proposal.by_model or not means or means[i] <= bar] or free

    def _best(
        self, candidates: Sequence[Candidate], chosen: Sequence[int], place: int, free: Sequence[int], kernel: Array
    ) -> int:
        doubt = [_left(kernel[i, list(chosen)]) for i in range(len(candidates))]
        kappa = KAPPA_EXPLOIT if not self.explore else KAPPA_WIDE if place % 5 == 4 else KAPPA
        bounds = self.bounds(candidates, kappa, doubt)

        def crowded(i: int) -> bool:
            return any(
                kernel[i, j] >= self.alike or self.same(candidates[i].proposal, candidates[j].proposal) for j in chosen
            )

        apart = [i for i in free if not crowded(i)]
        return min(apart or free, key=lambda i: (bounds[i] + candidates[i].lean, candidates[i].proposal.value))


def _left(similarities: Array) -> float:
    """The fraction of a standard deviation that is left once the most similar pick is measured."""
    return 1.0 - float(similarities.max(initial=0.0))

"""Which molecules of a library are docked next: first a spread over all, then the most promising by a surrogate."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from molgrad.autograd.domain import Features
from molgrad.optim.medoids import max_min
from molgrad.optim.surrogate import Surrogate
from molgrad.screening.store import Pick, ScreenStore, Shard

SAMPLE = 3000  # molecules at most, drawn evenly from the library, among which the first batch is spread
DRAWN = 10  # of these for each molecule of the first batch: among more, it would be of outliers only
FIRST = 0.2  # share of the docks that goes to the first batch
LEAST_FIRST = 10  # molecules of it at least, unless there are fewer docks
BATCHES = 20  # by which what is left is divided, where no batch is given
KAPPA = 0.5  # standard deviations by which a prediction is taken to be better than expected
SHORT = 50_000  # molecules that are looked at between two looks at the whole library
FULL_LOOKS = 2.0  # the docks between two looks at the whole library grow by this factor


@dataclass(frozen=True, slots=True)
class Plan:
    """How many molecules are docked when.

    Attributes:
        docks: in all.
        first: in the first batch, without a prediction.
        batch: in each later one.
    """

    docks: int
    first: int
    batch: int

    @classmethod
    def of(cls, docks: int, batch: int | None = None) -> Plan:
        """The plan for a number of docks.

        Args:
            docks: in all.
            batch: of the later batches; by default a twentieth of what is left after the first.
        """
        first = min(docks, max(LEAST_FIRST, round(FIRST * docks)))
        return cls(docks, first, batch or max(1, round((docks - first) / BATCHES)))


class Chooser:
    """Chooses from the library in a database; the same docks lead to the same choice.

    Args:
        store: of the screen.
        plan: how many are chosen when.
        seed: decides over which part of a large library the first batch is spread.
        slopes: prior change of the affinity per unit of each plain feature, kcal/mol.
    """

    def __init__(self, store: ScreenStore, plan: Plan, seed: int = 0, slopes: Sequence[float] = ()) -> None:
        self.store, self.plan, self.seed, self.slopes = store, plan, seed, tuple(slopes)

    def next_batch(self) -> list[Pick]:
        """Choose a batch and note it in the database; empty when the docks are spent or the library is."""
        picked = self.store.picked()
        left = self.plan.docks - len(picked)
        if left <= 0:
            return []
        batch = picked[-1][0] + 1 if picked else 0
        taken = {pick.molecule for _, pick in picked}
        known = {molecule: score for molecule, score in self.store.affinities().items() if score is not None}
        if not known:  # nothing to learn from: the first batch, or all docks of it failed
            chosen, shortlist = self._spread(min(left, self.plan.first), taken), None
        else:
            chosen, shortlist = self._promising(min(left, self.plan.batch), taken, known)
        self.store.pick(batch, chosen, shortlist)
        return chosen

    def _spread(self, n: int, taken: set[int]) -> list[Pick]:
        """Molecules as unlike each other as an even sample of the library has them."""
        size, most = self.store.size(), min(SAMPLE, DRAWN * n)
        drawn = random.Random(self.seed).sample(range(1, size + 1), min(len(taken) + most, size))  # noqa: S311 - sampling, not secrets
        sample = sorted([one for one in drawn if one not in taken][:most])
        if not sample:
            return []
        features = list(features_of(self.store.features(sample)))
        return [Pick(sample[place]) for place in max_min(features, n)]

    def _promising(self, n: int, taken: set[int], known: Mapping[int, float]) -> tuple[list[Pick], list[int] | None]:
        """The best of the library, or of the shortlist, by an optimistic prediction; and a new shortlist if made."""
        surrogate = Surrogate(self.slopes)
        surrogate.fit(list(features_of(self.store.features(list(known)))), list(known.values()))
        if self._looks_at_all(len(known)):
            best = _best(self.store.shards(), surrogate, taken, max(n, SHORT))
            self.store.set_meta("looked", len(known))
            shortlist = best.ids.tolist() if self.store.size() > SHORT else None
        else:
            best, shortlist = _best(self._listed(), surrogate, taken, n), None
        rows = zip(best.ids[:n], best.mean[:n], best.sd[:n], strict=True)
        return [Pick(int(one), round(float(mean), 4), round(float(sd), 4)) for one, mean, sd in rows], shortlist

    def _looks_at_all(self, known: int) -> bool:
        looked = self.store.meta("looked")
        return self.store.size() <= SHORT or looked is None or known >= FULL_LOOKS * looked

    def _listed(self) -> Iterator[Shard]:
        """The features of the shortlist, a piece at a time."""
        ids = np.asarray(self.store.shortlist(), dtype=np.int64)
        for shard in self.store.shards():
            here = np.isin(shard.ids, ids, assume_unique=True)
            if here.any():
                yield Shard(shard.ids[here], shard.bits[here], shard.linear[here])


@dataclass(frozen=True, slots=True)
class _Best:
    """Molecules, best first by their optimistic affinity."""

    ids: NDArray[np.int64]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]

    @property
    def hoped(self) -> NDArray[np.float64]:
        """The optimistic affinity of each."""
        return np.asarray(self.mean - KAPPA * self.sd)

    def joined(self, other: _Best, n: int) -> _Best:
        """The best `n` of both; of equals the first in the library."""
        if len(self.ids) == n:  # most of a large library cannot change the best: it is not sorted again
            near = other.hoped < self.hoped[-1]
            if not near.any():
                return self
            other = _Best(other.ids[near], other.mean[near], other.sd[near])
        both = _Best(
            np.concatenate([self.ids, other.ids]),
            np.concatenate([self.mean, other.mean]),
            np.concatenate([self.sd, other.sd]),
        )
        order = np.lexsort((both.ids, both.hoped))[:n]
        return _Best(both.ids[order], both.mean[order], both.sd[order])


def _best(shards: Iterable[Shard], surrogate: Surrogate, taken: set[int], n: int) -> _Best:
    """The `n` best of what was not taken; memory goes with `n`, not with the library."""
    best = _Best(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    done = np.fromiter(taken, np.int64)
    for shard in shards:
        free = ~np.isin(shard.ids, done)
        if free.any():
            rest = Shard(shard.ids[free], shard.bits[free], shard.linear[free])
            predicted = surrogate.predict(list(features_of(rest)))
            best = best.joined(_Best(rest.ids, predicted.mean, predicted.sd), n)
    return best


def features_of(shard: Shard) -> Iterator[Features]:
    """The features of each molecule of a shard, for a surrogate.

    Args:
        shard: of the library.
    """
    rows, columns = np.nonzero(np.unpackbits(shard.bits, axis=1))
    ends = np.searchsorted(rows, np.arange(1, len(shard.ids) + 1))
    begin = 0
    for end, linear in zip(ends.tolist(), shard.linear.tolist(), strict=True):
        yield Features(dict.fromkeys(columns[begin:end].tolist(), 1), tuple(linear))
        begin = end

"""Choosing from a list what to measure next: a library, a stock, a supplier's catalogue."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from operator import itemgetter

from molgrad.autograd.domain import Domain, Features
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.errors import whole
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.assay_models import Evaluated
from molgrad.optim.features import tanimoto
from molgrad.optim.medoids import medoids
from molgrad.optim.models import Models
from molgrad.optim.trust import Predicted

BLOCK = 2000  # values in memory at a time
AHEAD = 20  # of the best of a list that are kept for each one wanted; the batch is picked among them
FIRST = 4  # measurements below which the choice is a design: a lead that was measured tells nothing of a list
KEPT = 20_000  # values whose features are remembered between calls; about 6 kB each
SAMPLE = 3000  # values at most among which a first plate is spread; drawn evenly from a longer list
# What is predicted best is often one series, and its next members are the most likely actives: a limit as strict as no
# two alike finds fewer of them than none (tried on the tables of benchmarks/lab.py).
KIND = 0.6  # Tanimoto similarity from which on two members of a batch are of one kind
SHARE = 0.5  # of a batch that may be of one kind
KAPPA = 0.5  # standard deviations by which a prediction is taken to be better than expected
LIBRARY = "library"  # the advisor column of what was chosen from a list


@dataclass(frozen=True, slots=True)
class _Choice:
    """A value of the list with what is known and expected of it."""

    value: str
    features: Features
    exact: Evaluation
    predicted: Predicted


def choose(
    values: Iterable[str],
    known: Archive,
    n: int,
    *,
    loss: Loss,
    domain: Domain,
    seed: int = 0,
    models: Models | None = None,
    evaluated: Evaluated | None = None,
    reason: str = "from the list",
) -> list[Proposal]:
    """The `n` values of a list that are worth measuring next, best first.

    While hardly anything was measured (of assays, where there are any) the choice is a design: values that stand for
    the kinds in the list. Afterwards each value gets an optimistic total: its free terms as they are, the others as the
    surrogates predict them. The batch is picked among the best, at most half of it of one kind where that can be. The
    list is read once, in blocks; time goes with its length, memory does not.

    Determinism: the same list, measurements and seed give the same choice.

    Args:
        values: canonical values, in any number; those proposed before, and repetitions, are left out.
        known: what was measured and proposed so far.
        n: how many at most.
        loss: of what is optimized, lower is better.
        domain: the kind of values.
        seed: decides which part of a long list a first plate is spread over.
        models: surrogates that a caller keeps between calls, so that features are computed once.
        evaluated: what is known of values that were never proposed, such as docking scores of the whole list.
        reason: of every proposal, in words.

    Returns:
        Proposals without a parent, with `predicted` as {term: (mean, standard deviation)} of scores.

    Raises:
        ValueError: `n` is less than one.
    """
    whole("n", n, 1)
    models = models or Models(loss, domain)
    chooser = _Chooser(loss, models, known, evaluated or {})
    fresh = _fresh(values, known)
    picked = chooser.best(fresh, n) if chooser.informed() else chooser.spread(fresh, n, seed)
    return [Proposal(c.value, reason=reason, advisor=LIBRARY, predicted=_told(c)) for c in picked]


def _told(choice: _Choice) -> dict[str, tuple[float, float]]:
    exact = {term.loss: (term.score, 0.0) for term in choice.exact.all_terms() if term.score is not None}
    return {**exact, **choice.predicted}


def _fresh(values: Iterable[str], known: Archive) -> Iterator[str]:
    """The values that were not proposed before."""
    return (value for value in values if value not in known.taken)


class _Chooser:
    """One choice from one list."""

    def __init__(self, loss: Loss, models: Models, known: Archive, evaluated: Evaluated) -> None:
        self.loss, self.models, self.known, self.evaluated = loss, models, known, evaluated

    def informed(self) -> bool:
        """Whether enough was measured to predict from: of an assay where there is one, else of any expensive term."""
        assays = self.models.assays.views.keys()
        terms = assays or {t.loss for t in self.loss.pending().all_terms() if _expensive(self.loss, t.loss)}
        counts = Counter(
            term.loss
            for record in self.known.records
            for term in record.evaluation.all_terms()
            if term.loss in terms and term.score is not None
        )
        return max(counts.values(), default=0) >= FIRST

    def best(self, values: Iterator[str], n: int) -> list[_Choice]:
        """The most promising values, not all of one kind where that can be."""
        ahead: list[tuple[float, str, _Choice]] = []
        while block := list(islice(values, BLOCK)):
            kept = {value for _, value, _ in ahead}
            found = self._measured([value for value in dict.fromkeys(block) if value not in kept])
            ahead = heapq.nsmallest(AHEAD * n, [*ahead, *found], key=lambda one: one[:2])
        return _varied(ahead, n)

    def _measured(self, block: Sequence[str]) -> list[tuple[float, str, _Choice]]:
        """The values of a block that may be measured, each with its optimistic total."""
        exact = self._exact(block)
        sound = [i for i, e in enumerate(exact) if e.status not in (Status.INVALID, Status.FAILED)]
        kept = [block[i] for i in sound]
        predictions = self.models.predict(kept, self.known, self.evaluated)
        found = []
        for place, i in enumerate(sound):
            predicted = {term: rows[place] for term, rows in predictions.items()}
            choice = _Choice(block[i], self.models.features(block[i]), exact[i], predicted)
            found.append((self._bound(choice), block[i], choice))
            self._forget(block[i])
        return found

    def _exact(self, block: Sequence[str]) -> list[Evaluation]:
        new = [value for value in block if value not in self.evaluated]
        computed = dict(zip(new, self.loss.exact(new, quick=True), strict=True)) if new else {}
        return [self.evaluated.get(value) or computed[value] for value in block]

    def _bound(self, choice: _Choice) -> float:
        def hoped(term: Evaluation, sign: float) -> float | None:
            if term.loss not in choice.predicted:
                return None
            mean, sd = choice.predicted[term.loss]
            return mean - sign * KAPPA * sd

        score = self.loss.filled(choice.exact, hoped).score
        return math.inf if score is None else score

    def spread(self, values: Iterator[str], n: int, seed: int) -> list[_Choice]:
        """Values that stand for the kinds in the list, and for those that nothing measured stands for."""
        sample = _sampled(values, SAMPLE, seed)
        features = [self.models.features(value) for value in sample]
        measured = [self.models.features(record.value) for record in self.known.records]
        places = medoids(features, n, measured)
        exact = self._exact([sample[i] for i in places])
        found = [_Choice(sample[i], features[i], e, {}) for i, e in zip(places, exact, strict=True)]
        for value in sample:
            self._forget(value)
        return found

    def _forget(self, value: str) -> None:
        if self.models.remembered > KEPT:
            self.models.forget(value)


def _expensive(loss: Loss, name: str) -> bool:
    term = loss.term(name)
    return term is not None and term.expensive


def _varied(ahead: Sequence[tuple[float, str, _Choice]], n: int) -> list[_Choice]:
    """The best `n`, at most half of them of any one kind while there are others."""
    features = [choice.features for *_, choice in ahead]
    kind = tanimoto(features, features) >= KIND
    most = max(1, math.ceil(SHARE * n))
    picked: list[int] = []
    left = list(range(len(ahead)))
    while left and len(picked) < n:
        place = next((i for i in left if int(kind[i, picked].sum()) < most), left[0])
        left.remove(place)
        picked.append(place)
    return [ahead[i][2] for i in picked]


def _sampled(values: Iterator[str], n: int, seed: int) -> list[str]:
    """At most `n` different values of a stream in its order, each as likely as any other: those of the least hashes."""
    heap: list[tuple[int, int, str]] = []  # negative hash, place, value: the greatest hash first
    kept: set[str] = set()
    for place, value in enumerate(values):
        if value in kept:
            continue
        drawn = blake2b(f"{seed} {value}".encode(), digest_size=8).digest()
        one = (-int.from_bytes(drawn, "big"), place, value)
        if len(heap) < n:
            heapq.heappush(heap, one)
        elif one > heap[0]:
            kept.discard(heapq.heapreplace(heap, one)[2])
        else:
            continue
        kept.add(value)
    return [value for _, _, value in sorted(heap, key=itemgetter(1))]

"""How far off predictions are, learned from a run, so that a standard deviation means what it says."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from statistics import NormalDist, median, quantiles

from molgrad.optim.archive import Archive, Seen
from molgrad.optim.record import Record

# Trials that are taken to have come out as predicted before any has: few data must not swing a deviation. In three runs
# of 34 to 39 docks the surrogate's own deviations were 0.6, 0.6 and 1.9 times what they should have been.
PRIOR = 8
WINDOW = 60  # latest predictions that count: the surrogate gets better, and the search goes elsewhere
LEAST, MOST = 0.5, 4.0  # bounds of the factor
WITHIN = NormalDist().cdf(1.0) - NormalDist().cdf(-1.0)  # 68 %: what should lie within one deviation

Predicted = Mapping[str, tuple[float, float]]


class Calibration:
    """Factors on predicted deviations, one for each term, such that 68 % of what was measured lay within one.

    What is to be told is the deviation of the measurement to come, so the measurements' own is added to the
    surrogate's; each prediction is then widened or narrowed by how the earlier ones came out. The same records give the
    same factors.

    Args:
        archive: what was measured, with predictions that `stated` made.
    """

    def __init__(self, archive: Archive) -> None:
        self._missed: dict[str, deque[float]] = {}  # in deviations before the factor
        self._own: dict[str, list[float]] = {}
        self._records, self._batch = 0, -1  # how many were read, and the batch of the last
        self._before: dict[str, float] = {}  # the factors with which that batch was predicted
        self.read(archive)

    def read(self, archive: Archive) -> Calibration:
        """Take in what was measured since this was read last; it must be the same archive each time.

        Args:
            archive: to whose records others were added at the end.
        """
        for record in islice(archive.records, self._records, None):
            if record.batch != self._batch:
                self._batch, self._before = record.batch, {term: self.factor(term) for term in self._missed}
            self._take(Seen.of(record))
        self._records = len(archive.records)
        return self

    def _take(self, seen: Seen) -> None:
        for name, score, own in seen.terms:
            if score is None:
                continue
            if own is not None:
                self._own.setdefault(name, []).append(own)
            mean, sd = seen.predicted.get(name, (0.0, 0.0))
            if sd > 0.0:
                missed = self._missed.setdefault(name, deque(maxlen=WINDOW))
                missed.append(abs(score - mean) * self._before.get(name, 1.0) / sd)

    def factor(self, term: str) -> float:
        """What a term's predicted deviations are multiplied with; 1 before anything is known.

        Args:
            term: of the loss.
        """
        missed = self._missed.get(term)
        if not missed:
            return 1.0
        expected = [NormalDist().inv_cdf(0.5 + (place + 0.5) / (2 * PRIOR)) for place in range(PRIOR)]
        percentiles = quantiles([*missed, *expected], n=1000, method="inclusive")
        return min(MOST, max(LEAST, percentiles[round(1000 * WITHIN) - 1]))

    def stated(self, predicted: Predicted) -> dict[str, tuple[float, float]]:
        """Predictions with the deviations that measurements are expected to have from them.

        Args:
            predicted: mean and standard deviation of each term's score; those with deviation 0 are computed exactly.
        """
        return {term: (mean, self._stated(term, sd)) for term, (mean, sd) in predicted.items()}

    def _stated(self, term: str, sd: float) -> float:
        own = median(self._own[term]) if term in self._own else 0.0
        return self.factor(term) * math.hypot(sd, own) if sd > 0.0 else 0.0


def within(records: Sequence[Record]) -> dict[str, tuple[int, int]]:
    """For each term how many measurements lay within one deviation of their predictions, and how many there were.

    Args:
        records: what was measured.
    """
    counts: dict[str, tuple[int, int]] = {}
    for record in records:
        for term in record.evaluation.all_terms():
            mean, sd = record.proposal.predicted.get(term.loss, (0.0, 0.0))
            if sd > 0.0 and term.score is not None:
                hit, trials = counts.get(term.loss, (0, 0))
                counts[term.loss] = hit + (abs(term.score - mean) <= sd), trials + 1
    return counts

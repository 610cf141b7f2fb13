"""How far a surrogate is believed: no hope beyond the range of what was measured, and few long shots."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from molgrad.autograd.domain import Features
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.features import Array
from molgrad.optim.models import Models
from molgrad.optim.record import Record

RISK = 0.5  # units of the loss by which a measurement may be worse than the lead
SURE = 0.3  # fraction of a pool that is no long shot, however little is known: what is feared least
FEAR = 0.67  # standard deviations: one in four measurements is worse than expected by more
GIVES = 2.0  # prior spreads that the expensive terms may gain by one change: 2 kcal/mol for docking

Predicted = Mapping[str, tuple[float, float]]  # expensive term -> mean, standard deviation


@dataclass(frozen=True, slots=True)
class Trust:
    """What was measured: its range, and the total of the lead.

    Attributes:
        low: least of each extent, see `Features.extent`.
        high: greatest of each.
        lead: total of the best start, or of the best value where no start has one.
        feared: total that the least feared of a pool may come to; see `among`.
    """

    low: Array
    high: Array
    lead: float
    feared: float = -math.inf

    @classmethod
    def of(cls, archive: Archive, models: Models) -> Trust:
        """The range of everything with a score that models learn from, and the lead's total.

        Args:
            archive: what was measured.
            models: gives the features.
        """
        known = [record.value for record in archive.telling() if record.known_score is not None]
        extents = np.array([models.features(value).extent for value in known], dtype=float)
        ranked = archive.ranked()
        starts = (record for record in ranked if record.proposal.parent is None and record.batch == 0)
        lead = next(starts, next(iter(ranked), None))
        total = math.inf if lead is None or lead.known_score is None else lead.known_score
        if not extents.size:
            return cls(np.zeros(0), np.zeros(0), total)
        return cls(extents.min(axis=0), extents.max(axis=0), total)

    def among(self, feared: Sequence[float]) -> Trust:
        """The same for a pool of candidates: early on each of them may be worse than the lead, and some are measured.

        Args:
            feared: the total of each that it is worse than in one of four cases.
        """
        known = [total for total in feared if math.isfinite(total)]
        return replace(self, feared=float(np.quantile(known, SURE))) if known else self

    @property
    def _limit(self) -> float:
        return max(self.lead + RISK, self.feared)

    def beyond(self, features: Features) -> float:
        """Steps by which a value lies outside the range in the worst direction; 0 within it."""
        extent = np.asarray(features.extent, dtype=float)
        if not extent.size or not self.low.size:
            return 0.0
        return float(np.maximum(self.low - extent, extent - self.high).max().clip(min=0.0))

    def hope(self, features: Features, feared: float) -> float:
        """The factor of a candidate's optimism: 1 up to a step beyond the range, then less, -1 from three steps on.

        What is predicted to be a long shot is not hoped for either: uncertainty alone is no reason to measure it.

        Args:
            features: of the candidate.
            feared: a total that it is worse than in one of four cases.
        """
        hope = float(np.clip(2.0 - self.beyond(features), -1.0, 1.0))
        return min(hope, 0.0) if feared > self._limit else hope

    def long_shot(self, features: Features, feared: float) -> bool:
        """Whether a candidate lies over a step beyond the range, or in one of four cases is worse than the lead.

        Of a pool in which that holds of most, the least feared are none.

        Args:
            features: of the candidate.
            feared: a total that it is worse than in one of four cases.
        """
        return self.beyond(features) > 1.0 or feared > self._limit


def hopeless(loss: Loss, exact: Evaluation, proposal: Proposal, archive: Archive) -> bool:
    """Whether the terms known before measuring lose more than the expensive ones could give back in one change.

    Args:
        loss: of what is optimized.
        exact: the free terms of the proposal.
        proposal: with its parent.
        archive: holds the parent; without it the best value stands in.
    """
    parent = archive.of(proposal.parent or "") or next(iter(archive.ranked(1)), None)
    if parent is None or parent.known_score is None:
        return False
    known = _scores(parent)

    def best_case(term: Evaluation, sign: float) -> float | None:
        if term.loss not in known:
            return None
        own = loss.term(term.loss)
        return known[term.loss] - sign * GIVES * (1.0 if own is None else own.prior_spread)

    score = loss.filled(exact, best_case).score
    return score is not None and score > parent.known_score


def _scores(record: Record) -> dict[str, float]:
    return {term.loss: term.score for term in record.evaluation.all_terms() if term.score is not None}


def feared(loss: Loss, exact: Sequence[Evaluation], predicted: Sequence[Predicted]) -> list[float]:
    """The totals than which values are worse in one of four cases; infinite for words, 0 where nothing is known yet.

    Args:
        loss: of what is optimized.
        exact: free terms of each value.
        predicted: the others of each.
    """
    found = []
    for one, terms in zip(exact, predicted, strict=True):

        def worse(term: Evaluation, sign: float, terms: Predicted = terms) -> float | None:
            if term.loss not in terms:
                return None
            mean, sd = terms[term.loss]
            return mean + sign * FEAR * sd

        score = loss.filled(one, worse).score
        unknown = 0.0 if one.status is Status.PENDING else math.inf
        found.append(unknown if score is None else score)
    return found

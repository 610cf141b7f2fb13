"""What a place of a series tolerates: a change that lost much there is not tried again in another guise."""

from __future__ import annotations

from dataclasses import dataclass

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record

BAD = 0.5  # units of the loss by which a change made the measured terms worse
FAILED = 3.0  # what a child counts that gave no score, such as one without a required contact
LATEST = 200  # changes that are looked at: each is compared with each candidate, and older ones are of other molecules
DOUBT = 1.0  # measured changes as good as none at the same place: one bad one may be an accident


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measured single change, and by how much it made the measured terms worse."""

    parent: str
    child: str
    worse: float


class Tolerance:
    """Expects of a change what other changes at the same place of the series cost, exact terms left out.

    Args:
        loss: of what is optimized.
        domain: of the values.
        archive: what was measured.
    """

    def __init__(self, loss: Loss, domain: Domain, archive: Archive) -> None:
        self.loss, self.domain, self.archive = loss, domain, archive
        self._outcomes: list[Outcome] = []
        self._read = 0
        self._costs: dict[tuple[str, str], float] = {}

    def cost(self, proposal: Proposal) -> float:
        """Units of the loss that a single change is expected to lose at its place; 0 where nothing speaks against it.

        Args:
            proposal: with its parent.
        """
        self._update()
        if proposal.parent is None or not any(one.worse > BAD for one in self._outcomes):
            return 0.0
        key = (proposal.parent, proposal.value)
        if key not in self._costs:
            self._costs[key] = self._cost(key)
        return self._costs[key]

    def _cost(self, change: tuple[str, str]) -> float:
        told = [
            (self.domain.told_by((one.parent, one.child), change, bad=one.worse > BAD), one.worse)
            for one in self._outcomes
        ]
        weight = sum(share for share, _ in told)
        return max(0.0, sum(share * worse for share, worse in told) / (weight + DOUBT))

    def _update(self) -> None:
        """Take in what was measured since."""
        pairs = self.archive.pairs
        if self._read == len(pairs):
            return
        self._read = len(pairs)
        self._costs.clear()
        free = self.loss.exact([pairs[0][0].value], quick=True)[0]
        measured = {term.loss for term in free.all_terms() if term.status is Status.PENDING}
        found = (_outcome(parent, child, measured) for parent, child in pairs[-LATEST:])
        self._outcomes = [one for one in found if one is not None]


def _outcome(parent: Record, child: Record, measured: set[str]) -> Outcome | None:
    before, after = _sum(parent.evaluation, measured), _sum(child.evaluation, measured)
    if before is None:
        return None
    if after is None:
        failed = child.evaluation.status is Status.INVALID
        return Outcome(parent.value, child.value, FAILED) if failed else None
    return Outcome(parent.value, child.value, after - before)


def _sum(evaluation: Evaluation, names: set[str]) -> float | None:
    """What these terms contribute together; None where one has no score."""
    parts = [term.contribution for term in evaluation.all_terms() if term.loss in names]
    return None if not parts or any(part is None for part in parts) else sum(part or 0.0 for part in parts)

"""The account that a search keeps for an advisor whose questions cost something: what it is told, what it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.standing import Measured, PassedOver, Standing
from molgrad.evaluation import Status
from molgrad.optim.archive import Archive
from molgrad.optim.forecasts import Forecasts
from molgrad.optim.hypotheses import PredictionLog
from molgrad.optim.record import Record
from molgrad.optim.teaching import Teaching

BEST = 20  # measured values that are always shown
CHILDREN = 10  # of each parent in question, the latest
LATEST = 20  # of the batch measured last
IDEAS = 16  # of the author's own that were passed over, the latest
OTHERS = 5  # the same of everybody else
BATCHES = 2  # whose values count as passed over lately
ASKED = 500  # values of which it is remembered that they were asked about
PLACES = 3  # of a batch for each parent that is asked about: an answer brings about five proposals
TOGETHER = 2  # the same where one request is about all of them
LESSONS = 12  # of matched pairs, the best supported
MOST = 6  # parents in one request, whose facts take most of it
UNITS = {"docked": "dock"}  # a measurement that costs one unit, by the participle of `Loss.unit_of_cost`
MEASUREMENT = "measurement"  # any other, such as of a molecule into three receptors


class Account:
    """What an advisor is told of a search, whom it was asked about, and what it proposed in vain.

    What follows from the archive is read there; the rest is its state. Each entry bears the batch in which it was made,
    and a batch that is thought of once more forgets its own, so that it is thought of in the same way.

    Args:
        loss: of what is optimized.
        domain: of the values.
        archive: what was measured.
        together: whether one request asks about all parents of a batch.
        teaching: the search's lessons; those of the archive alone by default.

    Attributes:
        forecasts: how the advisor's expectations came out.
    """

    def __init__(
        self,
        loss: Loss,
        domain: Domain,
        archive: Archive,
        *,
        together: bool = False,
        teaching: Teaching | None = None,
    ) -> None:
        self._loss, self._domain, self._archive, self._together = loss, domain, archive, together
        self._batch, self._wanted = 0, 0
        self._left: int | None = None
        self._asked: list[tuple[int, str, int]] = []  # batch, value, and how many of its family were measured
        self._passed: list[tuple[int, int, Proposal, str]] = []  # batch, the one of its first, the proposal, and why
        from molgrad.optim.worth import WorthLog  # chemistry, which searches of texts do without

        self._log, self._worth = PredictionLog(), WorthLog(domain)
        self._teaching = teaching or Teaching(domain)
        self.forecasts = Forecasts()

    def begin(self, batch: int, wanted: int, left: int | None) -> None:
        """Begin to think of a batch.

        Args:
            batch: its number.
            wanted: how many values it may hold.
            left: measurements left in the budget; None where that is not known.
        """
        self._batch, self._wanted, self._left = batch, wanted, left
        self._asked = [one for one in self._asked if one[0] < batch]
        self._passed = [one for one in self._passed if one[0] < batch <= one[1] + BATCHES]
        self.forecasts.read(self._archive)

    def worth_asking(self, parents: Sequence[Record]) -> list[Record]:
        """Those of the parents that are asked about in this batch, best first; noted as asked.

        One for each `PLACES` of the batch, or `TOGETHER` in one request; none that is worse than the lead while
        anything better was measured, and none of which nothing new is known since it was asked about.

        Args:
            parents: what the batch builds on, the most promising first.
        """
        ranked = self._archive.ranked()
        lead = next((one.known_score for one in ranked if one.batch == 0 and one.proposal.parent is None), None)
        best = ranked[0].known_score if ranked else None
        if lead is not None and best is not None and best < lead:
            parents = [one for one in parents if one.known_score is not None and one.known_score <= lead]
        known = {value: family for _, value, family in self._asked}
        new = [one for one in parents if known.get(one.value) != len(self._archive.family(one.value))]
        most = min(MOST, self._wanted // TOGETHER) if self._together else self._wanted // PLACES
        chosen = new[: max(1, most)]
        self._asked += [(self._batch, one.value, len(self._archive.family(one.value))) for one in chosen]
        del self._asked[:-ASKED]
        return chosen

    def pass_over(self, passed: Iterable[tuple[Proposal, str]]) -> None:
        """Note what was proposed for this batch and is not in it.

        Args:
            passed: each with the reason, in words.
        """
        first = {proposal.value: batch for _, batch, proposal, _ in reversed(self._passed)}
        found = [(self._batch, first.get(one.value, self._batch), one, why) for one, why in passed]
        ideas, others = ([one for one in found if one[2].by_model is by] for by in (True, False))
        self._passed += [*ideas[:IDEAS], *others[:OTHERS]]

    def waiting(self) -> list[Proposal]:
        """The advisor's own proposals that were passed over lately: with more known they may be chosen now."""
        return list({one.value: one for _, _, one, _ in self._passed if one.by_model}.values())

    def standing(self, parents: Sequence[Record] = ()) -> Standing:
        """What the advisor is told.

        Args:
            parents: what it is asked about.
        """
        return Standing(
            measured=tuple(self._measured(one) for one in self._shown(parents)),
            passed_over=self._lately(),
            wanted=self._wanted,
            left=self._left,
            unit=UNITS.get(self._loss.unit_of_cost, MEASUREMENT) if self._loss.cost == 1 else MEASUREMENT,
            lessons=self._lessons(),
            forecasts=str(self.forecasts.read(self._archive)),
            worth=self._worth.read(self._archive).worth(),
            limits=tuple(getattr(self._domain, "limits", self._domain.requirements)),
        )

    def _lessons(self) -> tuple[str, ...]:
        """Lessons with controls first, then how predictions came out."""
        found = self._teaching.sentences(self._archive)[:LESSONS]
        return (*found, *map(str, self._log.read(self._archive).lessons()))

    def _shown(self, parents: Sequence[Record]) -> list[Record]:
        """The best, the parents and their children, and the latest batch: by total, what gave no number last."""
        archive = self._archive
        found = {one.value: one for one in archive.ranked(BEST)}
        for parent in parents:
            found |= {one.value: one for one in (parent, *archive.family(parent.value)[-CHILDREN:])}
        latest = archive.records[-LATEST:]
        found |= {one.value: one for one in latest if one.batch == latest[-1].batch}
        places = {one.value: place for place, one in enumerate(archive.records)}
        return sorted(found.values(), key=lambda one: (*_order(one), places[one.value]))

    def _measured(self, record: Record) -> Measured:
        parent = self._archive.of(record.proposal.parent or "")
        change = ""
        if parent is not None:
            change = self._domain.difference(parent.value, record.value) or record.proposal.reason
        return Measured(
            record.title,
            record.value,
            record.evaluation,
            "" if parent is None else parent.title or parent.value,
            change,
            record.batch == 0 and record.proposal.parent is None,
        )

    def _lately(self) -> tuple[PassedOver, ...]:
        """What was passed over and never measured since, the latest first, each value once."""
        found: dict[str, PassedOver] = {}
        for *_, proposal, why in sorted(self._passed, key=lambda one: -one[0]):
            parent = self._archive.of(proposal.parent or "")
            name = proposal.parent or "" if parent is None else parent.title or parent.value
            if proposal.value not in self._archive.taken:
                found.setdefault(proposal.value, PassedOver(proposal.value, name, why))
        return tuple(found.values())

    def state(self) -> dict[str, Any]:
        """What does not follow from the archive, as JSON."""
        passed = [[batch, first, proposal.to_json(), why] for batch, first, proposal, why in self._passed]
        return {"asked": [list(one) for one in self._asked], "passed": passed}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state.

        Args:
            state: what `state` gave; empty for one that was kept before there were accounts.
        """
        self._asked = [(batch, value, family) for batch, value, family in state.get("asked", [])]
        passed = state.get("passed", [])
        self._passed = [(batch, first, Proposal.from_json(one), why) for batch, first, one, why in passed]


def _order(record: Record) -> tuple[int, float]:
    """Whole totals first, then what waits for an assay, then failures."""
    if record.evaluation.score is not None:
        return 0, record.evaluation.score
    return (1, record.known_score or 0.0) if record.evaluation.status is Status.PENDING else (2, 0.0)

"""Analogues of what was measured: single changes, and combinations of changes that proved no worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.optim.archive import Archive
from molgrad.optim.models import Models
from molgrad.optim.record import Record

WINNERS = 12  # measured changes that are tried on other values, the best first
NEAREST = 8  # measured values among which a parent is looked for
COMBINATION = "combination"  # the source of what has two measured changes


class Analogues:
    """Says what is a single change of something measured, and puts such changes together.

    Args:
        domain: of the values.
        archive: what was measured.
        models: gives features.
    """

    def __init__(self, domain: Domain, archive: Archive, models: Models) -> None:
        self.domain, self.archive, self.models = domain, archive, models

    def allowed(self, proposal: Proposal) -> bool:
        """Whether a proposal is one change away from its parent, which was measured, and keeps what holds that."""
        parent = proposal.parent
        if parent not in self.archive.taken or self.domain.step(parent, proposal.value).places != 1:
            return False
        known = self.archive.of(parent)
        facts = () if known is None else [fact for term in known.evaluation.aimed_terms() for fact in term.facts]
        return self.domain.spares(parent, proposal.value, facts)

    def same(self, first: Proposal, second: Proposal) -> bool:
        """Whether two proposals make the same change at the same place of the series, on different parents."""
        if first.parent is None or second.parent is None or first.parent == second.parent:
            return False
        one, two = (self.domain.step(p.parent or "", p.value) for p in (first, second))
        pairs = ((p.parent or "", p.value) for p in (first, second))
        return bool(one.kind) and one.kind == two.kind and self.domain.told_by(*pairs, bad=False) > 0.0

    def anchored(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """The proposals whose parent is one change away; of a model's ideas another measured value may become it.

        Args:
            proposals: of any source.
        """
        found = []
        for proposal in proposals:
            if not proposal.by_model or self.allowed(proposal):
                found.append(proposal)
                continue
            others = (replace(proposal, parent=value) for value in self._near(proposal.value))
            found += [next((one for one in others if self.allowed(one)), proposal)]
        return found

    def scans(self, record: Record) -> list[Proposal]:
        """Every small standard change of a measured value."""
        return [
            Proposal(value, record.value, edit, edit.reason, advisor="exploration")
            for value, edit in self.domain.scan(record.value)
        ]

    def combinations(self, targets: Sequence[Record]) -> list[Proposal]:
        """Changes that made a measured value no worse, on other measured values.

        Args:
            targets: what the changes are made on.
        """
        found = []
        for parent, child in self._winners():
            for target in targets:
                if target.value in (parent.value, child.value):
                    continue
                for value in self.domain.combined(parent.value, target.value, child.value):
                    gain = (child.known_score or 0.0) - (parent.known_score or 0.0)
                    reason = f"the change that made {parent.value} into {child.value} ({gain:+.1f}), made here too"
                    found.append(Proposal(value, target.value, None, reason, advisor=COMBINATION))
        return found

    def _winners(self) -> list[tuple[Record, Record]]:
        """Pairs of parent and child, one change apart, of which the child is no worse; the best changes first."""
        pairs = [
            (after - before, child.value, parent, child)
            for parent, child in self.archive.pairs
            if (before := parent.known_score) is not None and (after := child.known_score) is not None
            if after <= before
        ]
        ranked = sorted(pairs, key=lambda pair: pair[:2])[:WINNERS]
        return [(parent, child) for *_, parent, child in ranked]

    def _near(self, value: str) -> list[str]:
        """The measured values most like one, as many as are tried as its parent."""
        records = [record for record in self.archive.telling() if record.known_score is not None]
        likeness = dict(zip((r.value for r in records), self._likeness(records, value), strict=True))
        return sorted(likeness, key=lambda one: (-likeness[one], one))[:NEAREST]

    def _likeness(self, records: Sequence[Record], value: str) -> list[float]:
        return self.models.similarities([record.value for record in records], value)

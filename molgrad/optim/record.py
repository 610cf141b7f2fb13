"""A measured proposal, and lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from molgrad.autograd.gradient import Proposal
from molgrad.display import Shown
from molgrad.evaluation import Evaluation, Status


@dataclass(frozen=True, slots=True, repr=False)
class Record(Shown):
    """A measured proposal.

    Attributes:
        proposal: what was measured.
        evaluation: what that gave.
        batch: in which it was proposed.
        name: what tables and pose files call it: the name that a user gave, else its id.
        named: whether the name is a user's own.
        id: of the proposal in its campaign, m0007; empty outside one.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.record:record"

    proposal: Proposal
    evaluation: Evaluation
    batch: int = 0
    name: str = ""
    named: bool = False
    id: str = ""

    def __repr__(self) -> str:
        """One line for a plain Python shell: lists of records are looked at there."""
        scored = self.evaluation.score is not None
        said = f"loss {self.evaluation.score:.3f}" if scored else self.evaluation.status.value
        return f"<{' '.join(f'{self.title} {self.value}'.split())}: {said}>"

    @property
    def value(self) -> str:
        """The measured value."""
        return self.proposal.value

    @property
    def label(self) -> str:
        """The value, with id and name."""
        return f"{self.value}  {self.title}".rstrip()

    @property
    def title(self) -> str:
        """The id, and the name where a user gave one: "m0001 trimethoprim"."""
        return f"{self.id} {self.name}" if self.named and self.id else self.name

    @property
    def known_score(self) -> float | None:
        """The total, or while an assay is out, the sum of what is there, 0 for nothing; None for failures."""
        if self.evaluation.status is Status.PENDING:
            parts = [
                t.contribution for t in self.evaluation.terms if t.contribution is not None and t.score is not None
            ]
            return sum(parts)  # a start whose only term is an assay may be built on
        return self.evaluation.score


class Records(list[Record], Shown):
    """Records that a notebook shows as a table with structures."""

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.record:records"

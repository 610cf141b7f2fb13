"""What a campaign tells whoever watches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class Event:
    """One molecule measured, and where the campaign stands.

    Attributes:
        proposal, evaluation: what was measured; None for the event that opens a run.
        spent, budget: units of the budget used and allowed.
        failed: how many molecules gave no number so far.
        best: the best measured value and its score; None before there is one.
        batch: number of the present batch, 0 for the starts.
        unit: what the budget counts, `docked` or, for a loss without docking, `measured`.
        outcome: what became of it where it has no number, in a word or two; its status where this is empty.
        again: how often the molecule was measured and what each time gave, where this was not the first; else empty.
        maximize: whether a higher score is better; scores are told as the user's function counts.
    """

    proposal: Proposal | None
    evaluation: Evaluation | None
    spent: int
    budget: int
    failed: int
    best: tuple[str, float] | None
    batch: int
    unit: str = "docked"
    again: str = ""
    maximize: bool = False
    outcome: str = ""


Watcher = Callable[[Event], None]


def ignore(event: Event) -> None:
    """A watcher that does nothing."""

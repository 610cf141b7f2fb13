"""What a search knows at one moment, for an advisor that is asked about several of its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from molgrad.evaluation import Evaluation

TELLING = 3  # tries below which what a kind of fact has paid says nothing


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table of what was measured.

    Attributes:
        name: the id, with the name that a user gave: "m0007", "m0001 trimethoprim"; empty outside a campaign.
        value: what was measured.
        evaluation: its terms and its total.
        parent: the name of what it was made from; empty for a start.
        change: what was changed in the parent, in words.
        start: whether it is a start (a lead).
    """

    name: str
    value: str
    evaluation: Evaluation
    parent: str = ""
    change: str = ""
    start: bool = False


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A value that was proposed and not measured.

    Attributes:
        value: what was proposed.
        parent: the name of what it was made from.
        why: why it was not measured, in words: "predicted -9.1 ± 0.6, not in the batch".
    """

    value: str
    parent: str
    why: str


@dataclass(frozen=True, slots=True)
class Worth:
    """What acting on one kind of fact has brought.

    Attributes:
        kind: of the fact, such as `pose_growth`.
        tried: changes that answered such a fact and were measured.
        paid: how many of them were better than their parents.
        mean: mean change of the total; negative is better.
        stored: how many of `tried` come from stored runs and not from this one.
        stored_paid: how many of these were better than their parents.
    """

    kind: str
    tried: int
    paid: int
    mean: float
    stored: int = 0
    stored_paid: int = 0


def worth_words(worth: Worth) -> str:
    """What acting on a kind of fact has brought, to stand beside such a fact: "paid 7 of 11 times, -0.4 in the mean".

    What comes from earlier runs is told apart from this one. Empty while fewer than `TELLING` tries say anything.

    Args:
        worth: of the kind.
    """
    if worth.tried < TELLING:
        return ""
    paid = f"paid {worth.paid} of {worth.tried} times" if worth.paid else f"never paid in {worth.tried} times"
    change = f"{worth.mean:+.1f}" if abs(worth.mean) >= 0.05 else "no change"
    return f"{paid}, {change} in the mean{_apart(worth)}"


def _apart(worth: Worth) -> str:
    if not worth.stored:
        return ""
    if worth.stored == worth.tried:
        return " (in earlier runs, not in this one)"
    return f" (in this run {worth.paid - worth.stored_paid} of {worth.tried - worth.stored})"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a search: what was measured, what was not, and what is still to be spent.

    Attributes:
        measured: what was measured and may be shown, by total, best first; the failed last.
        passed_over: what was proposed lately and not measured.
        wanted: how many values the next batch holds; 0 where that is not known.
        left: measurements left in the budget; None where that is not known.
        unit: what one measurement is called: "dock", "measurement".
        lessons: what the search has taught, a sentence each, the best supported first.
        forecasts: how the advisor's own expectations came out, in a sentence; empty while none was measured.
        worth: by kind of fact, what acting on it has brought.
        limits: what the validator asks of every proposal, a sentence each.
    """

    measured: tuple[Measured, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    wanted: int = 0
    left: int | None = None
    unit: str = "measurement"
    lessons: tuple[str, ...] = ()
    forecasts: str = ""
    worth: Mapping[str, Worth] = field(default_factory=dict)
    limits: tuple[str, ...] = ()

"""What a campaign's database holds of one proposal."""

from __future__ import annotations

from dataclasses import dataclass

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class Row:
    """A stored proposal with its evaluation, as far as there is one.

    `kind` says where it came from: "start", "search", "ask" or "told".
    """

    id: int
    batch: int
    kind: str
    proposal: Proposal
    evaluation: Evaluation | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """A further measurement of a value that was measured before.

    Attributes:
        batch: after which it was planned.
        row: `Row.id` of the value.
        done: whether it was made.
    """

    batch: int
    row: int
    done: bool = False

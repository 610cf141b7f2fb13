"""The operation of a loss in the graph of variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.functional import Feedback
from molgrad.autograd.variable import Signal, Variable

if TYPE_CHECKING:
    from molgrad.autograd.loss import Loss


@dataclass(frozen=True, slots=True)
class Measured:
    """The operation of a loss node: the measurement itself is the feedback on what was measured."""

    name: str
    loss: Loss

    def backward(self, node: Variable, signals: Sequence[Signal], advisor: Advisor | None) -> Feedback:  # noqa: ARG002 - protocol
        """The evaluation, weighted by how strongly the total depends on it."""
        evaluation = node.evaluation
        if evaluation is None:
            return []
        signal = Signal.of(evaluation, sum(s.weight for s in signals), self.loss.least)
        return [(predecessor, signal) for predecessor in node.predecessors]

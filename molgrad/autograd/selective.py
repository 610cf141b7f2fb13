"""Losses for selectivity: an off-target costs what it is bound beyond a floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from molgrad.autograd.compose import as_weight, sum_of
from molgrad.autograd.composite import Composite, Sum, as_loss
from molgrad.autograd.loss import LossLike
from molgrad.evaluation import Evaluation

FLOOR = -8.1  # kcal/mol; the median of LCK scores, from which DOCKSTRING's JAK2 task counts (García-Ortegón 2022)


class OffTarget(Composite):
    """How far a loss falls below a floor: max(0, floor - score).

    Without a result for the off-target there is none here either: a failed anti-target never counts as
    selective.

    Args:
        loss: measures the off-target, lower meaning stronger.
        floor: in the loss's own unit; what is bound no more strongly costs nothing.
    """

    name = "off_target"

    def __init__(self, loss: LossLike, floor: float = FLOOR) -> None:
        self.floor = as_weight(floor)
        self.terms = [(-1.0, as_loss(loss))]

    def spec(self) -> dict[str, Any]:
        """The loss and the floor."""
        return {**super().spec(), "floor": self.floor}

    def _combine(self, terms: Sequence[Evaluation]) -> Evaluation:
        whole = sum_of(terms, self.name)
        if whole.score is None:
            return whole
        beyond = max(0.0, self.floor + whole.score)
        inner = tuple(replace(term, active=beyond > 0.0) for term in whole.terms)
        said = f"bound {beyond:.2f} beyond {self.floor:g}" if beyond else f"not bound beyond {self.floor:g}"
        return replace(whole, score=beyond, terms=inner, text=f"off-target {said}; {whole.terms[0].text}")


def selective(target: LossLike, against: LossLike | Sequence[LossLike], floor: float = FLOOR) -> Sum:
    """The target's loss plus what each off-target is bound beyond the floor: `mg.Selective(a, against=[b])`.

    Args:
        target: what should be low, such as `mg.Docking("JAK2")`.
        against: what should not be: a loss or several.
        floor: see `OffTarget`.

    Raises:
        ValueError: nothing to be selective against.
    """
    if not isinstance(against, Sequence):
        against = [against]
    if not against:
        raise ValueError("Selective needs at least one off-target: against=[mg.Docking(...)]")
    return as_loss(target) + Sum([(1.0, OffTarget(loss, floor)) for loss in against])

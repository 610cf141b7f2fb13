"""A measurement of several variables together, such as an answer beside its question: feedback reaches each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from molgrad.autograd.functional import Chain, computed
from molgrad.autograd.variable import Basis, Variable
from molgrad.evaluation import Evaluation

if TYPE_CHECKING:
    from molgrad.autograd.loss import Loss  # which measures several variables by this module


@dataclass(frozen=True, slots=True)
class Together(Chain):
    """The operation of a loss node over several variables: each is criticised in sight of the others.

    Attributes:
        loss: what measured.
    """

    loss: Loss


def hung(loss: Loss, variables: Sequence[Variable], evaluation: Evaluation, how: str) -> Variable:
    """The node of a measurement of several variables.

    Args:
        loss: what measured.
        variables: what was measured together, in order.
        evaluation: the measurement.
        how: what the loss does, in words that a critic reads.
    """
    remember(loss, variables, evaluation)
    shown = f"{evaluation.score:.4f}" if evaluation.score is not None else evaluation.text or evaluation.reason
    role = f"{evaluation.loss} of the {' and the '.join(dict.fromkeys(v.role_description for v in variables))}"
    return computed(shown, role, variables, Together(evaluation.loss, how, loss), evaluation)


def remember(loss: Loss, variables: Sequence[Variable], evaluation: Evaluation) -> None:
    """Record the measurement on every variable that may change, with what it was measured beside.

    Args:
        loss: what measured.
        variables: what was measured together.
        evaluation: the measurement.
    """
    loss.last = evaluation
    given = frozenset((v.role_description, v.value) for v in variables if not v.requires_grad)
    for variable in variables:
        if variable.requires_grad:
            variable.record(evaluation, loss, Basis((loss,), given))


def labelled(variables: Sequence[Variable]) -> dict[str, Variable]:
    """The variables by their roles; of several with one role, the further ones numbered.

    Args:
        variables: in the order in which they are shown.
    """
    found: dict[str, Variable] = {}
    for variable in variables:
        role, number = variable.role_description, 2
        while role in found:
            role, number = f"{variable.role_description} {number}", number + 1
        found[role] = variable
    return found

"""The chain rule of TextGrad's calls: the engine hears of the whole call, and of each value once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.functional import Chain, Feedback
from molgrad.autograd.variable import Signal, Variable


@dataclass(frozen=True, slots=True)
class Call:
    """Something computed from several inputs; advice on one of them is given in sight of the others.

    Attributes:
        name: what was done, in a word or two.
        description: what was done, in a sentence.
    """

    name: str
    description: str

    def backward(self, node: Variable, signals: Sequence[Signal], advisor: Advisor | None) -> Feedback:
        """One piece of advice for each input that requires a gradient."""
        feedback: Feedback = []
        for predecessor in node.predecessors:
            if predecessor.requires_grad:
                others = [p for p in node.predecessors if p is not predecessor]
                seen = "".join(f"\n{p.role_description}: {p!s}" for p in others)
                chain = Chain(self.name, self.description + (f", together with{seen}" if seen else ""))
                feedback += chain.backward(_only(node, predecessor), signals, advisor)
        return feedback


def _only(node: Variable, predecessor: Variable) -> Variable:
    """The node as if it had been made from this predecessor alone."""
    return Variable(
        node.value, role_description=node.role_description, predecessors=[predecessor], operation=node.operation
    )

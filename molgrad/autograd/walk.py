"""The walk that carries feedback backwards through the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from molgrad.autograd.advisor import Advisor, Subject
from molgrad.autograd.composite import measured_by
from molgrad.autograd.engine import get_backward_engine, resolve_advisor
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.loss import Measured
from molgrad.autograd.variable import Basis, Signal, Variable
from molgrad.errors import BackwardError
from molgrad.llm.types import LanguageModel


def backward(root: Variable, engine: str | Advisor | LanguageModel | None = None) -> None:
    """Turn what `root` measured into gradients on every leaf below it that requires one.

    Each node is visited once, after everything that was computed from it; no recursion, so depth does not
    matter. A leaf with measurements gets one critique from the advisor, which sees all of them; without an advisor
    the feedback of each measurement is a gradient. Gradients add up over several backward passes until `zero_grad`.

    Args:
        root: the result to go back from.
        engine: the advisor, as for `set_backward_engine`; the global one by default.

    Raises:
        BackwardError: nothing below the root requires a gradient, or nothing was measured.
        EngineError: the engine's name leads nowhere, or its endpoint is down.
    """
    if not root.requires_grad:
        raise BackwardError(f"{root!r} depends on nothing with requires_grad=True; there is nothing to improve")
    advisor = resolve_advisor(engine) if engine is not None else get_backward_engine()
    if root.operation is None:
        raise BackwardError(f"{root!r} was given, not computed; apply a loss and go back from the result")
    first = root.evaluation.feedback if root.evaluation is not None else root.value
    leaves: list[tuple[Variable, list[Signal]]] = []
    inbox: dict[int, list[Signal]] = {id(root): [Signal(first, 1.0, root.evaluation, root.role_description)]}
    order = topological(root)
    for node in reversed(order):
        signals = inbox.pop(id(node), [])
        if not signals or not node.requires_grad:
            continue
        if node.operation is None:
            leaves.append((node, signals))
            continue
        if node is not root:
            node.gradients.extend(_as_gradients(signals))
        for predecessor, signal in node.operation.backward(node, signals, advisor):
            if predecessor.requires_grad:
                inbox.setdefault(id(predecessor), []).append(signal)
    if root.evaluation is not None:
        basis = _basis(order)
        for leaf, _ in leaves:  # before the critiques, which compare the present value with what was tried
            leaf.record(root.evaluation, basis=basis)
    _settle_all(leaves, advisor)


def topological(root: Variable) -> list[Variable]:
    """Every node below `root`, each after its predecessors, in an order that does not vary."""
    order: list[Variable] = []
    entered: set[int] = {id(root)}
    stack: list[tuple[Variable, int]] = [(root, 0)]
    while stack:
        node, child = stack.pop()
        if child == len(node.predecessors):
            order.append(node)
            continue
        stack.append((node, child + 1))
        predecessor = node.predecessors[-1 - child]  # backwards, so that the walk back meets them in order
        if id(predecessor) not in entered:
            entered.add(id(predecessor))
            stack.append((predecessor, 0))
    return order


def _basis(order: Sequence[Variable]) -> Basis:
    losses = {id(node.operation.loss): node.operation.loss for node in order if isinstance(node.operation, Measured)}
    given = [node for node in order if node.operation is None and not node.requires_grad]
    return Basis(tuple(losses.values()), frozenset((node.role_description, node.value) for node in given))


def _settle_all(leaves: Sequence[tuple[Variable, list[Signal]]], advisor: Advisor | None) -> None:
    """Give the leaves their gradients, in the order in which they were met; several are asked about at once."""
    measured = [
        [replace(s.evaluation, weight=s.weight) for s in signals if s.evaluation is not None] for _, signals in leaves
    ]
    asked = [i for i, found in enumerate(measured) if found and advisor is not None]
    subjects = [Subject(leaves[i][0], measured[i], measured_by(leaves[i][0], measured[i])) for i in asked]
    critiques = dict(zip(asked, advisor.critiques(subjects), strict=True)) if advisor is not None else {}
    for i, (leaf, signals) in enumerate(leaves):
        _settle(leaf, signals, critiques.get(i))


def _settle(leaf: Variable, signals: list[Signal], critique: Gradient | None) -> None:
    """Give a leaf its gradients: one critique for all measurements, and the words that came along."""
    before = len(leaf.gradients)
    spoken = [s for s in signals if s.evaluation is None]
    if critique is not None:
        leaf.gradients.append(critique)
    else:
        spoken = signals
    # The same words by two ways are one gradient.
    once = {(s.text, id(s.evaluation)): s for s in reversed(spoken)}
    leaf.gradients.extend(_as_gradients(list(once.values())[::-1]))
    for gradient in leaf.gradients[before:]:
        gradient.about = leaf.value


def _as_gradients(signals: Sequence[Signal]) -> list[Gradient]:
    return [Gradient(s.text, source=s.source, evaluation=s.evaluation, weight=s.weight) for s in signals if s.text]

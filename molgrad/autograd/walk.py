"""The walk that carries feedback backwards through the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from molgrad.autograd.advisor import Advisor, Subject, chained
from molgrad.autograd.composite import measured_by
from molgrad.autograd.engine import get_backward_engine, resolve_advisor
from molgrad.autograd.functional import Chain, Feedback
from molgrad.autograd.gradient import AT_BEST, Gradient
from molgrad.autograd.measured import Measured
from molgrad.autograd.several import Together
from molgrad.autograd.variable import Basis, Signal, Variable
from molgrad.errors import BackwardError
from molgrad.llm.types import LanguageModel

NOTHING = "Nothing to improve: what was measured is at its best."


def backward(root: Variable, engine: str | Advisor | LanguageModel | None = None) -> None:
    """Turn what `root` measured into gradients on every leaf below it that requires one.

    Each node is visited once, after everything that was computed from it; no recursion, so depth does not
    matter. A leaf with measurements gets one critique from the advisor, which sees all of them; without an advisor
    the feedback of each measurement is a gradient. Calls that do not depend on one another are asked about at once.
    What is at its best (`Evaluation.at_best`) is not criticised: such a leaf is told that there is nothing to improve.
    Gradients add up over several backward passes until `zero_grad`.

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
    order = topological(root)
    leaves = _carried(root, order, advisor)
    if root.evaluation is not None:
        basis = _basis(order)
        for leaf, _ in leaves:  # before the critiques, which compare the present value with what was tried
            leaf.record(root.evaluation, basis=basis)
    _settle_all(leaves, advisor)


def _carried(root: Variable, order: Sequence[Variable], advisor: Advisor | None) -> list[tuple[Variable, list[Signal]]]:
    """Carry feedback down the graph; the leaves that it reached, in the order in which a walk back meets them."""
    place = {id(node): i for i, node in enumerate(reversed(order))}
    inbox: dict[int, list[tuple[int, Signal]]] = {}
    leaves: list[tuple[Variable, list[Signal]]] = []
    # One that answers one question at a time is asked as the walk meets them, call by call.
    side_by_side = getattr(advisor, "workers", 1) > 1
    for level in _levels(root, order) if side_by_side else [[node] for node in reversed(order)]:
        reached: list[tuple[Variable, list[Signal]]] = []
        for node in level:
            # By sender, whichever level it stood on: the order of the words does not hang on how the graph is cut.
            signals = [signal for _, signal in sorted(inbox.pop(id(node), []), key=lambda one: one[0])]
            signals = [_first(root)] if node is root else signals
            if not signals or not node.requires_grad:
                continue
            if node.operation is None:
                leaves.append((node, signals))
                continue
            if node is not root:
                node.gradients.extend(_as_gradients(signals))
            reached.append((node, signals))
        for (node, _), feedback in zip(reached, _traced(reached, advisor), strict=True):
            for predecessor, signal in feedback:
                if predecessor.requires_grad:
                    inbox.setdefault(id(predecessor), []).append((place[id(node)], signal))
    return sorted(leaves, key=lambda leaf: place[id(leaf[0])])


def _first(root: Variable) -> Signal:
    if root.evaluation is None:
        return Signal(root.value, 1.0, None, root.role_description)
    return replace(Signal.of(root.evaluation, 1.0), source=root.role_description)


def _levels(root: Variable, order: Sequence[Variable]) -> list[list[Variable]]:
    """The nodes by their longest way from the root: what stands on one level does not depend on one another."""
    depth = {id(root): 0}
    levels: list[list[Variable]] = []
    for node in reversed(order):
        own = depth[id(node)]
        levels += [[] for _ in range(own + 1 - len(levels))]
        levels[own].append(node)
        for predecessor in node.predecessors:
            depth[id(predecessor)] = max(depth.get(id(predecessor), 0), own + 1)
    return levels


def _traced(reached: Sequence[tuple[Variable, list[Signal]]], advisor: Advisor | None) -> list[Feedback]:
    """The feedback of one level on the next; the advisor is asked about all its calls at once."""
    if advisor is None:
        return [node.operation.backward(node, signals, None) for node, signals in reached if node.operation]
    asked = [
        node.operation.steps(node, signals) if isinstance(node.operation, Chain) else [] for node, signals in reached
    ]
    answers = iter(chained(advisor, [step for steps in asked for step in steps]))
    found = []
    for (node, signals), steps in zip(reached, asked, strict=True):
        if isinstance(node.operation, Chain):
            found.append(node.operation.heard(node, signals, list(islice(answers, len(steps)))))
        elif node.operation is not None:
            found.append(node.operation.backward(node, signals, advisor))
    return found


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
    measured = [node.operation.loss for node in order if isinstance(node.operation, Measured | Together)]
    losses = {id(loss): loss for loss in measured}
    return Basis(tuple(losses.values()), _given(order), _parts(order))


def _given(order: Sequence[Variable]) -> frozenset[tuple[str, str]]:
    given = (node for node in order if node.operation is None and not node.requires_grad)
    return frozenset((node.role_description, node.value) for node in given)


def _parts(order: Sequence[Variable]) -> tuple[tuple[object, frozenset[tuple[str, str]], float], ...]:
    """The examples of a batch: every measurement beside given values, with its score."""
    found = []
    for node in order:
        loss = node.operation.loss if isinstance(node.operation, Measured | Together) else None
        if loss is not None and node.evaluation is not None and node.evaluation.score is not None:
            found.append((loss, _given(topological(node)), node.evaluation.score))
    return tuple(found) if any(given for _, given, _ in found) else ()


def _settle_all(leaves: Sequence[tuple[Variable, list[Signal]]], advisor: Advisor | None) -> None:
    """Give the leaves their gradients, in the order in which they were met; several are asked about at once."""
    measured = [
        [replace(s.evaluation, weight=s.weight) for s in signals if s.evaluation is not None] for _, signals in leaves
    ]
    asked = [i for i, found in enumerate(measured) if found and advisor is not None and not _at_best(leaves[i][1])]
    subjects = [Subject(leaves[i][0], measured[i], measured_by(leaves[i][0], measured[i])) for i in asked]
    critiques = dict(zip(asked, advisor.critiques(subjects), strict=True)) if advisor is not None else {}
    for i, (leaf, signals) in enumerate(leaves):
        _settle(leaf, signals, critiques.get(i))


def _settle(leaf: Variable, signals: list[Signal], critique: Gradient | None) -> None:
    """Give a leaf its gradients: one critique for all measurements, and the words that came along."""
    before = len(leaf.gradients)
    if _at_best(signals):
        found = [s.evaluation for s in signals if s.evaluation is not None]
        leaf.gradients.append(
            Gradient(NOTHING, source=AT_BEST, evaluation=found[0] if found else None, about=leaf.value)
        )
        return
    # What is measured on the value itself stays: it says what is to be kept.
    spoken = [s for s in signals if s.evaluation is not None or not s.at_best]
    if critique is not None:
        leaf.gradients.append(critique)
        spoken = [s for s in spoken if s.evaluation is None]
    # The same words by two ways are one gradient.
    once = {(s.text, id(s.evaluation)): s for s in reversed(spoken)}
    leaf.gradients.extend(_as_gradients(list(once.values())[::-1]))
    for gradient in leaf.gradients[before:]:
        gradient.about = leaf.value


def _at_best(signals: Sequence[Signal]) -> bool:
    return all(s.at_best for s in signals)


def _as_gradients(signals: Sequence[Signal]) -> list[Gradient]:
    return [Gradient(s.text, source=s.source, evaluation=s.evaluation, weight=s.weight) for s in signals if s.text]

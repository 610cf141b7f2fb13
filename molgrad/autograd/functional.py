"""Operations on variables, each with a backward: sums, weights, maxima, texts joined, any function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from molgrad.autograd.advisor import Advisor, CallInput, ChainStep
from molgrad.autograd.compose import as_weight, maximum_of, sum_of
from molgrad.autograd.variable import Signal, Variable
from molgrad.errors import BackwardError, shorten
from molgrad.evaluation import Evaluation, Status

Feedback = list[tuple[Variable, Signal]]
_LONGEST_ROLE = 200  # characters; a sum of sums of sums must not grow its description without bound
_WIDEST_SUM = 100  # terms up to which `a + b + ...` stays flat; a longer sum becomes a tree of such sums


def _requires(variables: Sequence[Variable]) -> bool:
    return any(variable.requires_grad for variable in variables)


@dataclass(frozen=True, slots=True)
class PassThrough:
    """Feedback on the output is feedback on each input, times the input's factor (0 stops it)."""

    name: str
    factors: tuple[float, ...]

    def backward(self, node: Variable, signals: Sequence[Signal], advisor: Advisor | None) -> Feedback:  # noqa: ARG002
        """One signal for each input: its own measurement where it has one, else the words on the output."""
        feedback: Feedback = []
        for predecessor, factor in zip(node.predecessors, self.factors, strict=True):
            if factor == 0:
                continue
            weight = sum(s.weight for s in signals) * factor
            if predecessor.evaluation is not None:
                own = predecessor.evaluation
                feedback.append((predecessor, Signal(own.feedback, weight, own, own.loss)))
            else:
                words = "\n".join(dict.fromkeys(s.text for s in signals if s.text))
                feedback.append((predecessor, Signal(words, weight, source=self.name)))
        return feedback


@dataclass(frozen=True, slots=True)
class Addition(PassThrough):
    """A sum written with `+` and `*` on measured variables; a sum of sums takes its terms, not the sums."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Feedback on the output becomes feedback on each input through the advisor: the textual chain rule.

    The advisor is shown the whole call: every input with its role, the output, and the feedback on it. Without an
    advisor the feedback is handed on with where it came from.

    Attributes:
        name: what was done, in a word or two.
        description: what was done, in a sentence.
    """

    name: str
    description: str

    def backward(self, node: Variable, signals: Sequence[Signal], advisor: Advisor | None) -> Feedback:
        """One piece of advice for each input that requires a gradient."""
        words = "\n".join(dict.fromkeys(s.text for s in signals if s.text))
        weight = max((s.weight for s in signals), key=abs)
        feedback: Feedback = []
        for predecessor in node.predecessors:
            if not predecessor.requires_grad:
                continue
            step = ChainStep(
                self.description, predecessor.role_description, predecessor.value, node.role_description, node.value,
                words, tuple(_shown(one, one is predecessor) for one in node.predecessors),
            )  # fmt: skip
            text = advisor.chain(step) if advisor is not None else _relayed(step)
            feedback.append((predecessor, Signal(text, weight, source=self.name)))
        return feedback


def _shown(variable: Variable, criticised: bool) -> CallInput:
    content = variable.content
    pictures = () if isinstance(content, str) else tuple(part for part in content if part.get("type") == "image_url")
    return CallInput(variable.role_description, str(variable), pictures, criticised)


def _relayed(step: ChainStep) -> str:
    return f"Feedback on the {step.output_role} that came of it by {step.operation}: {step.feedback}"


def total(variables: Sequence[Variable]) -> Variable:
    """The sum of measured variables, or several texts one below the other. Repeats count each time."""
    times = Counter(variables)
    distinct = list(times)
    factors = tuple(float(n) for n in times.values())
    if all(v.evaluation is not None for v in distinct):
        return _joined("sum", sum_of, *_flattened(distinct, factors), operation=Addition)
    roles = "; ".join(dict.fromkeys(v.role_description for v in distinct))
    return Variable(
        "\n".join(v.value for v in variables),
        role_description="a combination of: " + shorten(roles, _LONGEST_ROLE),
        requires_grad=_requires(distinct), predecessors=distinct, operation=PassThrough("sum", factors),
    )  # fmt: skip


def maximum(variables: Sequence[Variable]) -> Variable:
    """The worst of measured variables; feedback reaches only the one that was worst."""
    distinct = list(dict.fromkeys(variables))
    if any(v.evaluation is None for v in distinct):
        raise BackwardError("maximum() compares scores; apply a loss to each variable first")
    return _joined("max", maximum_of, distinct, (1.0,) * len(distinct))


def scale(variable: Variable, weight: float) -> Variable:
    """A measured variable times a number; the weight travels back with the feedback."""
    if variable.evaluation is None:
        raise BackwardError(f"{variable!r} has no score to multiply; apply a loss to it first")
    parts, factors = _flattened([variable], (as_weight(weight),))
    return _joined(variable.evaluation.loss, sum_of, parts, factors, operation=Addition)


def _joined(
    name: str,
    combine: Callable[[Sequence[Evaluation], str], Evaluation],
    variables: Sequence[Variable],
    factors: Sequence[float],
    operation: type[PassThrough] = PassThrough,
) -> Variable:
    terms = [replace(v.evaluation, weight=f) for v, f in zip(variables, factors, strict=True) if v.evaluation]
    return node_of(combine(terms, name), variables, name, operation)


def _flattened(variables: Sequence[Variable], factors: Sequence[float]) -> tuple[list[Variable], tuple[float, ...]]:
    """Sums among the variables replaced by their terms, so that `a + b + c` shows three terms and no nest."""
    merged: dict[Variable, float] = {}
    for variable, factor in zip(variables, factors, strict=True):
        inner = variable.operation
        parts: list[tuple[Variable, float]] = [(variable, 1.0)]
        if isinstance(inner, Addition) and len(merged) + len(inner.factors) <= _WIDEST_SUM:
            parts = list(zip(variable.predecessors, inner.factors, strict=True))
        for part, weight in parts:
            merged[part] = merged.get(part, 0.0) + factor * weight
    return list(merged), tuple(merged.values())


def node_of(
    evaluation: Evaluation,
    parts: Sequence[Variable],
    name: str,
    operation: type[PassThrough] = PassThrough,
) -> Variable:
    """The node of a composite evaluation over the nodes of its terms, in the same order."""
    factors = tuple(t.weight if t.active or evaluation.status is not Status.OK else 0.0 for t in evaluation.terms)
    shown = f"{evaluation.score:.4f}" if evaluation.score is not None else evaluation.text
    return Variable(
        shown, role_description=name, requires_grad=_requires(parts), predecessors=parts,
        operation=operation(name, factors), evaluation=evaluation,
    )  # fmt: skip


def aggregate(variables: Sequence[Variable], role_description: str = "a batch of values") -> Variable:
    """Several variables as one; feedback on it reaches every input in full."""
    return concat(variables, "\n", role_description, name="aggregate")


def concat(
    variables: Sequence[Variable],
    separator: str = "\n",
    role_description: str = "a concatenation",
    *,
    name: str = "concat",
) -> Variable:
    """The texts in order, joined; feedback reaches every input."""
    distinct = list(dict.fromkeys(variables))
    return Variable(
        separator.join(v.value for v in variables), role_description=role_description,
        requires_grad=_requires(distinct), predecessors=distinct,
        operation=PassThrough(name, (1.0,) * len(distinct)),
    )  # fmt: skip


def apply(
    function: Callable[..., object], *variables: Variable, role_description: str = "", description: str = ""
) -> Variable:
    """Any Python function of the values; feedback on its result is chained back to each argument.

    Args:
        function: called with the values as strings, in order; its result is written out.
        *variables: whose values are its arguments.
        role_description: what the result is for.
        description: what the function does; its docstring's first line by default.
    """
    name = getattr(function, "__name__", "function")
    told = description or next(iter((function.__doc__ or name).strip().splitlines()), name)
    return Variable(
        str(function(*(v.value for v in variables))),
        role_description=role_description or f"result of {name}", requires_grad=_requires(variables),
        predecessors=variables, operation=Chain(name, told),
    )  # fmt: skip

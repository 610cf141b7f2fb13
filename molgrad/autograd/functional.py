"""Operations on variables, each with a backward: sums, weights, maxima, texts joined, any function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from molgrad.autograd.advisor import Advisor, CallInput, ChainStep, chained
from molgrad.autograd.compose import as_weight, sum_of
from molgrad.autograd.variable import Operation, Signal, Variable
from molgrad.errors import BackwardError, shorten
from molgrad.evaluation import Evaluation, Status

Feedback = list[tuple[Variable, Signal]]
_LONGEST_ROLE = 200  # characters; a sum of sums of sums must not grow its description without bound
_WIDEST_SUM = 100  # terms up to which `a + b + ...` stays flat; a longer sum becomes a tree of such sums


def computed(
    value: str, role: str, inputs: Iterable[Variable], operation: Operation, evaluation: Evaluation | None = None
) -> Variable:
    """A variable computed from others, on the graph.

    Args:
        value: the result.
        role: what it is for, in words that an advisor reads.
        inputs: what it was computed from, in order; it requires a gradient where one of them does.
        operation: how feedback on it becomes feedback on the inputs.
        evaluation: the measurement, where the result is one.
    """
    given = list(inputs)
    requires = any(variable.requires_grad for variable in given)
    return Variable(
        value,
        role_description=role,
        requires_grad=requires,
        predecessors=given,
        operation=operation,
        evaluation=evaluation,
    )


@dataclass(frozen=True, slots=True)
class PassThrough:
    """Feedback on the output is feedback on each input, times the input's factor (0 stops it)."""

    name: str
    factors: tuple[float, ...]

    def backward(self, node: Variable, signals: Sequence[Signal], advisor: Advisor | None) -> Feedback:  # noqa: ARG002 - protocol
        """One signal for each input: its own measurement where it has one, else the words on the output."""
        feedback: Feedback = []
        for predecessor, factor in zip(node.predecessors, self.factors, strict=True):
            if factor == 0:
                continue
            weight = sum(s.weight for s in signals) * factor
            if predecessor.evaluation is not None:
                feedback.append((predecessor, Signal.of(predecessor.evaluation, weight)))
            else:
                at_best = all(s.at_best for s in signals)
                feedback.append((predecessor, Signal(_words(signals), weight, source=self.name, at_best=at_best)))
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
        """One piece of advice for each input that requires a gradient; where nothing can improve, nobody is asked."""
        steps = self.steps(node, signals)
        return self.heard(node, signals, [] if advisor is None else chained(advisor, steps))

    def steps(self, node: Variable, signals: Sequence[Signal]) -> list[ChainStep]:
        """What an advisor is asked: one link for each input that requires a gradient, in order.

        Args:
            node: the output.
            signals: the feedback on it.
        """
        if all(s.at_best for s in signals):
            return []
        return [self._step(node, one, _words(signals)) for one in node.predecessors if one.requires_grad]

    def heard(self, node: Variable, signals: Sequence[Signal], answers: Sequence[str]) -> Feedback:
        """The feedback on the inputs.

        Args:
            node: the output.
            signals: the feedback on it.
            answers: the advisor's to `steps`, in order; empty where nobody was asked.
        """
        weight, at_best = max((s.weight for s in signals), key=abs), all(s.at_best for s in signals)
        inputs = [one for one in node.predecessors if one.requires_grad]
        texts = answers or [_relayed(self._step(node, one, _words(signals))) for one in inputs]
        told = zip(inputs, texts, strict=True)
        return [(one, Signal(text, weight, source=self.name, at_best=at_best)) for one, text in told]

    def _step(self, node: Variable, about: Variable, words: str) -> ChainStep:
        inputs = tuple(_shown(one, one is about) for one in node.predecessors)
        role, value = about.role_description, about.value
        return ChainStep(self.description, role, value, node.role_description, node.value, words, inputs)


def _words(signals: Sequence[Signal]) -> str:
    return "\n".join(dict.fromkeys(s.text for s in signals if s.text))


def pictures_of(variable: Variable) -> tuple[Mapping[str, Any], ...]:
    """The pictures in what a language model is shown of a variable, as parts of a chat message; none in a text."""
    content = variable.content
    return () if isinstance(content, str) else tuple(part for part in content if part.get("type") == "image_url")


def _shown(variable: Variable, criticised: bool) -> CallInput:
    return CallInput(variable.role_description, str(variable), pictures_of(variable), criticised)


def _relayed(step: ChainStep) -> str:
    return f"Feedback on the {step.output_role} that came of it by {step.operation}{step.beside}: {step.feedback}"


def total(variables: Sequence[Variable]) -> Variable:
    """The sum of measured variables, or several texts one below the other.

    Args:
        variables: all measured, to have their scores added, or any others, to have their texts joined by newlines. A
            variable that is given twice counts twice.
    """
    times = Counter(variables)
    distinct = list(times)
    factors = tuple(float(n) for n in times.values())
    if all(v.evaluation is not None for v in distinct):
        return _added("sum", distinct, factors)
    roles = shorten("; ".join(dict.fromkeys(v.role_description for v in distinct)), _LONGEST_ROLE)
    text = "\n".join(v.value for v in variables)
    return computed(text, f"a combination of: {roles}", distinct, PassThrough("sum", factors))


def scale(variable: Variable, weight: float) -> Variable:
    """A measured variable times a number; the weight travels back with the feedback.

    Args:
        variable: holds a measurement, as what a loss returns does.
        weight: a finite number.

    Raises:
        BackwardError: the variable has no measurement.
        ValueError: the weight is not finite.
    """
    if variable.evaluation is None:
        raise BackwardError(f"{variable!r} has no score to multiply; apply a loss to it first")
    return _added(variable.evaluation.loss, [variable], (as_weight(weight),))


def _added(name: str, variables: Sequence[Variable], factors: Sequence[float]) -> Variable:
    parts, weights = _flattened(variables, factors)
    terms = [replace(v.evaluation, weight=w) for v, w in zip(parts, weights, strict=True) if v.evaluation]
    return node_of(sum_of(terms, name), parts, name, Addition)


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
    """The node of a composite evaluation over the nodes of its terms.

    Args:
        evaluation: the composite.
        parts: the nodes of its terms, in the same order.
        name: the role of the node.
        operation: how feedback passes through it.
    """
    factors = tuple(t.weight if t.active or evaluation.status is not Status.OK else 0.0 for t in evaluation.terms)
    shown = f"{evaluation.score:.4f}" if evaluation.score is not None else evaluation.text
    return computed(shown, name, parts, operation(name, factors), evaluation)


def aggregate(variables: Sequence[Variable], role_description: str = "a batch of values") -> Variable:
    """Several variables as one, their texts joined by newlines; feedback on it reaches every input in full.

    Args:
        variables: the inputs, in order.
        role_description: what the batch is for.
    """
    return concat(variables, "\n", role_description, name="aggregate")


def concat(
    variables: Sequence[Variable],
    separator: str = "\n",
    role_description: str = "a concatenation",
    *,
    name: str = "concat",
) -> Variable:
    """The texts in order, joined; feedback reaches every input.

    Args:
        variables: the inputs, in order.
        separator: what stands between two texts.
        role_description: what the result is for.
        name: the operation's name, the source of the feedback on the inputs.
    """
    distinct = list(dict.fromkeys(variables))
    text = separator.join(v.value for v in variables)
    return computed(text, role_description, distinct, PassThrough(name, (1.0,) * len(distinct)))


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
    what = description or next(iter((function.__doc__ or name).strip().splitlines()), name)
    result = str(function(*(v.value for v in variables)))
    return computed(result, role_description or f"result of {name}", variables, Chain(name, what))

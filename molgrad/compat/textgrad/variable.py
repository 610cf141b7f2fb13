"""TextGrad's variable: molgrad's, with TextGrad's constructor, its getters and setters, and images as bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from numbers import Integral
from typing import TYPE_CHECKING, Any

import molgrad.autograd.variable as core
from molgrad.autograd.advisor import Advisor
from molgrad.autograd.domain import Domain
from molgrad.autograd.functional import Feedback, PassThrough
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.text_domain import TEXT
from molgrad.autograd.variable import Operation, Signal
from molgrad.autograd.walk import backward
from molgrad.compat.textgrad.advice import advisor_of, engine_of
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.gradients import Given, GradientSet
from molgrad.compat.textgrad.images import read_image
from molgrad.evaluation import Evaluation
from molgrad.llm.types import Content, LanguageModel
from molgrad.programs.image import ImageVariable

if TYPE_CHECKING:
    from molgrad.report.graph import Graph

GradFn = Callable[..., object]


class _Contexts(dict[object, Any]):
    """What each gradient is about; None where that is not known."""

    def __missing__(self, gradient: object) -> None:
        return None


class Variable(core.Variable):
    """A text (or an image, as bytes) with a role in a graph.

    Args:
        value: a text, a whole number, or the bytes of an image, which takes no gradients.
        image_path: a file or an address to read an image from, instead of a value.
        predecessors: what it was made from.
        requires_grad: whether feedback may reach it and an optimizer may change it.
        role_description: what it is for, in words that the engine reads.
        operation, evaluation, domain: as in molgrad, for functions that make variables.

    Raises:
        AssertionError: the value is of another kind; TextGrad's own tests ask for this error.
        ValueError: a value and a path, or gradients wanted on an image or cut off from what needs them.
    """

    def __init__(
        self,
        value: str | bytes | int = "",
        image_path: str = "",
        predecessors: Iterable[core.Variable] | None = None,
        requires_grad: bool = True,
        *,
        role_description: str,
        operation: Operation | None = None,
        evaluation: Evaluation | None = None,
        domain: Domain = TEXT,
    ) -> None:
        if not isinstance(value, str | bytes | Integral):  # Integral: NumPy's whole numbers, too
            kind = type(value).__name__
            raise AssertionError(f"a value is a text, a whole number or an image in bytes, not {kind}")  # noqa: TRY004
        if image_path:
            if value not in ("", b""):
                raise ValueError("give a value or image_path, not both")
            value = read_image(image_path)
        made_from = tuple(predecessors or ())
        if not requires_grad and any(v.requires_grad for v in made_from):
            raise ValueError(f"{role_description!r} takes no gradients, but what it was made from requires them")
        image = value if isinstance(value, bytes) else None
        if image is not None and requires_grad and not image_path:
            raise ValueError("an image takes no gradients; pass requires_grad=False")
        super().__init__(
            "" if isinstance(value, bytes) else str(value),
            role_description=role_description,
            requires_grad=requires_grad and image is None,
            predecessors=made_from,
            operation=operation,
            evaluation=evaluation,
            domain=domain,
        )
        self._image = image
        # Where functions that were written for TextGrad leave what a gradient is about.
        self.gradients_context = _Contexts()
        self._reduce_meta: list[object] = []

    @property
    def value(self) -> Any:
        """The text, or the bytes of an image."""
        return self._value if self._image is None else self._image

    @value.setter
    def value(self, value: str | bytes) -> None:
        self._image = value if isinstance(value, bytes) else None
        self._value = "" if isinstance(value, bytes) else self._sound(str(value))

    @property
    def gradients(self) -> GradientSet:
        """The feedback so far."""
        if not isinstance(self._gradients, GradientSet):
            self._gradients = GradientSet(self, self._gradients)
        return self._gradients

    @gradients.setter
    def gradients(self, given: Iterable[Given]) -> None:
        self._gradients = GradientSet(self, given)  # type: ignore[arg-type]  # variables are taken, too

    @property
    def content(self) -> Content:
        """What a language model is shown."""
        return self._value if self._image is None else ImageVariable(self._image).content

    def get_value(self) -> Any:
        """The text, or the bytes of an image."""
        return self.value

    def set_value(self, value: str | bytes) -> None:
        """Replace the value."""
        self.value = value

    def get_role_description(self) -> str:
        """What the variable is for."""
        return self.role_description

    def set_role_description(self, role_description: str) -> None:
        """Replace the description of what the variable is for."""
        self.role_description = role_description

    def get_short_value(self, n_words_offset: int = 10) -> str:
        """The first and the last words, for a person to glance at; no prompt shows a value so.

        Args:
            n_words_offset: how many words of each end.
        """
        words = str(self.value).split(" ")
        if len(words) <= 2 * n_words_offset:
            return str(self.value)
        return " ".join([*words[:n_words_offset], "(...)", *words[-n_words_offset:]])

    def zero_grad(self) -> None:
        """Forget the gradients, and everything that came with them."""
        super().zero_grad()
        self.gradients_context.clear()
        self._reduce_meta.clear()

    def reset_gradients(self) -> None:
        """Forget the gradients, and everything that came with them."""
        self.zero_grad()

    @property
    def grad_fn(self) -> object:
        """How feedback goes on from here: a function that was set, else molgrad's operation."""
        return self.operation.function if isinstance(self.operation, Handmade) else self.operation

    @grad_fn.setter
    def grad_fn(self, function: GradFn | None) -> None:
        self.operation = None if function is None else Handmade(function)

    def get_grad_fn(self) -> object:
        """How feedback goes on from here."""
        return self.grad_fn

    def set_grad_fn(self, grad_fn: GradFn | None) -> None:
        """Set how feedback goes on from here.

        Args:
            grad_fn: a function `grad_fn(backward_engine=...)` that adds gradients to the predecessors; None for none.
        """
        self.grad_fn = grad_fn

    def backward(self, engine: str | Engine | Advisor | LanguageModel | None = None) -> None:
        """Carry feedback from here to everything below.

        Args:
            engine: an engine, the name of one, an advisor or a language model; the global one by default.

        Raises:
            EngineError: no engine is given and none is set.
            BackwardError: the variable was given, not computed.
        """
        backward(self, advisor_of(engine))

    def __add__(self, other: core.Variable) -> Variable:
        if not isinstance(other, core.Variable):
            return NotImplemented
        parts = tuple(dict.fromkeys((self, other)))
        requires = any(v.requires_grad for v in parts)
        role = f"{self.role_description} and {other.role_description}"
        passed = PassThrough("sum", (1.0,) * len(parts))
        text = self.value + other.value
        return Variable(text, predecessors=parts, requires_grad=requires, role_description=role, operation=passed)

    def __radd__(self, other: int) -> Variable:
        if other != 0:  # the built-in sum([...]) starts from 0
            return NotImplemented
        return self

    def generate_graph(self, print_gradients: bool = False) -> Graph:
        """The graph below, which a notebook shows by itself; `.dot` is for Graphviz, `.svg` a picture.

        Args:
            print_gradients: whether the feedback is shown too.
        """
        from molgrad.report.graph import generate_graph  # only for who wants to look

        graph = generate_graph(self)
        if print_gradients:
            return graph
        return replace(graph, nodes=tuple(replace(node, gradient="") for node in graph.nodes))

    def __str__(self) -> str:
        return self._value if self._image is None else f"[an image of {len(self._image):,} bytes]"

    def __repr__(self) -> str:
        return f"Variable(value={self!s}, role={self.role_description}, grads={self.get_gradient_text()})"


@dataclass(frozen=True, slots=True)
class Handmade:
    """An operation whose backward is a function of the user's that writes on the predecessors itself."""

    function: GradFn
    name: str = "a function of the user's"

    def backward(self, node: core.Variable, signals: Iterable[Signal], advisor: Advisor | None) -> Feedback:  # noqa: ARG002
        """What the function added to the predecessors, taken off again for the walk to deliver."""
        before = [list(p.gradients) for p in node.predecessors]
        self.function(backward_engine=engine_of(advisor))
        feedback: Feedback = []
        for predecessor, old in zip(node.predecessors, before, strict=True):
            new = [g for g in predecessor.gradients if not any(g is known for known in old)]
            predecessor.gradients = old
            if predecessor.requires_grad:
                feedback += [(predecessor, _signal(predecessor, gradient)) for gradient in new]
        return feedback


def _signal(about: core.Variable, gradient: Gradient) -> Signal:
    contexts = getattr(about, "gradients_context", {})
    context = contexts.get(getattr(gradient, "origin", None)) or contexts.get(gradient)
    words = gradient.text
    if isinstance(context, dict) and isinstance(context.get("context"), str):
        words += f"\nThis was said in view of: {context['context']}"
    return Signal(words, gradient.weight, gradient.evaluation, gradient.source)

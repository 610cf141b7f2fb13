"""A string that can be improved: its value, its role, its gradients and where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Gradient, Gradients
from molgrad.autograd.text_domain import TEXT
from molgrad.display import Shown
from molgrad.errors import NoScoreError, shorten
from molgrad.evaluation import Evaluation

if TYPE_CHECKING:
    from molgrad.autograd.advisor import Advisor
    from molgrad.llm.types import Content, LanguageModel


@dataclass(frozen=True, slots=True)
class Signal:
    """Feedback on its way backwards.

    Attributes:
        text: the words.
        weight: how strongly the total depends on it.
        evaluation: the measurement that the words are about.
        source: the loss, operation or advisor that spoke.
        at_best: whether what was measured cannot become better, so that nobody need criticise it.
    """

    text: str
    weight: float = 1.0
    evaluation: Evaluation | None = None
    source: str = ""
    at_best: bool = False

    @classmethod
    def of(cls, evaluation: Evaluation, weight: float, least: float | None = None) -> Signal:
        """A measurement as feedback.

        Args:
            evaluation: what was measured.
            weight: how strongly the total depends on it; of one that is to become worse nothing is at its best.
            least: the best score that there is, where its loss knows one.
        """
        reached = least is not None and evaluation.score is not None and evaluation.score <= least
        at_best = weight > 0 and (reached or evaluation.at_best)
        return cls(evaluation.feedback, weight, evaluation, evaluation.loss, at_best)


class Operation(Protocol):
    """How a node was made, and how feedback on it becomes feedback on what it was made from."""

    @property
    def name(self) -> str:
        """What was done, in a word or two."""
        ...

    def backward(
        self, node: Variable, signals: Sequence[Signal], advisor: Advisor | None
    ) -> list[tuple[Variable, Signal]]:
        """Turn feedback on the result into feedback on what it was made from.

        Args:
            node: the result.
            signals: the feedback that reached it.
            advisor: who can put feedback into words; None where nobody is set.

        Returns:
            Feedback for the predecessors, each named once.
        """
        ...


Given = frozenset[tuple[str, str]]  # role and value of each


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What a measurement rests on beside the value; scores are comparable where it is the same.

    Attributes:
        losses: the losses that judged, each the very object.
        given: role and value of what was given beside it and does not change, such as the questions of a minibatch.
        parts: each example with its score, where there are several.
    """

    losses: tuple[object, ...] = ()
    given: Given = frozenset()
    parts: tuple[tuple[object, Given, float], ...] = ()

    def paired(self, other: Basis) -> list[tuple[float, float]]:
        """The scores here and there of the examples that both hold, judged by the same loss.

        Args:
            other: what another value's measurement rests on.
        """
        there = {(id(loss), given): score for loss, given, score in other.parts}
        known = ((score, there.get((id(loss), given))) for loss, given, score in self.parts)
        return [(score, found) for score, found in known if found is not None]

    def same(self, other: Basis) -> bool:
        """Whether the same losses judged beside the same given values."""
        return self.given == other.given and set(map(id, self.losses)) == set(map(id, other.losses))


@dataclass(frozen=True, slots=True)
class Measurement(Shown):
    """One judgement of one value.

    Attributes:
        value: what was judged.
        evaluation: the judgement.
        loss: the loss object that measured it; None for the root of a backward pass.
        basis: what it rests on beside the value.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.record:measurement"

    value: str
    evaluation: Evaluation
    loss: object | None = None
    basis: Basis = Basis()

    def __float__(self) -> float:
        return self.evaluation.number()

    def __str__(self) -> str:
        return self.value


class Variable(Shown):
    """A value with a role in a graph of values.

    Args:
        value: the text; numbers are written out.
        role_description: what the value is for, in words that an advisor reads.
        requires_grad: whether feedback may reach it and an optimizer may change it.
        predecessors: the variables it was computed from, in order; repeats are kept once.
        operation: how it was computed.
        evaluation: the measurement, where the value is one.
        domain: what the optimizer may do with the value; plain text by default.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.molecule:variable"

    def __init__(
        self,
        value: str | float,
        *,
        role_description: str,
        requires_grad: bool = True,
        predecessors: Iterable[Variable] = (),
        operation: Operation | None = None,
        evaluation: Evaluation | None = None,
        domain: Domain = TEXT,
    ) -> None:
        self.domain = domain
        self.predecessors: tuple[Variable, ...] = tuple(dict.fromkeys(predecessors))
        self.operation = operation
        self.evaluation = evaluation
        self.role_description = role_description
        self.requires_grad = requires_grad
        self._gradients = Gradients(self)
        self.briefing: dict[str, str] = {}  # what an optimizer wants advisors to know, by heading
        self.measurements: list[Measurement] = []
        self._value = ""
        self.value = str(value)

    @property
    def value(self) -> str:
        """The text. A subclass may refuse values that are not sound."""
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        self._value = self._sound(value)

    def _sound(self, value: str) -> str:
        """The value to keep; subclasses canonicalize or raise here."""
        return value

    @property
    def gradients(self) -> list[Gradient]:
        """What is to change, in the order in which it arrived; BackwardError where a frozen variable is given one."""
        return self._gradients

    @gradients.setter
    def gradients(self, gradients: Iterable[Gradient]) -> None:
        self._gradients = Gradients(self, gradients)

    @property
    def content(self) -> Content:
        """What a language model is shown: the text here, the picture itself in an image."""
        return self.value

    def record(self, evaluation: Evaluation, loss: object | None = None, basis: Basis | None = None) -> None:
        """Remember how the present value was judged; optimizers read this.

        Args:
            evaluation: the judgement.
            loss: the loss object that measured; None for the root of a backward pass.
            basis: what the judgement rests on beside the value; the loss alone by default.
        """
        rests = basis or Basis(() if loss is None else (loss,))
        self.measurements.append(Measurement(self.value, evaluation, loss, rests))

    def zero_grad(self) -> None:
        """Forget the gradients, and everything that came with them."""
        self.gradients.clear()

    def get_gradient_text(self) -> str:
        """All gradients as one text, in the order in which they arrived."""
        return "\n".join(gradient.text for gradient in self.gradients)

    def backward(self, engine: str | Advisor | LanguageModel | None = None) -> None:
        """Carry feedback from this node to every variable below it that requires a gradient; see `walk.backward`.

        Args:
            engine: the advisor, a language model or the name of one; the global backward engine by default.
        """
        from molgrad.autograd.walk import backward  # the walk needs Variable, so it comes later

        backward(self, engine)

    def __float__(self) -> float:
        """The score of a measured node; NoScoreError where there is none."""
        if self.evaluation is None:
            raise NoScoreError(f"{self.role_description!r} has not been measured; apply a loss to it first")
        return self.evaluation.number()

    def __add__(self, other: Variable) -> Variable:
        from molgrad.autograd.functional import total

        return total([self, other])

    def __radd__(self, other: int) -> Variable:
        if other != 0:  # sum([...]) starts from 0
            return NotImplemented
        return self

    def __mul__(self, weight: float) -> Variable:
        from molgrad.autograd.functional import scale

        return scale(self, weight)

    __rmul__ = __mul__

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shorten(self.value)!r}, role_description={self.role_description!r})"

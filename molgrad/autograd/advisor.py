"""Who turns measurements into words and proposals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.evaluation import Evaluation

if TYPE_CHECKING:
    from molgrad.autograd.variable import Variable


@dataclass(frozen=True, slots=True)
class CallInput:
    """One input of a call, as a critic is shown it.

    Attributes:
        role: what the input is for.
        text: its value in words; for a picture, a line that says which it is.
        pictures: its pictures as parts of a chat message; empty for a text.
        criticised: whether the feedback that is asked for is about this input.
    """

    role: str
    text: str
    pictures: tuple[Mapping[str, Any], ...] = ()
    criticised: bool = False


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One link of the chain rule: feedback on an output, to be turned into feedback on one input.

    Attributes:
        operation: how the output was computed, in words.
        role: what the criticised input is for.
        value: the criticised input, whole.
        output_role: what the output is for.
        output: the output.
        feedback: the feedback on the output.
        inputs: every input of the call in its order, the criticised one marked; empty where it is the only one.
    """

    operation: str
    role: str
    value: str
    output_role: str
    output: str
    feedback: str
    inputs: tuple[CallInput, ...] = ()

    @property
    def others(self) -> tuple[CallInput, ...]:
        """The inputs beside the criticised one, in order."""
        return tuple(one for one in self.inputs if not one.criticised)


@runtime_checkable
class Advisor(Protocol):
    """Reads measurements, says what is wrong where, and proposes what to try.

    Order: evaluations come in the order of the loss's terms, proposals go out best first.
    Determinism: the same arguments give the same answer (for a model: as far as the model allows).
    Failure: `critique` and `propose` never raise for a single value; a missing engine raises EngineError.
    """

    name: str

    def judge(self, instruction: str, value: str, role: str) -> Evaluation:
        """The answer to a TextLoss: words about `value`, with a score only where the advisor has one."""
        ...

    def critique(self, variable: Variable, evaluations: Sequence[Evaluation]) -> Gradient:
        """What the measurements mean for this variable, with the edits and proposals that follow."""
        ...

    def chain(self, step: ChainStep) -> str:
        """Feedback on an input, given feedback on the output it led to."""
        ...

    def propose(
        self,
        parents: Sequence[Variable],
        gradients: Sequence[Gradient],
        n: int,
        *,
        seed: int = 0,
        avoid: Collection[str] = (),
    ) -> list[Proposal]:
        """At most `n` new values from parents and their gradients, none of them in `avoid`."""
        ...


@runtime_checkable
class ManyCritiques(Protocol):
    """An advisor that is asked about several values at once, such as a model whose answers take seconds.

    Order: gradients come in the order of the values, whichever answer was there first.
    Failure: what was answered is handed to `keep` before an error is raised.
    """

    def critiques(
        self,
        about: Sequence[tuple[Variable, Sequence[Evaluation]]],
        keep: Callable[[int, Gradient], None] | None = None,
    ) -> list[Gradient]:
        """A critique of each value; `keep` gets each with its place."""
        ...


def each_critique(
    advisor: Advisor,
    about: Sequence[tuple[Variable, Sequence[Evaluation]]],
    keep: Callable[[int, Gradient], None] | None = None,
) -> list[Gradient]:
    """A critique of each value, in order, asked for at once where the advisor can; `keep` gets each with its place."""
    if isinstance(advisor, ManyCritiques):
        return advisor.critiques(about, keep)
    found = []
    for place, (variable, evaluations) in enumerate(about):
        found.append(advisor.critique(variable, evaluations))
        if keep is not None:
            keep(place, found[-1])
    return found

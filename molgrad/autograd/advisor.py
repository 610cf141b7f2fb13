"""Who turns measurements into feedback and proposals: the protocol of every advisor, and a base class for new ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.standing import Standing
from molgrad.errors import EngineError, shorten
from molgrad.evaluation import Evaluation
from molgrad.llm.types import LanguageModel

if TYPE_CHECKING:
    from molgrad.autograd.loss import Loss  # a loss knows advisors
    from molgrad.autograd.variable import Variable

Keep = Callable[[int, "Gradient"], None]  # takes a gradient with the place of its subject
_NAMED = 300  # characters of another input in feedback that no model words
_RELAYED = 600  # characters of feedback that the default chain rule hands on


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
    def beside(self) -> str:
        """The other inputs in a few words, to stand behind the operation; empty where there are none."""
        named = "; ".join(f"{one.role}: {shorten(one.text, _NAMED)}" for one in self.others)
        return f", together with {named}" if named else ""

    @property
    def others(self) -> tuple[CallInput, ...]:
        """The inputs beside the criticised one, in order."""
        return tuple(one for one in self.inputs if not one.criticised)


@dataclass(frozen=True, slots=True)
class Subject:
    """One measured value that a critique is about.

    Attributes:
        variable: the value with its role and the optimizer's notes on it.
        evaluations: its measurements, in the order of the loss's terms.
        exact: the loss that made them, or None; its `exact` gives the scores of values that were not measured.
        standing: what the search that asks knows; None where no search asks.
    """

    variable: Variable
    evaluations: Sequence[Evaluation]
    exact: Loss | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class ProposalRequest:
    """One question for new values.

    Attributes:
        parents: the values to change.
        gradients: the feedback on them: one for each parent, or all for a single one.
        seed: of the advisor's random choices.
        standing: what the search that asks knows; None where no search asks.
        ask: whether it is worth a question that costs something. It is not where the same search asked for the critique
            a moment ago, whose proposals are on the gradients, nor of a value that only what is free may change.
    """

    parents: Sequence[Variable]
    gradients: Sequence[Gradient]
    seed: int = 0
    standing: Standing | None = None
    ask: bool = True


@runtime_checkable
class Advisor(Protocol):
    """Reads measurements, says what is wrong where, and proposes what to try.

    Order: answers come in the order of the questions, proposals of one answer best first.
    Determinism: the same arguments give the same answer (for a model: as far as the model allows).
    Failure: never raises for a single value; EngineError when nobody can be asked.

    Attributes:
        name: stands in tables and in `Proposal.advisor`.
        free: costs nothing, so it may be asked about values that never become parents.
        reads_notes: reads `Variable.briefing`: constraints, examples, earlier feedback.
    """

    name: str
    free: bool
    reads_notes: bool

    @property
    def model(self) -> LanguageModel | None:
        """The language model whose calls a campaign records; None where none is asked."""
        ...

    @property
    def offers(self) -> tuple[int, int]:
        """How many values the advisor proposed so far, and how many of them the domain found valid."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the results should know about the advice."""
        ...

    def judge(self, instruction: str, value: str, role: str) -> Evaluation:
        """The answer to a TextLoss: feedback on a value, with a score only where the advisor has one.

        Args:
            instruction: what to judge.
            value: the text or SMILES.
            role: what the value is for.
        """
        ...

    def chain(self, step: ChainStep) -> str:
        """Feedback on an input, given feedback on the output it led to.

        Args:
            step: the operation with its input, output and feedback.
        """
        ...

    def critiques(self, subjects: Sequence[Subject], keep: Keep | None = None) -> list[Gradient]:
        """What the measurements of each value mean, with the edits and proposals that follow.

        Args:
            subjects: the measured values.
            keep: called with each gradient and its place, also before an error that ends the call is raised.
        """
        ...

    def propose(
        self, requests: Sequence[ProposalRequest], n: int, *, avoid: Collection[str] = (), exact: Loss | None = None
    ) -> list[list[Proposal]]:
        """New values for each request.

        Args:
            requests: parents with the feedback on them.
            n: at most how many for each request.
            avoid: values that are not to be proposed.
            exact: the loss to aim at; see `Subject`.
        """
        ...


class AdvisorBase:
    """The usual traits of an advisor, and answers to several questions one by one.

    An author sets `name` and writes `_critique` and `_propose`, and `judge` where the advisor can answer a TextLoss.
    """

    name: str = "advisor"
    free: bool = False
    reads_notes: bool = False
    sees: bool = False  # whether `judge` takes `pictures=`
    model: LanguageModel | None = None

    @property
    def offers(self) -> tuple[int, int]:
        """(0, 0): not counted."""
        return (0, 0)

    @property
    def notes(self) -> tuple[str, ...]:
        """None."""
        return ()

    def judge(self, instruction: str, value: str, role: str) -> Evaluation:
        """Raises EngineError: this advisor answers no TextLoss. See `Advisor`."""
        del value
        raise EngineError(
            f"{self.name} does not judge a {role} by {shorten(instruction)!r}; give the TextLoss an engine"
        )

    def chain(self, step: ChainStep) -> str:
        """The feedback on the output, with where it came from. See `Advisor`."""
        return (
            f"The {step.output_role} came of this {step.role} by {step.operation}{step.beside}. "
            f"To improve it: {shorten(step.feedback, _RELAYED)}"
        )

    def chains(self, steps: Sequence[ChainStep]) -> list[str]:
        """`chain` of each step, in order; an advisor that can answers them side by side."""
        return [self.chain(step) for step in steps]

    def critique(self, variable: Variable, evaluations: Sequence[Evaluation], exact: Loss | None = None) -> Gradient:
        """The critique of a single value."""
        return self.critiques([Subject(variable, evaluations, exact)])[0]

    def critiques(self, subjects: Sequence[Subject], keep: Keep | None = None) -> list[Gradient]:
        """`_critique` of each subject, in order. See `Advisor`."""
        found = []
        for place, subject in enumerate(subjects):
            found.append(self._critique(subject))
            if keep is not None:
                keep(place, found[-1])
        return found

    def propose(
        self, requests: Sequence[ProposalRequest], n: int, *, avoid: Collection[str] = (), exact: Loss | None = None
    ) -> list[list[Proposal]]:
        """`_propose` for each request, in order. See `Advisor`."""
        return [self._propose(request, n, avoid, exact) for request in requests]

    def _critique(self, subject: Subject) -> Gradient:
        raise NotImplementedError

    def _propose(self, request: ProposalRequest, n: int, avoid: Collection[str], exact: Loss | None) -> list[Proposal]:
        raise NotImplementedError


def chained(advisor: Advisor, steps: Sequence[ChainStep]) -> list[str]:
    """The advisor's answer to each link of the chain rule, in order.

    Args:
        advisor: who is asked; all at once where it has `chains`, as an AdvisorBase has.
        steps: the links.
    """
    together = getattr(advisor, "chains", None)
    return list(together(steps)) if together is not None else [advisor.chain(step) for step in steps]


def judged_by(
    advisor: Advisor, instruction: str, value: str, role: str, pictures: Sequence[Mapping[str, Any]] = ()
) -> Evaluation:
    """The advisor's answer to a TextLoss, in sight of pictures where it takes them (its `sees` is set).

    Args:
        advisor: who is asked.
        instruction: what to judge.
        value: the text or SMILES.
        role: what the value is for.
        pictures: parts of a chat message.
    """
    judge: Callable[..., Evaluation] = advisor.judge
    seen = {"pictures": pictures} if pictures and getattr(advisor, "sees", False) else {}
    return judge(instruction, value, role, **seen)


def advice_of(
    advisor: Advisor, requests: Sequence[ProposalRequest], n: int, avoid: Collection[str], exact: Loss | None
) -> list[list[Proposal]]:
    """What an advisor proposes, checked to be a list of proposals for each request.

    Args:
        advisor: who is asked.
        requests: what is to be improved.
        n: proposals wanted for each.
        avoid: values that are known.
        exact: the loss.

    Raises:
        EngineError: it is not; with the advisor's name.
    """
    advice = advisor.propose(requests, n, avoid=avoid, exact=exact)
    lists = isinstance(advice, Sequence) and all(isinstance(one, Sequence) for one in advice)
    if not lists or len(advice) != len(requests):
        given = f"{len(advice)} lists" if lists else repr(advice)[:80]
        raise EngineError(f"advisor {advisor.name} gave {given} as proposals for {len(requests)} requests")
    if strange := [one for found in advice for one in found if not isinstance(one, Proposal)]:
        raise EngineError(f"advisor {advisor.name} gave {strange[0]!r} as a proposal: it must be a Proposal")
    return advice

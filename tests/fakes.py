"""Stand-ins at the seams: a domain of words, an advisor that takes functions, losses that count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from molgrad.autograd.advisor import AdvisorBase, ChainStep, ProposalRequest, Subject
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.autograd.loss import Context, Loss
from molgrad.autograd.text_domain import TextDomain
from molgrad.evaluation import Evaluation, Status


class Letters(TextDomain):
    """Short words over a, b, c; a neighbour differs in one letter or has one more."""

    name = "letters"

    def validate(self, value: str) -> tuple[str, ...]:
        return () if value and set(value) <= set("abc") and len(value) < 12 else ("only a, b and c, below 12",)

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        changed = [value[:i] + x + value[i + 1 :] for i in range(len(value)) for x in "abc"] + [
            value + x for x in "abc"
        ]
        fresh = [v for v in dict.fromkeys(changed) if v != value]
        start = seed % len(fresh)
        turned = fresh[start:] + fresh[:start]
        return [(v, Edit("explore", reason=f"try {v}")) for v in turned[:n]]


class ScriptedAdvisor(AdvisorBase):
    """Answers from functions; remembers what it was asked."""

    name = "scripted"

    def __init__(self, proposals: Callable[[str], Sequence[str]] = lambda value: ()) -> None:
        self.proposals = proposals
        self.critiqued: list[tuple[str, list[Evaluation]]] = []
        self.gradients: list[str] = []

    def judge(self, instruction: str, value: str, role: str) -> Evaluation:
        return Evaluation("text", Status.OK, text=f"{role} {value}: {instruction}")

    def _critique(self, subject: Subject) -> Gradient:
        self.critiqued.append((subject.variable.value, list(subject.evaluations)))
        return Gradient(f"about {subject.variable.value}", source=self.name)

    def chain(self, step: ChainStep) -> str:
        return f"{step.role}: {step.feedback}"

    def _propose(self, request: ProposalRequest, n: int, avoid: Collection[str], exact: Loss | None) -> list[Proposal]:
        self.gradients += [gradient.text for gradient in request.gradients]
        return [
            Proposal(value, parent.value, reason=f"from {parent.value}", advisor=self.name)
            for parent in request.parents
            for value in self.proposals(parent.value)
            if value not in avoid
        ][:n]


class Count(Loss):
    """Minus the number of one letter; expensive on request, and counting how often it measures."""

    def __init__(self, letter: str, *, expensive: bool = False, fail: Collection[str] = ()) -> None:
        self.letter, self.name, self.fail = letter, f"count_{letter}", fail
        self.expensive, self.cost = expensive, int(expensive)
        self.measured: list[str] = []

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        self.measured.append(value)
        if value in self.fail:
            raise RuntimeError(f"cannot count {value}")
        number = -float(value.count(self.letter))
        return Evaluation(self.name, Status.OK, number, {self.name: -number}, text=f"{-number:.0f} {self.letter}")

    def spec(self) -> dict[str, object]:
        return {"loss": self.name}

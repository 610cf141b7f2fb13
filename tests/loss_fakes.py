"""Stand-ins for what is slow or far away: an advisor, a docker, a loss that counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from molgrad.autograd.advisor import AdvisorBase, ChainStep, ProposalRequest, Subject
from molgrad.autograd.composite import Sum
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Context, Loss
from molgrad.autograd.variable import Variable
from molgrad.docking.result import DockResult
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import Evaluation, Fact, Status


class FakeAdvisor(AdvisorBase):
    """Keeps what it was asked; answers with a line that names it."""

    name = "fake"

    def __init__(self) -> None:
        self.judged: list[tuple[str, str, str]] = []
        self.critiqued: list[tuple[Variable, list[Evaluation]]] = []
        self.chained: list[ChainStep] = []

    def judge(self, instruction: str, value: str, role: str) -> Evaluation:
        self.judged.append((instruction, value, role))
        return Evaluation("fake", Status.OK, text=f"on {value}: {instruction}")

    def _critique(self, subject: Subject) -> Gradient:
        variable = subject.variable
        self.critiqued.append((variable, list(subject.evaluations)))
        waiting = (Proposal(variable.value + "C", parent=variable.value, advisor=self.name),)
        return Gradient("critique", proposals=waiting, source=self.name)

    def chain(self, step: ChainStep) -> str:
        self.chained.append(step)
        return f"for {step.role}: {step.feedback}"

    def _propose(self, request: ProposalRequest, n: int, avoid: Collection[str], exact: Loss | None) -> list[Proposal]:
        return []


class FakeDocker:
    """Docks with a function `smiles -> affinity`; what it raises becomes a failure. Last result first."""

    def __init__(self, function: Callable[[str], float] = lambda smiles: -0.3 * len(smiles), **extra: Any):
        self.function = function
        self.extra = extra
        self.asked: list[str] = []
        self.states: Sequence[str | None] | None = None
        self.parents: Sequence[str | None] | None = None

    def stream(
        self,
        smiles: Sequence[str],
        docked_states: Sequence[str | None] | None = None,
        parents: Sequence[str | None] | None = None,
    ) -> Iterator[tuple[int, DockResult]]:
        self.states, self.parents = docked_states, parents
        for i, text in reversed(list(enumerate(smiles))):
            self.asked.append(text)
            yield i, self._one(text)

    def again(self, smiles: str, repeat: int, docked_state: str | None = None, parent: str | None = None) -> DockResult:
        self.states, self.parents = [docked_state], [parent]
        self.asked.append(smiles)
        done = self._one(smiles)
        return replace(done, provenance=replace(done.provenance, seed=done.provenance.seed + 100 * repeat))

    def _one(self, text: str) -> DockResult:
        from molgrad.chem.parse import canonical  # tests of the core need no RDKit

        try:
            designed = canonical(text)
        except InvalidMoleculeError as error:
            return DockResult(text, status=Status.INVALID, reason="; ".join(error.reasons))
        try:
            affinity = self.function(designed)
        except RuntimeError as error:
            return DockResult(designed, status=Status.FAILED, reason=str(error))
        return DockResult(designed, designed, affinity=affinity, affinities=(affinity,), **self.extra)


class PosingDocker(FakeDocker):
    """Docks by giving the molecule's first conformer, wherever that is, as its pose."""

    def _one(self, text: str) -> DockResult:
        from molgrad.docking.ligand import mol_block, prepare_ligand

        result = super()._one(text)
        return replace(result, poses=(mol_block(prepare_ligand(result.smiles, seed=0).mol),)) if result.ok else result


class Beside(Loss):
    """A derived loss with what it reads beside it, seen as a loss of its own."""

    def __init__(self, source: Loss, derived: Loss) -> None:
        self.whole, self.derived = Sum([(1.0, source), (1.0, derived)]), derived
        self.name, self.expensive = derived.name, derived.expensive

    def spec(self) -> dict[str, Any]:
        return self.derived.spec()

    def _stream(self, values: Sequence[str], contexts: Sequence[Context]) -> Iterator[tuple[int, Evaluation]]:
        for i, evaluation in self.whole.stream(values, contexts):
            yield i, replace(evaluation.terms[1], loss=self.name)


class Counted(Loss):
    """Scores by a function of the value and remembers what it was asked."""

    def __init__(
        self, name: str, function: Callable[[str], float] = len, *, expensive: bool = False, words: bool = True
    ) -> None:
        self.name, self.function, self.expensive, self.words = name, function, expensive, words
        self.cost = int(expensive)
        self.asked: list[str] = []

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        self.asked.append(value)
        score = float(self.function(value))
        text = f"{self.name} says {score:g}" if self.words else ""
        return Evaluation(self.name, Status.OK, score, {self.name: score}, text=text)


def fixed(evaluation: Evaluation) -> Loss:
    """A loss that always gives this evaluation."""

    class Fixed(Loss):
        name = evaluation.loss

        def _evaluate(self, value: str, context: Context) -> Evaluation:
            return evaluation

    return Fixed()


def ok(name: str, score: float | None, **more: Any) -> Evaluation:
    return Evaluation(name, Status.OK, score, **more)


def bad(name: str, status: Status, reason: str = "because") -> Evaluation:
    return Evaluation(name, status, reason=reason)


def docking(affinity: float, facts: Sequence[Fact] = (), **more: Any) -> Evaluation:
    """What a dock into no particular receptor says."""
    more |= {"text": f"Vina gives {affinity}", "kind": "docking"}
    return Evaluation("docking", Status.OK, affinity, {"affinity": affinity}, tuple(facts), **more)

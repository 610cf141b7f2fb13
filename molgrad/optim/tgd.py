"""Textual gradient descent on one trajectory: propose, measure, keep or roll back, learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from molgrad.autograd.advisor import Advisor, ProposalRequest
from molgrad.autograd.composite import as_loss, measured_by
from molgrad.autograd.engine import get_backward_engine, resolve_advisor
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import LossLike
from molgrad.autograd.variable import Measurement, Variable
from molgrad.errors import EngineError, NoScoreError, shorten
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.types import LanguageModel
from molgrad.optim.brief import Brief, warn_of_missing_gradients
from molgrad.optim.faults import own_fault
from molgrad.optim.ranking import rank
from molgrad.optim.seeds import derive


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did to one parameter.

    Attributes:
        before, after: the parameter's value around the step.
        rolled_back: whether the value measured last was worse and was given up.
        proposal: what was assigned; None when nothing was.
        note: what happened, in words.
    """

    before: str
    after: str
    rolled_back: bool = False
    proposal: Proposal | None = None
    note: str = ""


@dataclass
class _Track:
    """What the optimizer knows about one parameter."""

    incumbent: Measurement | None = None
    gradients: list[Gradient] = field(default_factory=list)
    lessons: list[str] = field(default_factory=list)
    tried: dict[str, Proposal | None] = field(default_factory=dict)


class TGD:
    """Improves variables by the words that `backward` left on them.

    Each `step()` first judges the present value by its last measurement: a worse one is rolled back and
    becomes feedback. Then the proposals that wait on the gradients, and those of the advisor, are validated,
    ranked by the exact terms of `loss`, and the best one is assigned. The next forward pass judges it.

    Args:
        parameters: the variables to improve; those with `requires_grad=False` are never touched.
        loss: judges values and ranks proposals; without it the root of each `backward()` judges.
        engine: the advisor; the global backward engine, else the domain's own, by default.
        seed: same seed, same proposals.
        proposals: how many proposals to ask the advisor for in a step.
        memory: how many lessons (what was tried and failed) an advisor is told.
        constraints: what every proposal must satisfy, in words that a language model is shown.
        in_context_examples: values such as are wanted, shown to a language model.
        gradient_memory: how many earlier gradients a language model is shown; 0 for none.
        momentum: how many of the last values, with their outcomes, a language model is shown; 0 for none.

    Raises:
        ValueError: nothing to improve, or a negative window.
        TypeError: what was given is no list of variables.
    """

    def __init__(
        self,
        parameters: Sequence[Variable],
        *,
        loss: LossLike | None = None,
        engine: str | Advisor | LanguageModel | None = None,
        seed: int = 0,
        proposals: int = 24,
        memory: int = 8,
        constraints: Sequence[str] = (),
        in_context_examples: Sequence[str] = (),
        gradient_memory: int = 0,
        momentum: int = 0,
    ) -> None:
        if isinstance(parameters, Variable) or not all(isinstance(one, Variable) for one in parameters):
            raise TypeError(f"TGD takes a list of variables, such as [prompt], not {shorten(repr(parameters))}")
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("TGD needs at least one variable to improve")
        if memory < 0:
            raise ValueError(f"memory is how many lessons are told: 0 or more, not {memory}")
        self.loss = None if loss is None else as_loss(loss)
        self.advisor = resolve_advisor(engine) if engine is not None else None
        self.seed = seed
        self.proposals = proposals
        self.memory = memory
        self.steps: list[list[Step]] = []
        self._tracks = [_Track() for _ in self.parameters]
        self._briefs = [Brief(constraints, in_context_examples, gradient_memory, momentum) for _ in self.parameters]
        for parameter, brief in zip(self.parameters, self._briefs, strict=True):
            brief.note(parameter, {})  # before the first backward, whose critique may bring the first proposals

    def zero_grad(self) -> None:
        """Clear the gradients of every parameter; what the optimizer learned stays."""
        for parameter in self.parameters:
            parameter.zero_grad()

    @property
    def best(self) -> Measurement:
        """The best measured value of the first parameter, with its evaluation.

        Raises:
            NoScoreError: nothing was measured yet, or nothing that was measured has a score.
        """
        return self.best_of(self.parameters[0])

    def best_of(self, parameter: Variable) -> Measurement:
        """The best measured value of one parameter."""
        scored = [m for m in self._judgements(parameter) if m.evaluation.score is not None]
        if not scored:
            why = (
                "what was measured has words only, and .value is the latest"
                if self._judgements(parameter)
                else "call the loss first"
            )
            raise NoScoreError(f"no measured value of {parameter!r} has a score; {why}")
        return min(scored, key=lambda m: m.evaluation.number())

    @property
    def history(self) -> list[Measurement]:
        """Every judgement of the first parameter, in order."""
        return self._judgements(self.parameters[0])

    def step(self) -> list[Step]:
        """Judge, then assign the most promising proposal to each parameter; see the class."""
        warn_of_missing_gradients(self.parameters)
        for parameter, brief in zip(self.parameters, self._briefs, strict=True):
            if brief.asked and parameter.gradients:
                brief.warn_if_unread(self._advisor(parameter))
        done = [
            self._step(parameter, track, brief)
            for parameter, track, brief in zip(self.parameters, self._tracks, self._briefs, strict=True)
            if parameter.requires_grad
        ]
        self.steps.append(done)
        return done

    def judge(self) -> bool:
        """Go back at once where the present values were measured worse than the best; True when one went back.

        `step` does this too, before it assigns; called right after a measurement it saves the gradient of a value
        that will not stay.
        """
        went_back = False
        for parameter, track in zip(self.parameters, self._tracks, strict=True):
            judged = [m for m in self._judgements(parameter) if m.value == parameter.value]
            if judged and judged[-1].evaluation.status is not Status.PENDING:
                went_back |= self._judge(parameter, track, judged[-1])
        return went_back

    def _judgements(self, parameter: Variable) -> list[Measurement]:
        return [m for m in parameter.measurements if m.loss is self.loss]

    def _step(self, parameter: Variable, track: _Track, brief: Brief) -> Step:
        before = parameter.value
        judged = [m for m in self._judgements(parameter) if m.value == before]
        if not parameter.gradients and track.incumbent is None:
            return Step(before, before, note="no gradient: call backward() on a measured total first")
        if not judged and before in track.tried:
            return Step(before, before, note="the value assigned last has not been measured yet")
        if judged and judged[-1].evaluation.status is Status.PENDING:
            return Step(before, before, note=f"waiting: {judged[-1].evaluation.reason}")
        rolled_back = self._judge(parameter, track, judged[-1] if judged else None)
        brief.note(parameter, self._outcomes(parameter, track))
        proposal, note = self._choose(parameter, track)
        brief.remember(track.gradients)
        if proposal is not None:
            parameter.value = proposal.value
            track.tried[parameter.value] = proposal
        brief.note(parameter, self._outcomes(parameter, track))
        return Step(before, parameter.value, rolled_back, proposal, note)

    def _judge(self, parameter: Variable, track: _Track, latest: Measurement | None) -> bool:
        """Keep the present value, or go back to the incumbent; True when rolled back."""
        incumbent = track.incumbent
        if latest is None or incumbent is None or not _worse(latest.evaluation, incumbent.evaluation):
            if latest is not None:
                track.incumbent = latest
            # Without zero_grad there are words about earlier values too; their atoms are not ours.
            track.gradients = [g for g in parameter.gradients if g.about in (None, parameter.value)]
            track.tried.setdefault(parameter.value, None)
            return False
        if latest.value == incumbent.value:
            return False
        track.lessons.append(_lesson(track.tried.get(latest.value), latest, incumbent))
        parameter.value = incumbent.value
        return True

    def _outcomes(self, parameter: Variable, track: _Track) -> dict[str, Evaluation | None]:
        """What was assigned so far, in order, with the last judgement of each."""
        judged = {m.value: m.evaluation for m in self._judgements(parameter)}
        return {value: judged.get(value) for value in track.tried}

    def _choose(self, parameter: Variable, track: _Track) -> tuple[Proposal | None, str]:
        advisor = self._advisor(parameter)
        gradient = _merged(track, self.memory)
        seed = derive(self.seed, len(self.steps), parameter.role_description)
        known = {**track.tried, parameter.value: None}  # in the order tried
        waiting = list(gradient.proposals)
        try:
            request = ProposalRequest([parameter], [gradient], seed)
            measured = [gradient.evaluation] if gradient.evaluation is not None else []
            exact = self.loss or measured_by(parameter, measured)
            fresh = advisor.propose([request], self.proposals, avoid=known, exact=exact)[0]
        except EngineError:
            if not waiting:
                raise
            fresh = []  # the endpoint is down, but what it said before is still worth measuring
        sound, refused = _sound(parameter, [*waiting, *fresh], set(known))
        parents = {} if track.incumbent is None else {parameter.value: track.incumbent.evaluation}
        ranked = rank(self.loss, sound, parents)
        if not ranked:
            offered = len(waiting) + len(fresh)
            return None, _nothing(advisor.name, offered, refused, own_fault(parameter.value, parameter.domain))
        return ranked[0][1], ranked[0][1].reason

    def _advisor(self, parameter: Variable) -> Advisor:
        advisor = self.advisor or get_backward_engine()
        if advisor is not None:
            return advisor
        if parameter.domain.default_advisor is None:
            raise EngineError("nobody to propose: pass engine=... to TGD, or call set_backward_engine(...)")
        return resolve_advisor(parameter.domain.default_advisor)


def _worse(latest: Evaluation, incumbent: Evaluation) -> bool:
    """Whether the incumbent stays: failures always lose, words without a number never do."""
    if not latest.ok:
        return incumbent.ok
    if latest.score is None or incumbent.score is None:
        return False
    return latest.score > incumbent.score


def _lesson(proposal: Proposal | None, latest: Measurement, incumbent: Measurement) -> str:
    why = f" ({proposal.reason})" if proposal is not None and proposal.reason else ""
    new, old = latest.evaluation, incumbent.evaluation
    if not new.ok:
        return f"Tried {latest.value}{why}: {new.status.value}, {new.reason}. Rolled back."
    shares = {t.loss: t.contribution or 0.0 for t in old.terms}
    changes = {t.loss: (t.contribution or 0.0) - shares.get(t.loss, 0.0) for t in new.terms}
    blame = max(changes, key=lambda k: changes[k], default="")
    more = f", mostly {blame} ({changes[blame]:+.2f})" if blame else ""
    return f"Tried {latest.value}{why}: {new.number():.3f} against {old.number():.3f}{more}. Rolled back."


def _nothing(advisor: str, offered: int, refused: Sequence[str], fault: str) -> str:
    """Why nothing is assigned: no proposals at all, as of a model that answers in prose, or none that will do."""
    said = "no sound new proposal" if offered else f"the answer of {advisor} held no proposal that can be used"
    more = [f"refused: {'; '.join(refused[:3])}"] if refused else []
    return "; ".join([said, *more, *([fault] if fault else [])])


def _merged(track: _Track, memory: int) -> Gradient:
    """The incumbent's gradients and the last lessons as one gradient for the advisor."""
    gradients = track.gradients
    lessons = track.lessons[-memory:] if memory > 0 else []
    first = next((g for g in gradients if g.evaluation is not None), None)
    merged = Gradient(
        "\n".join([*(g.text for g in gradients), *lessons]),
        edits=tuple(edit for g in gradients for edit in g.edits),
        proposals=tuple(p for g in gradients for p in g.proposals),
        source="; ".join(dict.fromkeys(g.source for g in gradients)),
        evaluation=first.evaluation if first is not None else None,
    )
    if merged.evaluation is None and track.incumbent is not None:
        merged.evaluation = track.incumbent.evaluation
    return merged


def _sound(parameter: Variable, proposals: Sequence[Proposal], known: set[str]) -> tuple[list[Proposal], list[str]]:
    """Proposals that the domain accepts, in order, without repeats; and why others were refused."""
    seen, kept, refused = set(known), [], []
    for proposal in proposals:
        try:
            value = parameter.domain.canonical(proposal.value)
        except ValueError as error:
            refused.append(str(error))
            continue
        if value in seen:
            continue
        seen.add(value)
        reasons = parameter.domain.validate(value)
        if reasons:
            refused.append(f"{value}: {'; '.join(reasons)}")
        else:
            kept.append(proposal)
    return kept, refused

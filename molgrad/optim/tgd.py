"""Textual gradient descent on one trajectory: propose, measure, keep or roll back, learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from molgrad.autograd.advisor import Advisor, ProposalRequest, advice_of
from molgrad.autograd.composite import as_loss, measured_by
from molgrad.autograd.domain import Domain
from molgrad.autograd.engine import get_backward_engine, resolve_advisor
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import LossLike
from molgrad.autograd.variable import Measurement, Variable
from molgrad.errors import EngineError, NoScoreError, shorten, whole
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.types import LanguageModel
from molgrad.optim.archive import Archive
from molgrad.optim.brief import Brief, warn_of_missing_gradients
from molgrad.optim.optimizer import Optimizer, Task, derive, own_fault
from molgrad.optim.ranking import acceptable, rank
from molgrad.optim.record import Record
from molgrad.optim.track import Track, alike, gradients_json, measurement_json, read_gradients, read_measurement

_POOL = 24  # molecules asked for, to choose the next one from
_SETTLED = "nothing to improve: what was measured is at its best"


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


class TGD(Optimizer):
    """Improves variables by the gradients that `backward` left on them.

    Each `step()` first judges the present value by its last measurement: a worse one is rolled back and
    becomes feedback. Then the proposals that wait on the gradients, and those of the advisor, are validated,
    ranked by the exact terms of `loss`, and the best one is assigned. The next forward pass judges it.

    Args:
        parameters: the variables to improve; those with `requires_grad=False` are never touched.
        loss: judges values and ranks proposals; without it the root of each `backward()` judges.
        engine: the advisor; the global backward engine, else the domain's own, by default.
        seed: same seed, same proposals.
        proposals: how many proposals to ask the advisor for in a step; by default 24 molecules, of which the ranking
            takes the best, or one text, since nothing but a measurement ranks texts.
        memory: how many lessons (what was tried and failed) an advisor is told.
        constraints: what every proposal must satisfy, in words that a language model is shown.
        in_context_examples: values such as are wanted, shown to a language model.
        gradient_memory: how many earlier gradients a language model is shown; 0 for none.
        momentum: how many of the last values, with their outcomes, a language model is shown; 0 for none.

    Raises:
        ValueError: nothing to improve, or a setting that is no whole number within its bounds.
        TypeError: what was given is no list of variables.
    """

    name = "tgd"

    def __init__(
        self,
        parameters: Sequence[Variable],
        *,
        loss: LossLike | None = None,
        engine: str | Advisor | LanguageModel | None = None,
        seed: int = 0,
        proposals: int | None = None,
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
        for name, value, least in (("memory", memory, 0), ("proposals", proposals, 1), ("seed", seed, 0)):
            whole(name, least if value is None else value, least)
        self.loss = None if loss is None else as_loss(loss)
        self.advisor = resolve_advisor(engine) if engine is not None else None
        self.seed = seed
        self.proposals = proposals
        self.memory = memory
        self.steps: list[list[Step]] = []
        self.archive = Archive()
        self._begun = False  # by `begin`: a campaign's
        self._tracks = [Track() for _ in self.parameters]
        self._briefs = [Brief(constraints, in_context_examples, gradient_memory, momentum) for _ in self.parameters]
        for parameter, brief in zip(self.parameters, self._briefs, strict=True):
            brief.note(parameter, {})  # before the first backward, whose critique may bring the first proposals

    @classmethod
    def begin(cls, task: Task) -> Self:
        """A trajectory for a campaign, from the best of its starts."""
        variable = Variable(task.starts[0], role_description=task.role, domain=task.domain)
        found = cls([variable], loss=task.loss, engine=task.advisor, seed=task.seed)
        found.task, found._begun = task, True
        return found

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        """The most promising changes of the first parameter's best value; nothing is assigned."""
        del left
        (parameter, *_), (track, *_) = self.parameters, self._tracks
        if track.incumbent is None:
            return []
        self._consult(parameter, track)
        before = {term.loss: term.score for term in track.incumbent.evaluation.all_terms()}
        found = []
        ranked, _ = self._ranked(parameter, track, batch, n)
        if self.account is not None:
            self.account.pass_over((one, "another was expected to do better") for one in ranked[n:])
        for one in ranked[:n]:
            changes = ((term, before.get(term), change) for term, change in one.predicted.items())
            expected = {term: (score + mean, sd) for term, score, (mean, sd) in changes if score is not None}
            found.append(replace(one, predicted=expected))
        return found

    def _consult(self, parameter: Variable, track: Track) -> None:
        """Ask an advisor whose questions cost something about the incumbent, unless nothing new is known of it."""
        best = self.archive.of(track.incumbent.value) if track.incumbent is not None else None
        if self.account is None or best is None:
            return
        asked = self.account.worth_asking([best])
        found = self.task.critiques([best], self.account.standing(asked) if asked else None)
        parameter.gradients = track.gradients = found

    def observe(self, records: Sequence[Record]) -> None:
        """Take in measurements of the first parameter's proposals, and the feedback on the best of them."""
        super().observe(records)
        (parameter, *_), (track, *_) = self.parameters, self._tracks
        before = track.incumbent
        for record in records:
            parameter.value, parameter.gradients = record.value, track.gradients
            track.tried[record.value] = record.proposal
            parameter.record(record.evaluation, self.loss)
            if record.evaluation.status is not Status.PENDING:
                track.judge(parameter, parameter.measurements[-1])
        if track.incumbent is not None:
            parameter.value = track.incumbent.value
            best = self.archive.of(parameter.value)
            free = self._begun and self.account is None
            if free and best is not None and track.incumbent is not before:
                parameter.gradients = track.gradients = self.task.critiques([best])

    def state(self) -> dict[str, Any]:
        """What the trajectory learned from measurements that it did not `observe`, as JSON."""
        if self._begun:
            return super().state()
        steps = [
            [{**asdict(one), "proposal": one.proposal and one.proposal.to_json()} for one in s] for s in self.steps
        ]
        return {"steps": steps, "parameters": [self._parameter_state(*one) for one in self._each()]}

    @property
    def _domain(self) -> Domain:
        return self.parameters[0].domain

    def _next(self) -> int:
        return len(self.steps) if not self._begun else super()._next()

    def _each(self) -> Iterable[tuple[Variable, Track, Brief]]:
        return zip(self.parameters, self._tracks, self._briefs, strict=True)

    def _parameter_state(self, parameter: Variable, track: Track, brief: Brief) -> dict[str, Any]:
        judged = [measurement_json(one) for one in self._judgements(parameter)]
        known = {"value": parameter.value, "gradients": gradients_json(parameter.gradients), "measurements": judged}
        return {**known, "track": track.to_json(), "feedback": brief.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state of an optimizer that was made with the same arguments."""
        if self._begun:
            super().restore(state)
        if self._begun or not state:
            return
        self.steps = [[_read_step(one) for one in steps] for steps in state["steps"]]
        self._tracks = [Track.from_json(one["track"], self.loss) for one in state["parameters"]]
        for (parameter, track, brief), one in zip(self._each(), state["parameters"], strict=True):
            parameter.value = one["value"]
            if parameter.requires_grad:
                parameter.gradients = read_gradients(one["gradients"])
            parameter.measurements += [read_measurement(each, self.loss) for each in one["measurements"]]
            brief.restore(one["feedback"])
            brief.note(parameter, self._outcomes(parameter, track))

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
        """The best measured value of one parameter; of several alike the latest, which is the one kept.

        Compared are scores beside the same given values: of minibatches those on the examples of the last one.
        """
        scored = alike([m for m in self._judgements(parameter) if m.evaluation.score is not None])
        if not scored:
            why = (
                "what was measured has feedback only, and .value is the latest"
                if self._judgements(parameter)
                else "call the loss first"
            )
            raise NoScoreError(f"no measured value of {parameter!r} has a score; {why}")
        return min(reversed(scored), key=lambda m: m.evaluation.number())

    @property
    def history(self) -> list[Measurement]:
        """Every judgement of the first parameter, in order."""
        return self._judgements(self.parameters[0])

    def step(self) -> list[Step]:
        """Judge, then assign the most promising proposal to each parameter; see the class.

        An optimizer made by `begin` measures its proposal itself, as every `Optimizer` does.
        """
        if self._begun:
            before = self.parameters[0].value
            super().step()
            self.steps.append([Step(before, self.parameters[0].value)])
            return self.steps[-1]
        warn_of_missing_gradients(self.parameters)
        for parameter, brief in zip(self.parameters, self._briefs, strict=True):
            if brief.asked and parameter.gradients:
                brief.warn_if_unread(self._advisor(parameter))
        done = [
            self._step(parameter, track, brief) for parameter, track, brief in self._each() if parameter.requires_grad
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
                went_back |= track.judge(parameter, judged[-1])
        return went_back

    def _judgements(self, parameter: Variable) -> list[Measurement]:
        return [m for m in parameter.measurements if m.loss is self.loss]

    def _step(self, parameter: Variable, track: Track, brief: Brief) -> Step:
        before = parameter.value
        judged = [m for m in self._judgements(parameter) if m.value == before]
        if not parameter.gradients and track.incumbent is None:
            return Step(before, before, note="no gradient: call backward() on a measured total first")
        if not judged and before in track.tried:
            return Step(before, before, note="the value assigned last has not been measured yet")
        if judged and judged[-1].evaluation.status is Status.PENDING:
            return Step(before, before, note=f"waiting: {judged[-1].evaluation.reason}")
        rolled_back = track.judge(parameter, judged[-1] if judged else None)
        brief.note(parameter, self._outcomes(parameter, track))
        proposal, note = (None, _SETTLED) if track.at_best else self._choose(parameter, track)
        brief.remember(track.gradients)
        if proposal is not None:
            parameter.value = proposal.value
            track.tried[parameter.value] = proposal
        brief.note(parameter, self._outcomes(parameter, track))
        return Step(before, parameter.value, rolled_back, proposal, note)

    def _outcomes(self, parameter: Variable, track: Track) -> dict[str, Evaluation | None]:
        """What was assigned so far, in order, with the last judgement of each."""
        judgements = self._judgements(parameter)
        judged = {m.value: _elsewhere(m.evaluation) for m in judgements}
        judged |= {m.value: m.evaluation for m in alike(judgements)}
        return {value: judged.get(value) for value in track.tried}

    def _choose(self, parameter: Variable, track: Track) -> tuple[Proposal | None, str]:
        ranked, why = self._ranked(parameter, track, len(self.steps))
        return (ranked[0], ranked[0].reason) if ranked else (None, why)

    def _ranked(self, parameter: Variable, track: Track, turn: int, n: int = 1) -> tuple[list[Proposal], str]:
        """Every sound new proposal, best first; where there is none, why. At least `n` are asked for."""
        advisor = self._advisor(parameter)
        gradient = track.merged(self.memory)
        seed = derive(self.seed, turn, parameter.role_description)
        known = {**track.tried, parameter.value: None}  # in the order tried
        waiting = list(gradient.proposals)
        try:
            asked = self._begun and self.account is not None  # a moment ago, see `_consult`
            request = ProposalRequest([parameter], [gradient], seed, ask=not asked)
            measured = [gradient.evaluation] if gradient.evaluation is not None else []
            exact = self.loss or measured_by(parameter, measured)
            wanted = self.proposals or (n if parameter.domain.name == "text" else _POOL)
            fresh = advice_of(advisor, [request], wanted, known, exact)[0]
        except EngineError:
            if not waiting:
                raise
            fresh = []  # the endpoint is down, but what it said before is still worth measuring
        sound, refused = acceptable(parameter.domain, [*waiting, *fresh], set(known))
        parents = {} if track.incumbent is None else {parameter.value: track.incumbent.evaluation}
        ranked = [proposal for _, proposal in rank(self.loss, sound, parents)]
        offered, fault = len(waiting) + len(fresh), own_fault(parameter.value, parameter.domain)
        return ranked, "" if ranked else _nothing(advisor.name, offered, refused, fault)

    def _advisor(self, parameter: Variable) -> Advisor:
        advisor = self.advisor or get_backward_engine()
        if advisor is not None:
            return advisor
        if parameter.domain.default_advisor is None:
            raise EngineError("nobody to propose: pass engine=... to TGD, or call set_backward_engine(...)")
        return resolve_advisor(parameter.domain.default_advisor)


def _elsewhere(evaluation: Evaluation) -> Evaluation:
    """The evaluation without its number, which holds on other examples than the present ones."""
    if evaluation.score is None:
        return evaluation
    return replace(evaluation, score=None, text="measured on other examples, not to be compared")


def _read_step(data: Mapping[str, Any]) -> Step:
    return Step(**{**data, "proposal": data["proposal"] and Proposal.from_json(data["proposal"])})


def _nothing(advisor: str, offered: int, refused: Sequence[str], fault: str) -> str:
    """Why nothing is assigned: no proposals at all, as of a model that answers in prose, or none that will do."""
    said = "no sound new proposal" if offered else f"the answer of {advisor} held no proposal that can be used"
    more = [f"refused: {'; '.join(refused[:3])}"] if refused else []
    return "; ".join([said, *more, *([fault] if fault else [])])

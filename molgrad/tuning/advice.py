"""The advisor of candidates: chooses which parameter to rewrite, and has it rewritten for examples that went wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from molgrad.autograd.advisor import Advisor, AdvisorBase, ProposalRequest, advice_of
from molgrad.autograd.engine import resolve_advisor
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.standing import Standing
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError, counted
from molgrad.optim.optimizer import derive
from molgrad.optim.record import Record
from molgrad.programs.candidates import PARAMETER, CandidateDomain
from molgrad.programs.demos import DemosDomain
from molgrad.programs.examples import Example
from molgrad.tuning.answers import Trial, candidate_name
from molgrad.tuning.asking import Asker
from molgrad.tuning.reflection import Reflection
from molgrad.tuning.spending import Spending
from molgrad.tuning.trials import Trials

Components = Literal["one", "all"]
_ATTEMPTS = 3  # requests for a new version, after which there is none
_WIDE = 8  # versions of one parent in a round, at most


Number = Callable[[Proposal], int]  # of a candidate, given when it is met first
Compare = Callable[[int, Proposal, Sequence[Example]], float]  # by how much a draft is worse than what it was made from


@dataclass(frozen=True, slots=True)
class Plan:
    """How much work goes into a candidate.

    Attributes:
        shown: training examples that a version is made from.
        gate: those of them on which it is compared with what it was made from.
        drafts: rewritings in a row, each for further examples, before a candidate is validated.
        validation: how many examples judge.
    """

    shown: int
    gate: int
    drafts: int
    validation: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What is rewritten.

    Attributes:
        id: the number of the candidate.
        value: the candidate.
        depth: how often it and its ancestors were rewritten, which chooses the parameter.
    """

    id: int
    value: str
    depth: int


class CandidateAdvisor(AdvisorBase):
    """An Advisor for candidates, over the advisors of their parameters.

    Calls: one for a version of one parameter, in which all examples of a turn are told; none for worked examples
    (`mg.Demos`), which are drawn from right answers, and for molecules with the built-in chemist.
    Which parameter: each in turn along a line of descent, as in GEPA; with `components="all"` a version rewrites all.

    Args:
        inner: who writes; None where every parameter's domain has an advisor of its own.
        domain: of the candidates.
        parameters: by name, for their roles.
        reflection: chooses the examples.
        trials: what was tried in this session.
        asker: stands before the models.
        number: gives candidates their numbers.
        judge: by how much a draft is worse than what it was made from, on some examples.
        constraints: what every version must satisfy, in words.
        components: one parameter a version, or all of them.
        plan: how much work a candidate is.
        spending: what is left for it.
    """

    reads_notes = True

    def __init__(
        self,
        inner: Advisor | None,
        domain: CandidateDomain,
        parameters: Mapping[str, Variable],
        reflection: Reflection,
        trials: Trials,
        asker: Asker,
        number: Number,
        judge: Compare,
        *,
        constraints: Sequence[str] = (),
        components: Components = "one",
        plan: Plan,
        spending: Spending,
    ) -> None:
        self._number, self._judge, self._plan, self._spending = number, judge, plan, spending
        self._inner, self._domain, self._reflection, self._trials = inner, domain, reflection, trials
        self._roles = {name: one.role_description for name, one in parameters.items()}
        self._asker, self._components = asker, components
        self._constraints = "\n".join(f"- {one}" for one in constraints)
        self._shown: dict[str, Sequence[Example]] = {}
        self.name = inner.name if inner is not None else "chemist"

    @property
    def notes(self) -> tuple[str, ...]:
        """Those of the advisor that writes."""
        return () if self._inner is None else self._inner.notes

    def shown(self, value: str) -> Sequence[Example]:
        """The examples that a candidate was made from; none where it came without.

        Args:
            value: the candidate.
        """
        return self._shown.get(value, ())

    def critics(self, records: Sequence[Record], standing: Standing | None = None) -> list[Gradient]:
        """What there is to say of candidates without asking anybody: how they did."""
        del standing
        return [Gradient(r.evaluation.feedback, source="validation", evaluation=r.evaluation) for r in records]

    def propose(
        self, requests: Sequence[ProposalRequest], n: int, *, avoid: Collection[str] = (), exact: Loss | None = None
    ) -> list[list[Proposal]]:
        """New candidates for each request; those of one parent and round are made from the same examples."""
        del exact
        asked: dict[str, int] = {}
        found = []
        for request in requests:
            value = request.parents[0].value
            trial = self._trials.of(value)
            made: list[Proposal] = []
            for _ in range(min(max(0, n), _WIDE) if trial is not None else 0):
                version = asked[value] = asked.get(value, -1) + 1
                taken = {*avoid, *(one.value for one in made)}
                if trial is not None and (one := self._version(trial, version, request.seed, taken)) is not None:
                    made.append(one)
            found.append(made)
        return found

    def _version(self, trial: Trial, version: int, seed: int, avoid: Collection[str]) -> Proposal | None:
        """One new candidate: a draft, rewritten further for new examples as long as it does not get worse."""
        value = trial.proposal.value
        turn = len({child.step for child in self._trials.children(value)})  # a further round shows other examples
        base = Draft(trial.id, value, self._trials.depth(value) + turn + version)
        first: Sequence[Example] = ()
        reasons: list[Proposal] = []
        for number in range(self._plan.drafts):
            sizes = [self._affordable()] if number else iter(self._affordable, 0)
            examples = self._reflection.batch(base.id, self._domain.parts(base.value), 0 if number else turn, sizes)
            made = self._draft(base, derive(seed, turn, number, version), examples, avoid) if examples else None
            if made is None:
                break
            gate = self._reflection.poor(base.id, examples)[: self._plan.gate]
            worse = self._judge(base.id, made, gate)
            if number and worse > 0:
                break
            first = first if number else gate
            reasons.append(made)
            base = Draft(self._number(made), made.value, base.depth + 1)
            if worse > 0:
                break
        if not reasons or base.value == value:
            return None
        self._shown[base.value] = first if len(reasons) == 1 else ()
        return _joined(value, reasons)

    @property
    def short(self) -> str:
        """That too little of the budget is left to validate another version; empty while there is enough."""
        if self._affordable():
            return ""
        left = max(0, int(self._spending.left))
        verbs = ("is", "does") if left == 1 else ("are", "do")
        return f"stopped: the {counted(left, 'call')} that {verbs[0]} left {verbs[1]} not reach for a further candidate"

    @property
    def reaches(self) -> bool:
        """Whether what is left of the budget reaches for a validation."""
        return self._spending.reaches(self._plan.validation)

    def _affordable(self) -> int:
        """How many examples a version is made from; 0 where too little is left to validate it."""
        calls, plan = len(self._chosen(0)), self._plan
        return self._spending.examples(plan.shown, gate=plan.gate, calls=calls, validation=plan.validation)

    def _draft(self, base: Draft, seed: int, examples: Sequence[Example], avoid: Collection[str]) -> Proposal | None:
        """A new version; each attempt asks with another seed."""
        for attempt in range(_ATTEMPTS):
            made = self._written(base, derive(seed, attempt), examples, attempt)
            if made is not None and made.value not in avoid and self._trials.of(made.value) is None:
                return made
        return None

    def _written(self, base: Draft, seed: int, examples: Sequence[Example], attempt: int) -> Proposal | None:
        parts = self._domain.parts(base.value)
        made: list[tuple[str, Proposal]] = []
        for name in self._chosen(base.depth + attempt):
            if (one := self._part(base, name, parts[name], derive(seed, name), examples)) is not None:
                parts[name] = one.value
                made.append((name, one))
        if not made:
            return None
        value = self._domain.joined(parts)
        reasons = [f"{name}: {one.reason}" if len(parts) > 1 else one.reason for name, one in made]
        by_model = any(one.by_model for _, one in made)
        edit = _edit(*made[0]) if len(made) == 1 else None
        who = "; ".join(dict.fromkeys(one.advisor for _, one in made))
        return Proposal(value, base.value, edit, "; ".join(reasons), advisor=who, by_model=by_model)

    def _chosen(self, turn: int) -> Sequence[str]:
        """The parameters that a version rewrites."""
        names = self._domain.names
        return names if self._components == "all" else (names[turn % len(names)],)

    def _part(self, base: Draft, name: str, text: str, seed: int, examples: Sequence[Example]) -> Proposal | None:
        """A new value of one parameter; None where nobody has one."""
        domain = self._domain.domain_of(name)
        if isinstance(domain, DemosDomain):
            drawn = domain.bootstrapped(self._reflection.right(base.id, name), seed, 2)
            new = [one for one in drawn if one != text]
            return Proposal(new[0], text, reason="worked examples drawn anew", advisor="bootstrap") if new else None
        words, answers = self._reflection.told(base.id, name, examples, self._tried(base.value, name))
        variable = Variable(text, role_description=self._roles[name], domain=domain)
        variable.briefing = {"constraints": self._constraints} if self._constraints else {}
        evaluation = answers[0].evaluation if domain.name != "text" and answers else None
        gradient = Gradient(words, source="examples", evaluation=evaluation, about=text)
        variable.gradients.append(gradient)
        request = ProposalRequest([variable], [gradient], seed)
        known = [] if domain.name == "text" else self._known(name)
        labels = {"kind": "propose", "candidate": candidate_name(base.id)}
        with self._asker.unit(f"propose {candidate_name(base.id)} {name} {seed}", **labels) as unit:
            found = advice_of(self._advisor(name), [request], 1, known, None)[0]
        self._spending.asked(unit.asked)
        return next((one for one in found if one.value != text and one.value not in known), None)

    def _advisor(self, name: str) -> Advisor:
        if self._inner is not None:
            return self._inner
        own = self._domain.domain_of(name).default_advisor
        if own is None:
            raise EngineError(f"nobody can rewrite {name!r}: give the Tuner engine=..., a model's name or an advisor")
        return resolve_advisor(own)

    def _known(self, name: str) -> list[str]:
        """Every value that a parameter had so far."""
        return list(dict.fromkeys(self._domain.parts(one.proposal.value)[name] for one in self._trials.all))

    def _tried(self, value: str, name: str) -> list[tuple[str, str]]:
        """Versions of a parameter made from a candidate that were no better, with what became of them."""
        lost = [one for one in self._trials.children(value) if one.evaluation.score is None]
        changed = [one for one in lost if name in self._domain.changed(value, one.proposal.value)]
        return [(self._domain.parts(one.proposal.value)[name], one.evaluation.reason) for one in changed]


def _joined(parent: str, drafts: Sequence[Proposal]) -> Proposal:
    """The last of drafts as a child of what the first was made from."""
    last = drafts[-1]
    reasons = "; then ".join(one.reason for one in drafts if one.reason)
    by_model = any(one.by_model for one in drafts)
    return replace(last, parent=parent, edit=last.edit if len(drafts) == 1 else None, reason=reasons, by_model=by_model)


def _edit(name: str, part: Proposal) -> Edit | None:
    edit = part.edit
    return None if edit is None else Edit(edit.kind, {**edit.payload, PARAMETER: name}, edit.reason, edit.expected)

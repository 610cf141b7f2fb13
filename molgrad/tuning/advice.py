"""The advisor of candidates: chooses which parameter to rewrite, and has it rewritten for examples that went wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from molgrad.autograd.advisor import Advisor, AdvisorBase, ProposalRequest, advice_of
from molgrad.autograd.engine import resolve_advisor
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError
from molgrad.optim.optimizer import derive
from molgrad.optim.record import Record
from molgrad.programs.candidates import PARAMETER, CandidateDomain
from molgrad.programs.demos import DemosDomain
from molgrad.programs.examples import Example
from molgrad.tuning.answers import Trial
from molgrad.tuning.asking import Asker
from molgrad.tuning.reflection import Reflection
from molgrad.tuning.trials import Trials

Components = Literal["one", "all"]
_ATTEMPTS = 3  # requests for a new version, after which there is none
_WIDE = 8  # versions of one parent in a round, at most


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
        constraints: what every version must satisfy, in words.
        components: one parameter a version, or all of them.
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
        constraints: Sequence[str] = (),
        components: Components = "one",
    ) -> None:
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

    def critics(self, records: Sequence[Record]) -> list[Gradient]:
        """What there is to say of candidates without asking anybody: how they did."""
        return [Gradient(r.evaluation.feedback, source="validation", evaluation=r.evaluation) for r in records]

    def propose(
        self, requests: Sequence[ProposalRequest], n: int, *, avoid: Collection[str] = (), exact: Loss | None = None
    ) -> list[list[Proposal]]:
        """New candidates for each request; several of one parent are made from different examples."""
        del exact
        asked: dict[str, int] = {}
        found = []
        for request in requests:
            value = request.parents[0].value
            trial = self._trials.of(value)
            made: list[Proposal] = []
            for _ in range(min(max(0, n), _WIDE) if trial is not None else 0):
                turn = len(self._trials.children(value)) + asked.get(value, 0)
                asked[value] = asked.get(value, 0) + 1
                taken = {*avoid, *(one.value for one in made)}
                if trial is not None and (one := self._version(trial, turn, request.seed, taken)) is not None:
                    made.append(one)
            found.append(made)
        return found

    def _version(self, trial: Trial, turn: int, seed: int, avoid: Collection[str]) -> Proposal | None:
        """One new candidate; each attempt asks with another seed."""
        examples = self._reflection.batch(trial.id, self._domain.parts(trial.proposal.value), turn)
        if not examples:
            return None
        for attempt in range(_ATTEMPTS):
            proposal = self._written(trial, turn, derive(seed, turn, attempt), examples, attempt)
            if proposal is None or proposal.value in avoid or self._trials.of(proposal.value) is not None:
                continue
            self._shown.setdefault(proposal.value, examples)
            return proposal
        return None

    def _written(
        self, trial: Trial, turn: int, seed: int, examples: Sequence[Example], attempt: int
    ) -> Proposal | None:
        parts = self._domain.parts(trial.proposal.value)
        made: list[tuple[str, Proposal]] = []
        for name in self._chosen(trial, turn + attempt):
            if (one := self._part(trial, name, parts[name], derive(seed, name), examples)) is not None:
                parts[name] = one.value
                made.append((name, one))
        if not made:
            return None
        value = self._domain.joined(parts)
        reasons = [f"{name}: {one.reason}" if len(parts) > 1 else one.reason for name, one in made]
        by_model = any(one.by_model for _, one in made)
        edit = _edit(*made[0]) if len(made) == 1 else None
        who = "; ".join(dict.fromkeys(one.advisor for _, one in made))
        return Proposal(value, trial.proposal.value, edit, "; ".join(reasons), advisor=who, by_model=by_model)

    def _chosen(self, trial: Trial, turn: int) -> Sequence[str]:
        """The parameters that a version rewrites."""
        names = self._domain.names
        if self._components == "all":
            return names
        return (names[(self._trials.depth(trial.proposal.value) + turn) % len(names)],)

    def _part(self, trial: Trial, name: str, text: str, seed: int, examples: Sequence[Example]) -> Proposal | None:
        """A new value of one parameter; None where nobody has one."""
        domain = self._domain.domain_of(name)
        if isinstance(domain, DemosDomain):
            drawn = domain.bootstrapped(self._reflection.right(trial.id), seed, 2)
            new = [one for one in drawn if one != text]
            return Proposal(new[0], text, reason="worked examples drawn anew", advisor="bootstrap") if new else None
        words, answers = self._reflection.told(trial, name, examples, self._tried(trial, name))
        variable = Variable(text, role_description=self._roles[name], domain=domain)
        variable.briefing = {"constraints": self._constraints} if self._constraints else {}
        evaluation = answers[0].evaluation if domain.name != "text" and answers else None
        gradient = Gradient(words, source="examples", evaluation=evaluation, about=text)
        variable.gradients.append(gradient)
        request = ProposalRequest([variable], [gradient], seed)
        known = [] if domain.name == "text" else self._known(name)
        labels = {"kind": "propose", "candidate": trial.name, "step": len(self._trials.all)}
        with self._asker.unit(f"propose {trial.name} {name} {seed}", **labels):
            found = advice_of(self._advisor(name), [request], 1, known, None)[0]
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

    def _tried(self, trial: Trial, name: str) -> list[tuple[str, str]]:
        """Versions of a parameter made from a candidate that were no better, with what became of them."""
        found = []
        for child in self._trials.children(trial.proposal.value):
            if child.evaluation.score is None and name in self._domain.changed(
                trial.proposal.value, child.proposal.value
            ):
                found.append((self._domain.parts(child.proposal.value)[name], child.evaluation.reason))
        return found


def _edit(name: str, part: Proposal) -> Edit | None:
    edit = part.edit
    return None if edit is None else Edit(edit.kind, {**edit.payload, PARAMETER: name}, edit.reason, edit.expected)

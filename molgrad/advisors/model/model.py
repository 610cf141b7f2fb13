"""A language model as an advisor: its critique is the gradient, and proposals come with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

from molgrad.advisors.model import prompts as asking
from molgrad.advisors.model.answered import gradient_of, gradients_of
from molgrad.advisors.model.briefing import masked, subjects
from molgrad.advisors.model.dialogue import Dialogue, Reply
from molgrad.advisors.model.equipped import Tools, toolbox_of, tools_of
from molgrad.advisors.model.gathering import gathered
from molgrad.advisors.model.handover import Handover, has_chemist
from molgrad.advisors.model.parents import known_rows, most_of, nameable
from molgrad.advisors.model.parser import spoken
from molgrad.advisors.model.speaking import Speaking
from molgrad.advisors.model.vetting import Case, cases, fresh
from molgrad.autograd.advisor import ChainStep, Keep, ProposalRequest, Subject
from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.standing import Standing
from molgrad.autograd.variable import Variable
from molgrad.errors import ConflictingSettingsError, EngineError
from molgrad.llm.resolve import resolve_model
from molgrad.llm.types import LanguageModel, Message

PROPOSALS = 5  # a call: with more, models repeat themselves; measured optimum 4 to 6
WORKERS = 8  # requests on their way at once
_PARENTS = 4  # shown in one request for further proposals
DETAILED = 6  # molecules of which one request for a batch has the details
CallsPerStep = Literal["one", "three"]
Prompts = Literal["parent", "batch"]


class ModelAdvisor(Speaking):
    """An Advisor over a LanguageModel, with the built-in chemist beside it where values are molecules.

    Calls: one a value and step, for a critique with its proposals or for further proposals, and one more where the
    answer cannot be read or holds proposals that the validator refused; one for a judgement, one for a link of the
    chain rule. With `calls_per_step="three"` a judgement, a feedback and proposals are three calls, as in TextGrad.
    Trust: a proposal is what the variable's domain validated; everything else is named in the gradient's
    text with the reason, and nothing a model writes is executed, formatted or used as a path.
    Chemist: `propose` fills up with the chemist's proposals, and after six answers in a row without one that can be
    used the chemist advises alone, which `notes` says.
    Threads: `critiques`, `chains` and `propose` ask in parallel; results and what is learned from them are in order.
    Failure: EngineError when the endpoint is down or refuses; never for one value.

    Args:
        engine: a model's name, an endpoint ("http://localhost:11434/v1#llama3") or a LanguageModel.
        domain: validates proposals; each variable's own domain by default.
        system: replaces the opening sentences of each request, which say who the model is.
        proposals: how many to ask for with a critique of a molecule; texts get one.
        prompt_limit: characters of a request; lower it for a model with a short context.
        seed: handed to the model with every call but `propose`, which is given one.
        chemist: whether the chemist fills up what the model leaves.
        masked: whether the target's name and the identity of its residues are withheld; the advisor's name says so.
        calls_per_step: "one", or "three" for TextGrad's chain.
        prompts: "parent" asks about each molecule in a request of its own; "batch" asks once a step, about all of them.
        workers: requests on their way at once.
        per_minute: requests started in a minute, at most; None for no limit.
        tools: `ToolLimits`, or True for the usual ones, lets the model call the tools of a campaign that it advises; or
            `Tool`s of your own. Requests are then asked one after the other.
    """

    reads_notes = True  # what an optimizer notes on a variable is shown

    def __init__(
        self,
        engine: str | LanguageModel,
        *,
        domain: Domain | None = None,
        system: str | None = None,
        proposals: int = PROPOSALS,
        prompt_limit: int = asking.PROMPT_LIMIT,
        seed: int = 0,
        chemist: bool = True,
        masked: bool = False,
        calls_per_step: CallsPerStep = "one",
        prompts: Prompts = "parent",
        workers: int = WORKERS,
        per_minute: int | None = None,
        tools: Tools | bool = None,
    ) -> None:
        if calls_per_step not in ("one", "three"):
            raise ValueError(f'calls_per_step is "one" or "three", not {calls_per_step!r}')
        if prompts not in ("parent", "batch"):
            raise ValueError(f'prompts is "parent" or "batch", not {prompts!r}')
        if prompts == "batch" and calls_per_step == "three":
            raise ConflictingSettingsError("three calls a step ask about one molecule each: leave out prompts=batch")
        model = resolve_model(engine)
        told = dict[str, Any](
            system=system, prompt_limit=prompt_limit, seed=seed, workers=workers, per_minute=per_minute
        )
        super().__init__(model, **told)
        self.tools = tools_of(tools, masked=masked)
        said = {"masked": masked, "three calls a step": calls_per_step == "three"}
        said |= {"one prompt a batch": prompts == "batch", "tools": bool(self.tools)}
        marks = ", ".join(mark for mark, holds in said.items() if holds)
        self.name = f"model:{model.name}" + (f" ({marks})" if marks else "")
        self.domain, self.proposals, self.prompts = domain, proposals, prompts
        self.masked, self.calls_per_step = masked, calls_per_step
        self._handover = Handover(self.name, chemist)

    @property
    def offers(self) -> tuple[int, int]:
        """How many molecules the model proposed in answers that could be read, and how many of them were sound."""
        return self._handover.offered, self._handover.sound

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the results should know about the advice."""
        note = "the model was told neither the target's name nor its residues (masked)"
        used = toolbox_of(self)
        return (*([note] if self.masked else []), *self._handover.notes, *(used.notes if used else ()))

    def critiques(self, subjects: Sequence[Subject], keep: Keep | None = None) -> list[Gradient]:
        """A critique of each value with validated proposals waiting on it, in order.

        Asked for in parallel, or in one request with `prompts="batch"`.
        """
        whole = [i for i, asked in enumerate(subjects) if not self._handed_over(asked.variable)]
        groups = self._grouped(subjects, whole)
        heard: dict[int, Gradient | EngineError] = {}
        for group, reply in zip(
            groups, self._gathered([self._critic([subjects[i] for i in g]) for g in groups]), strict=True
        ):
            about = [subjects[i] for i in group]
            heard |= (
                dict.fromkeys(group, reply)
                if isinstance(reply, EngineError)
                else dict(zip(group, self._gradients(about, reply), strict=True))
            )
        gradients: list[Gradient] = []
        for place, asked in enumerate(subjects):
            found = heard[place] if place in heard else self._handover.critique(asked)
            if isinstance(found, EngineError):
                continue
            gradients.append(found)
            if keep is not None:
                keep(place, found)
        if errors := [one for one in heard.values() if isinstance(one, EngineError)]:
            raise errors[0]
        return gradients

    def _grouped(self, subjects: Sequence[Subject], places: Sequence[int]) -> list[list[int]]:
        """The subjects of each request: one each, or the first few molecules in one; the chemist takes the rest."""
        if self.prompts == "parent":
            return [[i] for i in places]
        together = [i for i in places if self._is_molecule(subjects[i].variable)]
        alone = [[i] for i in places if i not in together]
        free = [i for i in together[DETAILED:] if self._handover.allowed and has_chemist(subjects[i].variable)]
        held = [i for i in together if i not in free]
        return [*([held] if held else []), *alone]

    def propose(
        self, requests: Sequence[ProposalRequest], n: int, *, avoid: Collection[str] = (), exact: Loss | None = None
    ) -> list[list[Proposal]]:
        """Proposals for each request, the model asked in parallel.

        First those that wait on the gradients, then further ones where the model was not asked this step; the chemist
        fills up the rest.
        """
        given = sorted(avoid) if isinstance(avoid, set | frozenset) else list(avoid)  # no set order reaches a prompt
        waiting = [fresh([p for g in request.gradients for p in g.proposals], avoid) for request in requests]
        about = [cases(request.parents, request.gradients) for request in requests]
        # A critique of this step brought its proposals along: one call a value and step.
        asked_already = [
            self._handover.just_asked([case.parent for case in of], bool(left))
            for of, left in zip(about, waiting, strict=True)
        ]
        open_ = [
            i for i, of in enumerate(about) if of and len(waiting[i]) < n and not asked_already[i] and requests[i].ask
        ]
        calling = [i for i in open_ if not self._handed_over(about[i][0].parent)]
        groups = [calling[:_PARENTS]] if self.prompts == "batch" and calling else [[i] for i in calling]
        dialogues = []
        for group in groups:
            known = [*given, *(p.value for i in group for p in waiting[i])]
            missing = max(n - len(waiting[i]) for i in group)
            standing, seed = requests[group[0]].standing, requests[group[0]].seed
            dialogues.append(self._further([case for i in group for case in about[i]], missing, seed, known, standing))
        for group, heard in zip(groups, self._gathered([d.run for d in dialogues]), strict=True):
            if isinstance(heard, EngineError):
                raise heard
            if self._is_molecule(about[group[0]][0].parent):
                self._handover.count(heard.calls, len(heard.proposals), len(heard.refused))
            for i in group:
                values = {case.parent.value for case in about[i]}
                own = [p for p in heard.proposals if len(group) == 1 or p.parent in values]
                waiting[i] = fresh([*waiting[i], *own], avoid)
        return [
            self._handover.filled(found[: max(0, n)], request, n, avoid, exact)
            for found, request in zip(waiting, requests, strict=True)
        ]

    def _handed_over(self, variable: Variable) -> bool:
        return self._handover.over and has_chemist(variable)

    def _is_molecule(self, variable: Variable) -> bool:
        return (self.domain or variable.domain).name != "text"

    def _critic(self, about: Sequence[Subject]) -> Callable[[], Reply]:
        """What asks for a critique of one value, or of several molecules in one request; safe in a thread."""
        first = about[0]
        domain, standing = self.domain or first.variable.domain, first.standing
        data = subjects(
            [(one.variable, one.evaluations) for one in about], domain, masked=self.masked, standing=standing
        )
        terms = [t.loss for one in about for evaluation in one.evaluations for t in evaluation.all_terms()]
        n = self.proposals if data[0].molecule else 1
        batch = self.prompts == "batch" and data[0].molecule
        n = max(n, most_of(standing)) if batch else n

        def run() -> Reply:
            if batch:
                messages = asking.batch(data, n, **self._limits)
            elif self.calls_per_step == "three" and data[0].molecule:
                messages = asking.more(data, [self._traced(data[0])], n, (), **self._limits)
            else:
                messages = asking.critique(data[0], n, **self._limits)
            variables = [one.variable for one in about]
            return self._dialogue(
                messages, data, variables, terms, self.seed, standing=standing, batch=batch, enough=(n + 1) // 2
            ).run()

        return run

    def _traced(self, data: asking.PromptData) -> str:
        """TextGrad's first two calls: a judgement, then the feedback that it means for the molecule."""
        judged = spoken(self._ask(asking.loss(data, **self._limits)))
        step = ChainStep("judging a molecule by its measurements", data.role, data.value, "judgement", judged, judged)
        return spoken(self._ask(asking.chain(step, **self._limits))) or judged

    def _gradients(self, about: Sequence[Subject], heard: Reply) -> list[Gradient]:
        if self._is_molecule(about[0].variable):
            self._handover.count(heard.calls, len(heard.proposals), len(heard.refused))
            for asked in about:
                self._handover.criticised(asked.variable)
        if self.prompts == "parent" or not self._is_molecule(about[0].variable):
            return [gradient_of(heard, about[0].evaluations, self.name)]
        return gradients_of(heard, about, heard.parents, self.name)

    def _further(
        self, about: Sequence[Case], missing: int, seed: int, known: Sequence[str], standing: Standing | None
    ) -> Dialogue:
        domain = self.domain or about[0].parent.domain
        alike = [case for case in about if (self.domain or case.parent.domain).name == domain.name][:_PARENTS]
        asked = [(case.parent, case.evaluations) for case in alike]
        data = subjects(asked, domain, masked=self.masked, standing=standing)
        wanted = self.proposals if data[0].molecule else min(3, missing)
        messages = asking.more(data, [self._masked(case) for case in alike], wanted, known, **self._limits)
        variables = [case.parent for case in alike]
        return self._dialogue(messages, data, variables, (), seed, known, standing=standing, repair=False)

    def _masked(self, case: Case) -> str:
        terms = [term for evaluation in case.evaluations for term in evaluation.all_terms()]
        return masked(case.feedback, terms) if self.masked else case.feedback

    def _dialogue(
        self,
        messages: Sequence[Message],
        data: Sequence[asking.PromptData],
        variables: Sequence[Variable],
        terms: Collection[str],
        seed: int,
        avoid: Collection[str] = (),
        *,
        standing: Standing | None = None,
        **how: Any,
    ) -> Dialogue:
        def ask(sent: Sequence[Message], schema: Mapping[str, Any]) -> str:
            return self._ask(sent, schema, seed, run)

        tools = toolbox_of(self)
        run = tools.about([one.value for one in variables]) if tools else None
        parents, measured = nameable(data, variables, standing if how.get("batch") else None), known_rows(standing)
        molecule = data[0].molecule
        return Dialogue(
            ask, messages, data, parents, self.domain, molecule, terms, self.name, avoid, measured, **how
        )  # fmt: skip

    def _gathered(self, functions: Sequence[Callable[[], Reply]]) -> list[Reply | EngineError]:
        tools = toolbox_of(self)
        if tools:
            tools.begin()
        # One after the other where tools are called: what a tool did for one may be seen by the next.
        return gathered(functions, workers=1 if tools else self.workers, per_minute=self.per_minute)

    def __repr__(self) -> str:
        return f"ModelAdvisor({self.model!r})"

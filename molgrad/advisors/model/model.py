"""A language model as an advisor: its critique is the gradient, and proposals come with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from molgrad.advisors.model import prompts, templates
from molgrad.advisors.model.briefing import masked, subject
from molgrad.advisors.model.dialogue import Dialogue, Reply
from molgrad.advisors.model.equipped import Tools, toolbox_of, tools_of
from molgrad.advisors.model.handover import Handover, has_chemist
from molgrad.advisors.model.parser import spoken
from molgrad.advisors.model.vetting import Case, Parent, cases, fresh, worded
from molgrad.autograd.advisor import AdvisorBase, ChainStep, Keep, ProposalRequest, Subject
from molgrad.autograd.compose import sum_of
from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError, PicturesRefusedError, plain
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.labels import labelled
from molgrad.llm.metering import reached
from molgrad.llm.parallel import gather
from molgrad.llm.request import Request
from molgrad.llm.resolve import resolve_model
from molgrad.llm.tools import ToolRun
from molgrad.llm.types import Completion, LanguageModel, Message, Offer, Usage
from molgrad.llm.usage import UsageMeter

PROPOSALS = 5  # a call: with more, models repeat themselves; measured optimum 4 to 6
WORKERS = 8  # requests on their way at once
_PARENTS = 4  # shown in one request for further proposals
_SILENT = "the model answered with an empty text (a reasoning model may have spent all of max_tokens on thinking)"
CallsPerStep = Literal["one", "three"]


class ModelAdvisor(AdvisorBase):
    """An Advisor over a LanguageModel, with the built-in chemist beside it where values are molecules.

    Calls: one a value and step, for a critique with its proposals or for further proposals, and one more where the
    answer cannot be read or holds proposals that the validator refused; one for a judgement, one for a link of the
    chain rule. With `calls_per_step="three"` a judgement, a feedback and proposals are three calls, as in TextGrad.
    Trust: a proposal is what the variable's domain validated; everything else is named in the gradient's
    text with the reason, and nothing a model writes is executed, formatted or used as a path.
    Chemist: `propose` fills up with the chemist's proposals, and after ten answers in a row without one that can be
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
        workers: requests on their way at once.
        per_minute: requests started in a minute, at most; None for no limit.
        tools: `ToolLimits`, or True for the usual ones, lets the model call the tools of a campaign that it advises; or
            `Tool`s of your own. Requests are then asked one after the other.
    """

    reads_notes = True  # what an optimizer notes on a variable is shown
    sees = True
    model: LanguageModel

    def __init__(
        self,
        engine: str | LanguageModel,
        *,
        domain: Domain | None = None,
        system: str | None = None,
        proposals: int = PROPOSALS,
        prompt_limit: int = prompts.PROMPT_LIMIT,
        seed: int = 0,
        chemist: bool = True,
        masked: bool = False,
        calls_per_step: CallsPerStep = "one",
        workers: int = WORKERS,
        per_minute: int | None = None,
        tools: Tools | bool = None,
    ) -> None:
        if calls_per_step not in ("one", "three"):
            raise ValueError(f'calls_per_step is "one" or "three", not {calls_per_step!r}')
        self.model = resolve_model(engine)
        marks = [*(["masked"] if masked else []), *(["three calls a step"] if calls_per_step == "three" else [])]
        self.tools = tools_of(tools, masked=masked)
        marks += ["tools"] if self.tools else []
        self.name = f"model:{self.model.name}" + (f" ({', '.join(marks)})" if marks else "")
        self.domain, self.system, self.proposals, self.prompt_limit = domain, system, proposals, prompt_limit
        self.seed, self.masked, self.calls_per_step = seed, masked, calls_per_step
        self.workers, self.per_minute = workers, per_minute
        self._handover = Handover(self.name, chemist)
        self._meter = UsageMeter()

    @property
    def usage(self) -> Usage:
        """Requests and tokens so far."""
        return self._meter.total

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

    def judge(self, instruction: str, value: str, role: str, pictures: Sequence[Mapping[str, Any]] = ()) -> Evaluation:
        """The model's feedback on a value, without a score; an empty answer is asked for once more.

        Args:
            instruction: what to judge.
            value: the text or SMILES.
            role: what the value is for.
            pictures: shown beside the value, as parts of a chat message; left out where the model takes none.
        """
        asked = prompts.judge(instruction, value, role, **self._limits)
        text = plain(spoken(self._seen(asked, pictures))) or plain(spoken(self._seen(asked, pictures)))
        if not text:
            return Evaluation("text", Status.FAILED, reason=_SILENT)
        return Evaluation("text", Status.OK, text=text)

    def chain(self, step: ChainStep) -> str:
        """Advice on an input, from feedback on what it led to."""
        said = self._seen(prompts.chain(step, **self._limits), [part for one in step.others for part in one.pictures])
        return plain(spoken(said)) or f"Feedback on the {step.output_role} (handed on, for {_SILENT}): {step.feedback}"

    def chains(self, steps: Sequence[ChainStep]) -> list[str]:
        """Advice on each input, asked for in parallel, in order."""
        return gather([partial(self.chain, step) for step in steps], workers=self.workers, per_minute=self.per_minute)

    def critiques(self, subjects: Sequence[Subject], keep: Keep | None = None) -> list[Gradient]:
        """A critique of each value with validated proposals waiting on it, asked for in parallel, in order."""
        whole = [i for i, asked in enumerate(subjects) if not self._handed_over(asked.variable)]
        heard = dict(zip(whole, self._gathered([self._critic(subjects[i]) for i in whole]), strict=True))
        gradients: list[Gradient] = []
        errors = [one for one in heard.values() if isinstance(one, EngineError)]
        for place, asked in enumerate(subjects):
            found = heard.get(place)
            if isinstance(found, EngineError):
                continue
            gradients.append(self._gradient(asked, found))
            if keep is not None:
                keep(place, gradients[-1])
        if errors:
            raise errors[0]
        return gradients

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
        dialogues = [
            self._further(about[i], n - len(waiting[i]), requests[i].seed, [*given, *(p.value for p in waiting[i])])
            for i in calling
        ]
        for i, heard in zip(calling, self._gathered([d.run for d in dialogues]), strict=True):
            if isinstance(heard, EngineError):
                raise heard
            if self._is_molecule(about[i][0].parent):
                self._handover.count(heard.calls, len(heard.proposals), len(heard.refused))
            waiting[i] = fresh([*waiting[i], *heard.proposals], avoid)
        return [
            self._handover.filled(found[: max(0, n)], request, n, avoid, exact)
            for found, request in zip(waiting, requests, strict=True)
        ]

    def _handed_over(self, variable: Variable) -> bool:
        return self._handover.over and has_chemist(variable)

    def _is_molecule(self, variable: Variable) -> bool:
        return (self.domain or variable.domain).name != "text"

    def _critic(self, asked: Subject) -> Callable[[], Reply]:
        """What asks for a critique of one value; safe in a thread."""
        variable, evaluations = asked.variable, asked.evaluations
        data = subject(variable, evaluations, self.domain or variable.domain, masked=self.masked)
        n = self.proposals if data.molecule else 1
        terms = [term.loss for evaluation in evaluations for term in evaluation.all_terms()]

        def run() -> Reply:
            messages = prompts.critique(data, n, **self._limits)
            if self.calls_per_step == "three" and data.molecule:
                messages = prompts.more([data], [self._traced(data)], n, (), **self._limits)
            return self._dialogue(messages, [data], [variable], terms, self.seed).run()

        return run

    def _traced(self, data: prompts.PromptData) -> str:
        """TextGrad's first two calls: a judgement, then the feedback that it means for the molecule."""
        judged = spoken(self._ask(prompts.loss(data, **self._limits)))
        step = ChainStep("judging a molecule by its measurements", data.role, data.value, "judgement", judged, judged)
        return spoken(self._ask(prompts.chain(step, **self._limits))) or judged

    def _gradient(self, asked: Subject, heard: Reply | None) -> Gradient:
        variable, evaluations = asked.variable, asked.evaluations
        if heard is None:
            return self._handover.critique(asked)
        if self._is_molecule(variable):
            self._handover.count(heard.calls, len(heard.proposals), len(heard.refused))
            self._handover.criticised(variable)
        about = None
        if evaluations:
            about = evaluations[0] if len(evaluations) == 1 else sum_of(evaluations)
        if heard.unread:
            text = f"{heard.answer.critique}\n(This answer could not be read, twice: {heard.unread} It brought no "
            return Gradient(f"{text}proposals.)".strip(), source=self.name, evaluation=about)
        edits = tuple(p.edit for p in heard.proposals if p.edit)
        text = worded(heard.answer.critique, heard.refused, heard.notes)
        return Gradient(text, edits=edits, proposals=heard.proposals, source=self.name, evaluation=about)

    def _further(self, about: Sequence[Case], missing: int, seed: int, known: Sequence[str]) -> Dialogue:
        domain = self.domain or about[0].parent.domain
        alike = [case for case in about if (self.domain or case.parent.domain).name == domain.name][:_PARENTS]
        molecule = domain.name != "text"
        data = [subject(case.parent, case.evaluations, domain, masked=self.masked) for case in alike]
        wanted = self.proposals if molecule else min(3, missing)
        messages = prompts.more(data, [self._masked(case) for case in alike], wanted, known, **self._limits)
        return self._dialogue(messages, data, [case.parent for case in alike], (), seed, known, repair=False)

    def _masked(self, case: Case) -> str:
        terms = [term for evaluation in case.evaluations for term in evaluation.all_terms()]
        return masked(case.feedback, terms) if self.masked else case.feedback

    def _dialogue(
        self,
        messages: Sequence[Message],
        data: Sequence[prompts.PromptData],
        parents: Sequence[Variable],
        terms: Collection[str],
        seed: int,
        avoid: Collection[str] = (),
        *,
        repair: bool = True,
    ) -> Dialogue:
        def ask(sent: Sequence[Message], schema: Mapping[str, Any]) -> str:
            return self._ask(sent, schema, seed, run)

        tools = toolbox_of(self)
        run = tools.about([one.value for one in parents]) if tools else None
        molecule = data[0].molecule
        told = enumerate(zip(data, parents, strict=True), 1)
        named = [Parent(one.name or str(i), parent, one.total) for i, (one, parent) in told]
        return Dialogue(ask, messages, data, named, self.domain, molecule, terms, self.name, avoid, repair)

    def _gathered(self, functions: Sequence[Callable[[], Reply]]) -> list[Reply | EngineError]:
        """Each reply, or why its endpoint failed: one that went down must not lose the replies of others."""

        def guarded(function: Callable[[], Reply]) -> Callable[[], Reply | EngineError]:
            def run() -> Reply | EngineError:
                try:
                    return function()
                except EngineError as error:
                    return error

            return run

        tools = toolbox_of(self)
        if tools:
            tools.begin()
        # One after the other where tools are called: what a tool did for one may be seen by the next.
        workers = 1 if tools else self.workers
        return gather([guarded(f) for f in functions], workers=workers, per_minute=self.per_minute)

    @property
    def _limits(self) -> dict[str, Any]:
        return {"system": self.system, "limit": self.prompt_limit}

    def _seen(self, messages: Sequence[Message], pictures: Sequence[Mapping[str, Any]]) -> str:
        """The answer in sight of the pictures; a model that reads only text still sees every text."""
        try:
            return self._ask(prompts.beside(messages, pictures))
        except PicturesRefusedError:
            return self._ask(messages)

    def _ask(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any] | None = None,
        seed: int | None = None,
        tools: ToolRun | None = None,
    ) -> str:
        def once(sent: Sequence[Message], offer: Offer | None) -> Completion:
            asked = Request(sent, schema, self.seed if seed is None else seed, offer)
            with labelled(prompts=templates.PROMPTS_VERSION, template=templates.PROMPTS_SHA256):
                completion = asked.put_to(reached(self.model))
            self._meter.add(completion.usage)
            return completion

        return once(messages, None).text if tools is None else tools.answer(once, messages)

    def __repr__(self) -> str:
        return f"ModelAdvisor({self.model!r})"

"""A language model as an advisor: its words are the gradient, and its proposals come with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from molgrad.advisors import prompts
from molgrad.advisors.parser import Answer, read_answer, spoken
from molgrad.advisors.vetting import Case, cases, fresh, tried_before, vetted, worded
from molgrad.autograd.advisor import ChainStep, LanguageModel, Message, Usage
from molgrad.autograd.compose import sum_of
from molgrad.autograd.domain import Domain
from molgrad.autograd.engine import resolve_model
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.variable import Variable
from molgrad.errors import UnparsableAnswerError
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.usage import UsageMeter

PROPOSALS = 5  # a call: with more, models repeat themselves; measured optimum 4 to 6
_PARENTS = 4  # shown in one request for further proposals
_SILENT = "the model answered with an empty text (a reasoning model may have spent all of max_tokens on thinking)"
_MOLECULE_RULES = (
    "One fragment, no salts; ordinary organic elements; every stereocentre and double bond defined; no "
    "radicals, no reactive or unstable groups; can be made from available building blocks."
)


class ModelAdvisor:
    """An Advisor over a LanguageModel.

    Calls: one for a critique with its proposals (two when the first answer cannot be read), one for a
    judgement, one for a link of the chain rule, at most one in `propose`.
    Trust: a proposal is what the variable's domain validated; everything else is named in the gradient's
    text with the reason, and nothing a model writes is executed, formatted or used as a path.
    Failure: EngineError when the endpoint is down or refuses; never for one value.

    Args:
        engine: a model's name, an endpoint ("http://localhost:11434/v1#llama3") or a LanguageModel.
        domain: validates proposals; each variable's own domain by default.
        system: replaces the opening words that say who the model is.
        proposals: how many to ask for with a critique of a molecule; texts get one.
        prompt_limit: characters of a request; lower it for a model with a short context.
        seed: handed to the model with every call but `propose`, which is given one.
    """

    reads_notes = True  # what an optimizer notes on a variable is shown

    def __init__(
        self,
        engine: str | LanguageModel,
        *,
        domain: Domain | None = None,
        system: str | None = None,
        proposals: int = PROPOSALS,
        prompt_limit: int = prompts.PROMPT_LIMIT,
        seed: int = 0,
    ) -> None:
        self.model = resolve_model(engine)
        self.name = f"model:{self.model.name}"
        self.domain = domain
        self.system = system
        self.proposals = proposals
        self.prompt_limit = prompt_limit
        self.seed = seed
        self._meter = UsageMeter()

    @property
    def usage(self) -> Usage:
        """Requests and tokens so far."""
        return self._meter.total

    def judge(self, instruction: str, value: str, role: str) -> Evaluation:
        """The model's words about a value, without a score."""
        messages = prompts.judge(instruction, value, role, system=self.system, limit=self.prompt_limit)
        words = spoken(self._ask(messages))
        if not words:
            return Evaluation("text", Status.FAILED, reason=_SILENT)
        return Evaluation("text", Status.OK, text=words)

    def chain(self, step: ChainStep) -> str:
        """Advice on an input, from feedback on what it led to."""
        words = spoken(self._ask(prompts.chain(step, system=self.system, limit=self.prompt_limit)))
        return words or f"Feedback on the {step.output_role} (handed on, for {_SILENT}): {step.feedback}"

    def critique(self, variable: Variable, evaluations: Sequence[Evaluation]) -> Gradient:
        """What the measurements mean, with validated proposals waiting on the gradient."""
        subject = self._subject(variable, evaluations)
        n = self.proposals if subject.molecule else 1
        messages = prompts.critique(subject, n, system=self.system, limit=self.prompt_limit)
        schema = prompts.answer_schema(subject.molecule)
        about = None
        if evaluations:
            about = evaluations[0] if len(evaluations) == 1 else sum_of(evaluations)
        try:
            answer = self._answer(messages, schema, subject.molecule)
        except _UnreadTwiceError as error:
            text = f"{error.words}\n(This answer could not be read, twice: {error} It brought no proposals.)"
            return Gradient(text.strip(), source=self.name, evaluation=about)
        terms = [leaf.loss for evaluation in evaluations for leaf in evaluation.leaves()]
        proposals, refused = vetted(answer, [variable], self.domain, terms, self.name)
        return Gradient(
            worded(answer, refused), edits=tuple(p.edit for p in proposals if p.edit),
            proposals=tuple(proposals), source=self.name, evaluation=about,
        )  # fmt: skip

    def propose(
        self,
        parents: Sequence[Variable],
        gradients: Sequence[Gradient],
        n: int,
        *,
        seed: int = 0,
        avoid: Collection[str] = (),
    ) -> list[Proposal]:
        """The proposals that wait on the gradients; where they are too few, one further call for more."""
        waiting = fresh([p for gradient in gradients for p in gradient.proposals], avoid)
        about = cases(parents, gradients)
        if len(waiting) < n and about:
            given = sorted(avoid) if isinstance(avoid, set | frozenset) else avoid  # no set order reaches a prompt
            known = list(dict.fromkeys([*given, *(p.value for p in waiting)]))
            waiting = fresh([*waiting, *self._further(about, n - len(waiting), seed, known)], avoid)
        return waiting[: max(0, n)]

    def _further(self, about: Sequence[Case], missing: int, seed: int, known: Sequence[str]) -> list[Proposal]:
        domain = self.domain or about[0].parent.domain
        alike = [case for case in about if (self.domain or case.parent.domain).name == domain.name][:_PARENTS]
        parents = [case.parent for case in alike]
        molecule = domain.name != "text"
        n = min(6, max(4, missing)) if molecule else min(3, missing)
        messages = prompts.more(
            [self._subject(case.parent, case.evaluations) for case in alike],
            [case.words for case in alike], n, known, system=self.system, limit=self.prompt_limit,
        )  # fmt: skip
        text = self._ask(messages, prompts.answer_schema(molecule, len(parents) > 1), seed)
        try:
            answer = read_answer(text, single_line=molecule)
        except UnparsableAnswerError:
            return []  # the one further call is spent; the next step asks again
        return vetted(answer, parents, self.domain, (), self.name)[0]

    def _subject(self, variable: Variable, evaluations: Sequence[Evaluation]) -> prompts.Subject:
        molecule = (self.domain or variable.domain).name != "text"
        fragments: Mapping[tuple[int, ...], str] = {}
        if molecule:
            from molgrad.advisors.fragments import fragment_smiles  # RDKit: only where there is a molecule

            leaves = [leaf for evaluation in evaluations for leaf in evaluation.leaves()]
            fragments = fragment_smiles(variable.value, [f.atoms for leaf in leaves for f in leaf.facts])
        return prompts.Subject(
            variable.value, variable.role_description, molecule,
            measured=prompts.measured_words(evaluations, fragments),
            history=prompts.history_words(tried_before(variable, evaluations)),
            constraints="\n".join(filter(None, (_MOLECULE_RULES * molecule, variable.briefing.get("constraints")))),
            notes=tuple((name, text) for name, text in variable.briefing.items() if name != "constraints"),
        )  # fmt: skip

    def _ask(
        self, messages: Sequence[Message], schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> str:
        completion = self.model.complete(messages, schema=schema, seed=self.seed if seed is None else seed)
        self._meter.add(completion.usage)
        return completion.text

    def _answer(self, messages: Sequence[Message], schema: Mapping[str, Any], single_line: bool) -> Answer:
        """The model's answer, after one repair turn where it could not be read."""
        first = self._ask(messages, schema)
        try:
            return read_answer(first, single_line=single_line)
        except UnparsableAnswerError as error:
            complaint = str(error)
        second = self._ask(prompts.repair(messages, first, complaint), schema)
        try:
            return read_answer(second, single_line=single_line)
        except UnparsableAnswerError as error:
            words = spoken(second) or spoken(first)
            raise _UnreadTwiceError(str(error), prompts.cut(words, prompts.REPLY_SHOWN)) from None

    def __repr__(self) -> str:
        return f"ModelAdvisor({self.model!r})"


class _UnreadTwiceError(UnparsableAnswerError):
    """An answer that stayed unreadable; its words are still worth something."""

    def __init__(self, why: str, words: str) -> None:
        super().__init__(why)
        self.words = words

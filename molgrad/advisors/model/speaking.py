"""What every request of a model advisor goes through: it is sent and counted; judgements and the chain rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from molgrad.advisors.model import prompts as asking
from molgrad.advisors.model import templates
from molgrad.advisors.model.parser import spoken
from molgrad.autograd.advisor import AdvisorBase, ChainStep
from molgrad.errors import PicturesRefusedError, plain
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.labels import labelled
from molgrad.llm.metering import reached
from molgrad.llm.parallel import gather
from molgrad.llm.request import Request
from molgrad.llm.tools import ToolRun
from molgrad.llm.types import Completion, LanguageModel, Message, Offer, Usage
from molgrad.llm.usage import UsageMeter

_SILENT = "the model answered with an empty text (a reasoning model may have spent all of max_tokens on thinking)"


class Speaking(AdvisorBase):
    """An advisor that asks a language model.

    Args:
        model: who is asked.
        system: replaces the opening sentences of each request.
        prompt_limit: characters of a request.
        seed: handed to the model where a request has none of its own.
        workers: requests on their way at once.
        per_minute: requests started in a minute, at most; None for no limit.
    """

    sees = True
    model: LanguageModel

    def __init__(
        self,
        model: LanguageModel,
        *,
        system: str | None,
        prompt_limit: int,
        seed: int,
        workers: int,
        per_minute: int | None,
    ) -> None:
        self.model, self.system, self.prompt_limit, self.seed = model, system, prompt_limit, seed
        self.workers, self.per_minute = workers, per_minute
        self._meter = UsageMeter()

    @property
    def usage(self) -> Usage:
        """Requests and tokens so far."""
        return self._meter.total

    def judge(self, instruction: str, value: str, role: str, pictures: Sequence[Mapping[str, Any]] = ()) -> Evaluation:
        """The model's feedback on a value, without a score; an empty answer is asked for once more.

        Args:
            instruction: what to judge.
            value: the text or SMILES.
            role: what the value is for.
            pictures: shown beside the value, as parts of a chat message; left out where the model takes none.
        """
        asked = asking.judge(instruction, value, role, **self._limits)
        text = plain(spoken(self._seen(asked, pictures))) or plain(spoken(self._seen(asked, pictures)))
        if not text:
            return Evaluation("text", Status.FAILED, reason=_SILENT)
        return Evaluation("text", Status.OK, text=text)

    def chain(self, step: ChainStep) -> str:
        """Advice on an input, from feedback on what it led to."""
        said = self._seen(asking.chain(step, **self._limits), [part for one in step.others for part in one.pictures])
        return plain(spoken(said)) or f"Feedback on the {step.output_role} (handed on, for {_SILENT}): {step.feedback}"

    def chains(self, steps: Sequence[ChainStep]) -> list[str]:
        """Advice on each input, asked for in parallel, in order."""
        return gather([partial(self.chain, step) for step in steps], workers=self.workers, per_minute=self.per_minute)

    @property
    def _limits(self) -> dict[str, Any]:
        return {"system": self.system, "limit": self.prompt_limit}

    def _seen(self, messages: Sequence[Message], pictures: Sequence[Mapping[str, Any]]) -> str:
        """The answer in sight of the pictures; a model that reads only text still sees every text."""
        try:
            return self._ask(asking.beside(messages, pictures))
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

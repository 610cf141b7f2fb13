"""A model whose calls are all kept in a transcript."""

from __future__ import annotations

import time

from molgrad.errors import BudgetReachedError, EngineError
from molgrad.llm.labels import current_labels
from molgrad.llm.request import Request
from molgrad.llm.tool_calls import cleaned
from molgrad.llm.transcript import Call, Transcript
from molgrad.llm.types import Completion, LanguageModel, Usage
from molgrad.llm.wrapper import Wrapper


class RecordingModel(Wrapper):
    """Keeps requests and answers in a transcript before it hands them on; failures are kept with their reason.

    Args:
        model: who answers.
        transcript: where to keep it: `Transcript(path)`, or a campaign's `campaign.transcript`.
    """

    def __init__(self, model: LanguageModel, transcript: Transcript) -> None:
        super().__init__(model)
        self.transcript = transcript

    def _answer(self, request: Request) -> Completion:
        started = time.monotonic()
        answer: Completion | None = None
        said = ""
        try:
            answer = request.put_to(self.model)
        except BudgetReachedError:  # nothing was asked
            raise
        except EngineError as error:
            said = self.scrub(str(error))
            raise
        finally:
            if answer is not None or said:
                self.transcript.add(self._call(request, answer, said, time.monotonic() - started))
        return answer

    def _call(self, request: Request, answer: Completion | None, said: str, seconds: float) -> Call:
        kept = None if answer is None else cleaned(answer, self.scrub)
        return Call(
            request.messages,
            None if kept is None else kept.text,
            said,
            Usage() if kept is None else kept.usage,
            seconds,
            request.schema,
            request.seed,
            self.name,
            self.settings,
            current_labels(),
            tools=request.tools,
            tool_calls=() if kept is None else kept.tool_calls,
        )

"""A model whose calls are all kept in a transcript."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.errors import BudgetReachedError, EngineError
from molgrad.llm.labels import current_labels
from molgrad.llm.transcript import Call, Transcript
from molgrad.llm.types import Completion, LanguageModel, Message, Usage
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

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The answer of the model behind."""
        started = time.monotonic()
        answer: Completion | None = None
        said = ""
        try:
            answer = self.model.complete(messages, schema=schema, seed=seed)
        except BudgetReachedError:  # nothing was asked
            raise
        except EngineError as error:
            said = self.scrub(str(error))
            raise
        finally:
            if answer is not None or said:
                text, usage = (self.scrub(answer.text), answer.usage) if answer else (None, Usage())
                took, how = time.monotonic() - started, (self.name, self.settings, current_labels())
                self.transcript.add(Call(messages, text, said, usage, took, schema, seed, *how))
        return answer

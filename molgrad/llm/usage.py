"""What model calls took, counted by several threads, and what it cost."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from molgrad.errors import ConflictingSettingsError
from molgrad.llm.transcript import as_kept
from molgrad.llm.types import Completion, LanguageModel, Message, Usage
from molgrad.llm.wrapper import Wrapper

CHARACTERS = 3  # a token, where an endpoint counts none: English has four, SMILES two


class UsageMeter:
    """A running total of `Usage`."""

    def __init__(self) -> None:
        self._total = Usage()
        self._lock = Lock()

    def add(self, usage: Usage) -> None:
        """Count one call more."""
        with self._lock:
            self._total += usage

    @property
    def total(self) -> Usage:
        """Everything counted so far."""
        with self._lock:
            return self._total


class CountedModel(Wrapper):
    """Estimates tokens from characters where an endpoint counts none, so that budgets hold; warns once.

    Args:
        model: who answers.
    """

    def __init__(self, model: LanguageModel) -> None:
        super().__init__(model)
        self._warned = False

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The answer of the model behind, with its tokens."""
        answer = self.model.complete(messages, schema=schema, seed=seed)
        if answer.usage.tokens or not answer.usage.calls:
            return answer
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"{self.name} does not count tokens; budgets and costs reckon one for every {CHARACTERS} characters",
                stacklevel=2,
            )
        sent, said = (math.ceil(len(text) / CHARACTERS) for text in (as_kept(messages), answer.text))
        return Completion(answer.text, replace(answer.usage, prompt_tokens=sent, completion_tokens=said))


class PricedModel(Wrapper):
    """Puts a cost beside the tokens of each answer.

    Args:
        model: who answers.
        price: money per million tokens: of the prompt, and of the answer.
    """

    def __init__(self, model: LanguageModel, price: tuple[float, float]) -> None:
        super().__init__(model)
        self.price = price
        if not all(0 <= part < math.inf for part in price):
            raise ConflictingSettingsError(f"a price is money per million tokens, sent and answered, not {price}")

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The answer of the model behind, with its cost."""
        answer = self.model.complete(messages, schema=schema, seed=seed)
        used = answer.usage
        cost = (used.prompt_tokens * self.price[0] + used.completion_tokens * self.price[1]) / 1e6
        return Completion(answer.text, replace(used, cost=cost))

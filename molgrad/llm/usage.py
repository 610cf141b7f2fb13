"""What model calls took, counted by several threads, and what it cost."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from threading import Lock

from molgrad.errors import ConflictingSettingsError
from molgrad.llm.request import Request, offer_to_json
from molgrad.llm.transcript import as_kept
from molgrad.llm.types import Completion, LanguageModel, Usage
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

    def _answer(self, request: Request) -> Completion:
        answer = request.put_to(self.model)
        if answer.usage.tokens or not answer.usage.calls:
            return answer
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"{self.name} does not count tokens; budgets and costs reckon one for every {CHARACTERS} characters",
                stacklevel=2,
            )
        offered = "" if request.tools is None else offer_to_json(request.tools)
        called = "".join(call.name + call.arguments for call in answer.tool_calls)
        texts = (as_kept(request.messages) + offered, answer.text + called)
        sent, said = (math.ceil(len(text) / CHARACTERS) for text in texts)
        return replace(answer, usage=replace(answer.usage, prompt_tokens=sent, completion_tokens=said))


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

    def _answer(self, request: Request) -> Completion:
        answer = request.put_to(self.model)
        used = answer.usage
        cost = (used.prompt_tokens * self.price[0] + used.completion_tokens * self.price[1]) / 1e6
        return replace(answer, usage=replace(used, cost=cost))

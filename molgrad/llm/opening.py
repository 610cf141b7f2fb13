"""Opens a model by name, with cache, transcript, budget, price and rate limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from molgrad.errors import ConflictingSettingsError
from molgrad.llm.budget import Budget, BudgetedModel
from molgrad.llm.cache import AnswerCache, CachedModel
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.parallel import PacedModel, RateLimit
from molgrad.llm.recording import RecordingModel
from molgrad.llm.replay import ReplayModel
from molgrad.llm.resolve import resolve_model
from molgrad.llm.transcript import Transcript
from molgrad.llm.types import LanguageModel
from molgrad.llm.usage import CountedModel, PricedModel

REPLAY = "replay:"


def open_model(
    spec: str | LanguageModel,
    *,
    cache: bool | str | Path | AnswerCache = True,
    transcript: Transcript | str | Path | None = None,
    budget: Budget | None = None,
    price: tuple[float, float] | None = None,
    per_minute: float | RateLimit | None = None,
    **client: Any,
) -> LanguageModel:
    """A language model with its cache, transcript and budget, stacked so that each counts the right thing.

    From the outside in: the budget refuses before anything is asked; the transcript keeps cached answers
    too; the cache answers without waiting for the rate limit or paying the price.

    Args:
        spec: "gpt-5-mini", "http://localhost:11434/v1#llama3", "replay:FOLDER", or a LanguageModel.
        cache: False for none, True for the user's own (which MOLGRAD_LLM_CACHE=off turns off), or a file.
        transcript: where every call is kept; what it holds already counts against the budget.
        budget: limits on calls, tokens, money and seconds.
        price: money per million tokens: of the prompt, and of the answer.
        per_minute: requests a minute at most.
        client: further arguments of OpenAIModel: api_key, base_url, temperature, timeout, max_tokens, ...

    Raises:
        EngineError: the spec leads nowhere, or there is no key.
        ConflictingSettingsError: a budget in money without a price.
    """
    replayed = isinstance(spec, str) and spec.startswith(REPLAY)
    if budget is not None and budget.money is not None and price is None and not replayed:
        raise ConflictingSettingsError(
            "a budget in money needs a price, per million tokens sent and answered: --price 0.25,2 or price=(0.25, 2)"
        )
    model = _client(spec, client)
    if not replayed:
        model = CountedModel(model)
        model = PricedModel(model, price) if price is not None else model
        model = PacedModel(model, per_minute) if per_minute is not None else model
        if cache is not False:
            model = CachedModel(model, None if cache is True else cache)
    kept = Transcript(transcript) if isinstance(transcript, str | Path) else transcript
    if kept is not None:
        model = RecordingModel(model, kept)
    if budget is not None:
        model = BudgetedModel(model, budget, spent=kept.usage() if kept is not None else None)
    return model


def _client(spec: str | LanguageModel, client: dict[str, Any]) -> LanguageModel:
    if not isinstance(spec, str):
        return resolve_model(spec)
    if spec.startswith(REPLAY):
        return ReplayModel(spec.removeprefix(REPLAY))
    return OpenAIModel(spec, **client) if client else resolve_model(spec)

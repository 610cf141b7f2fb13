"""A cache of answers, by the hash of everything that decides them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from molgrad.disk_cache import DiskCache, place
from molgrad.llm.request import Request, answer_key
from molgrad.llm.text import encodable, without_keys
from molgrad.llm.tool_calls import calls_from_json, calls_to_json, cleaned
from molgrad.llm.types import Completion, LanguageModel, Usage
from molgrad.llm.wrapper import Wrapper

SETTING = "MOLGRAD_LLM_CACHE"  # a file to use instead, or "off"


class AnswerCache(DiskCache[Completion]):
    """Answers of models: hashes of requests and what was answered, never the requests."""

    TABLE = "answers"
    WHAT = "the cache of model answers"
    SETTING = SETTING

    def to_json(self, value: Completion) -> Any:
        """Its text, and the tools that it calls where it calls any."""
        return {"text": value.text, "calls": calls_to_json(value.tool_calls)} if value.tool_calls else value.text

    def from_json(self, data: Any) -> Completion:
        """The answer, which took nothing."""
        if isinstance(data, dict):
            return Completion(str(data["text"]), Usage(cached=1), calls_from_json(data["calls"]))
        return Completion(str(data), Usage(cached=1))


class CachedModel(Wrapper):
    """Answers a request that was made before from the disk: no call, no tokens, `cached` 1 in its usage.

    The key is a hash of the whole request and of the model's settings: address, model, temperature, limits,
    protocol, messages, schema, seed, tools. A model that does not tell its `settings` is not cached, because two
    such models may bear one name.

    Args:
        model: who answers what is not there.
        cache: where answers are kept: a cache, a file, or None for the user's own.
    """

    def __init__(self, model: LanguageModel, cache: AnswerCache | str | Path | None = None) -> None:
        super().__init__(model)
        self.cache = AnswerCache(Path(cache)) if isinstance(cache, str | Path) else cache or default_cache()

    def _answer(self, request: Request) -> Completion:
        settings = self.settings
        if self.cache is None or not settings:
            return request.put_to(self.model)
        key = answer_key(settings, request)
        kept = self.cache.get(key)
        if kept is not None:
            return kept
        answer = request.put_to(self.model)
        if answer.text.strip() or answer.tool_calls:  # a model that said nothing may do better next time
            self.cache.put(key, cleaned(answer, lambda text: encodable(without_keys(self.scrub(text)))))
        return answer


def default_cache() -> AnswerCache | None:
    """The user's cache; None when the environment says `MOLGRAD_LLM_CACHE=off`."""
    path = place(SETTING, "answers.db")
    return None if path is None else AnswerCache(path)

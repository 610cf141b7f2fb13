"""A cache of answers, by the hash of everything that decides them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from molgrad.disk_cache import DiskCache, place
from molgrad.llm.request import Request, answer_key
from molgrad.llm.text import encodable, without_keys
from molgrad.llm.tool_calls import calls_from_json, calls_to_json, cleaned
from molgrad.llm.types import Completion, LanguageModel, Usage
from molgrad.llm.wrapper import Wrapper

SETTING = "MOLGRAD_LLM_CACHE"  # a file to use instead, or "off"
_CALLS = "-calls"  # behind the key of an answer, the key of the tools that it calls


class AnswerCache(DiskCache[str]):
    """Answers of models: hashes of requests and what was answered, never the requests."""

    TABLE = "answers"
    WHAT = "the cache of model answers"
    SETTING = SETTING

    def from_json(self, data: Any) -> str:
        """The text of an answer."""
        return str(data)


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
        if (kept := self._kept(self.cache, key, request)) is not None:
            return kept
        answer = request.put_to(self.model)
        if answer.text.strip() or answer.tool_calls:  # a model that said nothing may do better next time
            clean = cleaned(answer, lambda text: encodable(without_keys(self.scrub(text))))
            if clean.tool_calls:  # first: the text says that all is there
                self.cache.put(key + _CALLS, json.dumps(calls_to_json(clean.tool_calls)))
            self.cache.put(key, clean.text)
        return answer

    def _kept(self, cache: AnswerCache, key: str, request: Request) -> Completion | None:
        text = cache.get(key)
        if text is None:
            return None
        called = None if request.tools is None else cache.get(key + _CALLS)
        return Completion(text, Usage(cached=1), calls_from_json(json.loads(called)) if called else ())


def default_cache() -> AnswerCache | None:
    """The user's cache; None when the environment says `MOLGRAD_LLM_CACHE=off`."""
    path = place(SETTING, "answers.db")
    return None if path is None else AnswerCache(path)

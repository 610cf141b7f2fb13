"""A cache of answers, by the hash of everything that decides them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.disk_cache import DiskCache, place
from molgrad.llm.request import answer_key
from molgrad.llm.text import encodable, without_keys
from molgrad.llm.types import Completion, LanguageModel, Message, Usage
from molgrad.llm.wrapper import Wrapper

SETTING = "MOLGRAD_LLM_CACHE"  # a file to use instead, or "off"


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
    protocol, messages, schema, seed. A model that does not tell its `settings` is not cached, because two
    such models may bear one name.

    Args:
        model: who answers what is not there.
        cache: where answers are kept: a cache, a file, or None for the user's own.
    """

    def __init__(self, model: LanguageModel, cache: AnswerCache | str | Path | None = None) -> None:
        super().__init__(model)
        self.cache = AnswerCache(Path(cache)) if isinstance(cache, str | Path) else cache or default_cache()

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The answer kept, or that of the model behind, which is kept from now on."""
        settings = self.settings
        if self.cache is None or not settings:
            return self.model.complete(messages, schema=schema, seed=seed)
        key = answer_key(settings, messages, schema, seed)
        kept = self.cache.get(key)
        if kept is not None:
            return Completion(kept, Usage(cached=1))
        answer = self.model.complete(messages, schema=schema, seed=seed)
        if answer.text.strip():  # a model that said nothing may do better next time
            self.cache.put(key, encodable(without_keys(self.scrub(answer.text))))
        return answer


def default_cache() -> AnswerCache | None:
    """The user's cache; None when the environment says `MOLGRAD_LLM_CACHE=off`."""
    path = place(SETTING, "answers.db")
    return None if path is None else AnswerCache(path)

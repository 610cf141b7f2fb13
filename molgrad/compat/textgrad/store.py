"""The user's cache of answers as the mapping that TextGrad's engines take."""

from __future__ import annotations

from molgrad.llm.cache import AnswerCache, default_cache


class TextStore(AnswerCache):
    """Answers under keys made of the whole request, shared by threads and processes."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """The answer kept under this key."""
        answer = super().get(key)
        return default if answer is None else answer

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __getitem__(self, key: str) -> str:
        answer = self.get(key)
        if answer is None:
            raise KeyError(key)
        return answer

    def __setitem__(self, key: str, answer: str) -> None:
        self.put(key, answer)


def default_store() -> TextStore | None:
    """The user's own; None when the environment says `MOLGRAD_LLM_CACHE=off`."""
    cache = default_cache()
    return None if cache is None else TextStore(cache.path)

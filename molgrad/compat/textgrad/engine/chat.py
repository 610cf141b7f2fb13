"""An engine over any endpoint that speaks OpenAI's protocol."""

from __future__ import annotations

import hashlib
import json
from collections.abc import MutableMapping
from typing import Any

from molgrad.compat.textgrad.engine.base import DEFAULT_SYSTEM_PROMPT, EngineLM
from molgrad.compat.textgrad.images import Content, parts_of
from molgrad.compat.textgrad.store import default_store
from molgrad.errors import EngineError
from molgrad.llm.openai import MAX_TOKENS, OpenAIModel
from molgrad.llm.types import Usage

Cache = MutableMapping[str, str] | bool


class ChatEngine(EngineLM):
    """A chat model by name; retries, refused parameters and time limits are those of molgrad's OpenAIModel.

    Args:
        model_string: the model's name.
        system_prompt: used where a call gives none.
        is_multimodal: whether lists with images are sent; refused otherwise.
        base_url: the endpoint; by default OPENAI_BASE_URL, then OpenAI.
        api_key: the key; by default that of molgrad's rules for the endpoint.
        cache: True for a file of answers shared by all programs of this user, a mapping of your own such as
            `diskcache.Cache`, or False. Its keys are made of the whole request, temperature included.
        seed, temperature: sent with every call, as far as the endpoint takes them.
        max_tokens: the longest answer.

    Raises:
        ValueError: the key is missing, or `cache` is neither a bool nor a mapping.
    """

    def __init__(
        self,
        model_string: str,
        system_prompt: str = DEFAULT_SYSTEM_PROMPT,
        is_multimodal: bool = True,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        cache: Cache = False,
        seed: int | None = None,
        temperature: float = 0.0,
        max_tokens: int = MAX_TOKENS,
    ) -> None:
        self.model_string = self.called = model_string  # the second without a prefix that chose the endpoint
        self.system_prompt = system_prompt
        self.is_multimodal = is_multimodal
        self.base_url = base_url
        self.seed = seed
        self.temperature = temperature
        self.max_tokens = max_tokens
        self.cache = opened(cache)
        self._api_key = api_key
        self._models: dict[tuple[float, int], OpenAIModel] = {}

    def ready(self) -> None:
        """Check now that there is an endpoint and a key.

        Raises:
            ValueError: there is not; the message says which variable to set.
        """
        try:
            self._model(self.temperature, self.max_tokens)
        except EngineError as error:
            raise ValueError(str(error)) from None

    @property
    def usage(self) -> Usage:
        """Requests and tokens so far; answers from the cache cost nothing."""
        total = Usage()
        for model in self._models.values():
            total += model.usage
        return total

    def generate(  # type: ignore[override]  # TextGrad's engines call the first one by either name
        self,
        content: Content = "",
        system_prompt: str | None = None,
        *,
        prompt: Content = "",
        temperature: float | None = None,
        max_tokens: int | None = None,
        **ignored: Any,  # noqa: ARG002 - top_p and the like, which TextGrad's engines take
    ) -> str:
        """The model's answer to a text, or to a list of texts and images.

        Raises:
            NotImplementedError: an image for an engine that is not multimodal.
            EngineError: the endpoint is down, refuses, or does not answer with a completion.
        """
        content = content or prompt
        if isinstance(content, list) and not self.is_multimodal and any(isinstance(i, bytes) for i in content):
            raise NotImplementedError(f"{self.model_string} was not made with is_multimodal=True; it takes no images")
        heat = self.temperature if temperature is None else temperature
        longest = self.max_tokens if max_tokens is None else max_tokens
        parts = parts_of(content)
        request = [system_prompt or self.system_prompt, parts, heat, longest, self.seed]
        return self._kept(request) or self._asked(request, heat, longest)

    def _asked(self, request: list[Any], heat: float, longest: int) -> str:
        answer = self._said(request[1], request[0], heat, longest)
        if self.cache is not False and answer:
            self.cache[self._key(request)] = answer
        return answer

    def _said(self, content: Any, system_prompt: str | None, heat: float, longest: int) -> str:
        """What the endpoint answers now, whatever is kept."""
        messages: list[Any] = [{"role": "system", "content": system_prompt}, {"role": "user", "content": content}]
        return self._model(heat, longest).complete(messages, seed=self.seed).text

    def _kept(self, request: list[Any]) -> str | None:
        if self.cache is False:
            return None
        key = self._key(request)
        return self.cache.get(key)  # type: ignore[no-any-return]

    def _key(self, request: list[Any]) -> str:
        whole = json.dumps([self.model_string, self.base_url, *request])
        return hashlib.sha256(whole.encode()).hexdigest()

    def _model(self, heat: float, longest: int) -> OpenAIModel:
        if (heat, longest) not in self._models:
            self._models[heat, longest] = self._made(heat, longest)
        return self._models[heat, longest]

    def _made(self, heat: float, longest: int) -> OpenAIModel:
        return OpenAIModel(
            self.called, base_url=self.base_url, api_key=self._api_key, temperature=heat, max_tokens=longest
        )


def opened(cache: Cache) -> Any:
    """The mapping to keep answers in, or False; ValueError for anything else."""
    if isinstance(cache, bool):
        return (default_store() or False) if cache else False
    # Not isinstance(MutableMapping): diskcache.Cache is one in all but name.
    if all(hasattr(cache, name) for name in ("__contains__", "__getitem__", "__setitem__", "get")):
        return cache
    raise ValueError(f"cache is True, False or a mapping such as diskcache.Cache, not a {type(cache).__name__}")

"""Models by LiteLLM's names: known ones at their provider's own endpoint, others through the litellm package."""

from __future__ import annotations

import importlib
import os
from typing import Any

from molgrad.compat.textgrad.engine.base import DEFAULT_SYSTEM_PROMPT
from molgrad.compat.textgrad.engine.chat import Cache, ChatEngine
from molgrad.compat.textgrad.engine.providers import OPENAI_FAMILIES, provider_of
from molgrad.errors import EngineError, MissingExtraError, plain, shorten
from molgrad.llm.text import without_keys


class LiteLLMEngine(ChatEngine):
    """A model such as "gpt-4o", "anthropic/claude-3-opus-20240229" or "bedrock/..."; its key is looked up when called.

    Raises:
        MissingExtraError: the name is one that only the litellm package knows, and it is not installed.
    """

    def __init__(
        self,
        model_string: str,
        system_prompt: str = DEFAULT_SYSTEM_PROMPT,
        is_multimodal: bool = True,
        cache: Cache = False,
        **options: Any,
    ) -> None:
        known = provider_of(model_string)
        if known is not None:
            options.setdefault("base_url", known[0].address())
            options.setdefault("api_key", known[0].key())
        super().__init__(model_string, system_prompt, is_multimodal, cache=cache, **options)
        self.called = known[1] if known is not None else model_string.removeprefix("openai/")
        ours = self.called.startswith(OPENAI_FAMILIES) or self.called != model_string
        elsewhere = known is None and not ours and not self.base_url and not os.environ.get("OPENAI_BASE_URL")
        self._litellm = _litellm() if elsewhere else None

    def lite_llm_generate(self, content: Any, system_prompt: str | None = None, **options: Any) -> str:
        """The model's answer, not looked up in the cache; what a subclass or a test of TextGrad's replaces."""
        heat, longest = options.get("temperature", self.temperature), options.get("max_tokens", self.max_tokens)
        if self._litellm is None:
            return super()._said(content, system_prompt, heat, longest)
        messages = [{"role": "system", "content": system_prompt}, {"role": "user", "content": content}]
        try:
            answer = self._litellm.completion(
                model=self.model_string, messages=messages, temperature=heat, max_tokens=longest, api_key=self._api_key
            )
            return str(answer["choices"][0]["message"]["content"] or "")
        except Exception as error:  # of any provider's package
            why = f"{type(error).__name__}: {shorten(plain(str(error)), 400)}"
        raise EngineError(f"{self.model_string} does not answer through litellm: {without_keys(why)}")

    def _said(self, content: Any, system_prompt: str | None, heat: float, longest: int) -> str:
        return self.lite_llm_generate(content, system_prompt, temperature=heat, max_tokens=longest)


def _litellm() -> Any:
    try:
        return importlib.import_module("litellm")  # seconds to import: only for the names that need it
    except ImportError:
        raise MissingExtraError("litellm", "textgrad") from None

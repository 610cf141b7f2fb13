"""Models by LiteLLM's names, each at its provider's own endpoint; the litellm package is not needed."""

from __future__ import annotations

from typing import Any

from molgrad.compat.textgrad.engine.base import DEFAULT_SYSTEM_PROMPT
from molgrad.compat.textgrad.engine.chat import Cache, ChatEngine
from molgrad.compat.textgrad.engine.providers import provider_of


class LiteLLMEngine(ChatEngine):
    """A model such as "gpt-4o" or "anthropic/claude-3-opus-20240229"; its key is looked up at the first call."""

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

    def lite_llm_generate(self, content: Any, system_prompt: str | None = None, **options: Any) -> str:
        """The model's answer, not looked up in the cache; what a subclass or a test of TextGrad's replaces."""
        heat, longest = options.get("temperature", self.temperature), options.get("max_tokens", self.max_tokens)
        return super()._said(content, system_prompt, heat, longest)

    def _said(self, content: Any, system_prompt: str | None, heat: float, longest: int) -> str:
        return self.lite_llm_generate(content, system_prompt, temperature=heat, max_tokens=longest)

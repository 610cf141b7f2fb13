"""OpenAI's models with a cache, and those behind a client of your own."""

from __future__ import annotations

from typing import Any

from molgrad.compat.textgrad.engine.base import DEFAULT_SYSTEM_PROMPT
from molgrad.compat.textgrad.engine.chat import Cache, ChatEngine


class OpenAIEngine(ChatEngine):
    """A model of OpenAI's; ValueError where the key is missing."""

    def __init__(
        self,
        model_string: str,
        system_prompt: str = DEFAULT_SYSTEM_PROMPT,
        is_multimodal: bool = False,
        cache: Cache = False,
        **options: Any,
    ) -> None:
        super().__init__(model_string, system_prompt, is_multimodal, cache=cache, **options)
        self.ready()

    def openai_call(
        self,
        user_content: Any,
        system_prompt: str | None,
        temperature: float,
        max_tokens: int,
        top_p: float = 0.99,  # noqa: ARG002 - TextGrad's signature
    ) -> str:
        """The model's answer, not looked up in the cache; what a subclass or a test of TextGrad's replaces."""
        return super()._said(user_content, system_prompt, temperature, max_tokens)

    def _said(self, content: Any, system_prompt: str | None, heat: float, longest: int) -> str:
        return self.openai_call(content, system_prompt, heat, longest)


class OpenAICompatibleEngine(OpenAIEngine):
    """A model at the address and with the key of an `openai.OpenAI` client."""

    def __init__(
        self,
        client: Any,
        model_string: str,
        system_prompt: str = DEFAULT_SYSTEM_PROMPT,
        is_multimodal: bool = False,
        cache: Cache = False,
    ) -> None:
        where = dict(base_url=str(client.base_url), api_key=client.api_key or None)
        super().__init__(model_string, system_prompt, is_multimodal, cache, **where)
        self.client = client

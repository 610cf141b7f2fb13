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

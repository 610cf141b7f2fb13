"""OpenAI's models, and endpoints that take their place."""

from __future__ import annotations

import os
from typing import Any

from molgrad.compat.textgrad.engine.base import DEFAULT_SYSTEM_PROMPT
from molgrad.compat.textgrad.engine.chat import ChatEngine
from molgrad.compat.textgrad.engine.providers import OLLAMA_BASE_URL

__all__ = ["OLLAMA_BASE_URL", "AzureChatOpenAI", "ChatOpenAI"]


class ChatOpenAI(ChatEngine):
    """OpenAI's chat models, or those of another endpoint with `base_url`; see ChatEngine.

    Raises:
        ValueError: the key is missing.
    """

    def __init__(
        self,
        model_string: str = "gpt-3.5-turbo-0613",
        system_prompt: str = DEFAULT_SYSTEM_PROMPT,
        is_multimodal: bool = False,
        base_url: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(model_string, system_prompt, is_multimodal, base_url=base_url, **options)
        self.ready()


class AzureChatOpenAI(ChatEngine):
    """A deployment on Azure, at AZURE_OPENAI_API_BASE with AZURE_OPENAI_API_KEY.

    Raises:
        ValueError: one of the two variables is missing.
    """

    def __init__(
        self, model_string: str = "gpt-35-turbo", system_prompt: str = DEFAULT_SYSTEM_PROMPT, **options: Any
    ) -> None:
        base, key = (os.environ.get(f"AZURE_OPENAI_API_{what}", "") for what in ("BASE", "KEY"))
        if not base or not key:
            raise ValueError("set AZURE_OPENAI_API_BASE and AZURE_OPENAI_API_KEY to use a deployment on Azure")
        url = base.rstrip("/")
        if not url.endswith("/v1"):
            url += "/openai/v1"  # Azure's own path of the protocol, without a version in each request
        super().__init__(model_string, system_prompt, base_url=url, api_key=key, **options)
        self.ready()

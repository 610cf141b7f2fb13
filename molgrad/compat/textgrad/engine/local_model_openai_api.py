"""An engine over a client of your own, such as one for LM Studio."""

from __future__ import annotations

from typing import Any

from molgrad.compat.textgrad.engine.base import DEFAULT_SYSTEM_PROMPT
from molgrad.compat.textgrad.engine.chat import ChatEngine


class ChatExternalClient(ChatEngine):
    """A model at the address and with the key of an `openai.OpenAI` client."""

    def __init__(
        self, client: Any, model_string: str, system_prompt: str = DEFAULT_SYSTEM_PROMPT, **options: Any
    ) -> None:
        super().__init__(
            model_string, system_prompt, base_url=str(client.base_url), api_key=client.api_key or None, **options
        )
        self.client = client
        self.ready()

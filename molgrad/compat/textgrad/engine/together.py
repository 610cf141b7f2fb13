"""Together's models."""

from typing import ClassVar

from molgrad.compat.textgrad.engine.hosted import HostedEngine


class ChatTogether(HostedEngine):
    """A model of Together's; see HostedEngine."""

    prefix: ClassVar[str] = "together-"
    usual: ClassVar[str] = "meta-llama/Llama-3-70b-chat-hf"

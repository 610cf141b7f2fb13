"""Google's models."""

from typing import ClassVar

from molgrad.compat.textgrad.engine.hosted import HostedEngine


class ChatGemini(HostedEngine):
    """A model of Google's; see HostedEngine."""

    prefix: ClassVar[str] = "gemini/"
    usual: ClassVar[str] = "gemini-pro"

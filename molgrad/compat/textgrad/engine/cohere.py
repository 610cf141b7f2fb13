"""Cohere's models."""

from typing import ClassVar

from molgrad.compat.textgrad.engine.hosted import HostedEngine


class ChatCohere(HostedEngine):
    """A model of Cohere's; see HostedEngine."""

    prefix: ClassVar[str] = "cohere/"
    usual: ClassVar[str] = "command-r-plus"

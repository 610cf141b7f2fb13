"""Anthropic's models."""

from typing import ClassVar

from molgrad.compat.textgrad.engine.hosted import HostedEngine


class ChatAnthropic(HostedEngine):
    """A model of Anthropic's; see HostedEngine."""

    prefix: ClassVar[str] = "anthropic/"
    usual: ClassVar[str] = "claude-3-opus-20240229"

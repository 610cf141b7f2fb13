"""Groq's models."""

from typing import ClassVar

from molgrad.compat.textgrad.engine.hosted import HostedEngine


class ChatGroq(HostedEngine):
    """A model of Groq's; see HostedEngine."""

    prefix: ClassVar[str] = "groq-"
    usual: ClassVar[str] = "groq-llama3-70b-8192"

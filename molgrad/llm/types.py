"""What a language model is: messages go in, a completion with its usage comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

Content = str | Sequence[Mapping[str, Any]]  # a text, or the chat protocol's parts: texts and images
Message = Mapping[str, Content]  # {"role": "system" | "user" | "assistant", "content": ...}


@dataclass(frozen=True, slots=True)
class Usage:
    """What model calls took.

    Attributes:
        calls: requests that went to an endpoint.
        prompt_tokens: tokens sent.
        completion_tokens: tokens answered, a reasoning model's thoughts included.
        cached: answers taken from the cache, which cost neither a call nor a token.
        cost: money, as far as a price was given; 0 where none was.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached: int = 0
    cost: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens sent and answered."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached + other.cached,
            self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Completion:
    """What a language model answered."""

    text: str
    usage: Usage = Usage()


@runtime_checkable
class LanguageModel(Protocol):
    """Anything that completes a conversation.

    Failure: raises EngineError with the endpoint and what to do. Threads: safe to call from several.
    """

    name: str

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The model's next message.

        Args:
            messages: the conversation so far, in the chat protocol's form.
            schema: a JSON schema that the answer should follow, where the endpoint can be asked for one.
            seed: makes the answer repeatable, where the endpoint knows seeds.

        Raises:
            EngineError: there is no answer.
        """
        ...

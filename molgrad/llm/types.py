"""What a language model is: messages go in, a completion with its usage comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

Content = str | Sequence[Mapping[str, Any]]  # a text, or the chat protocol's parts: texts and images
# {"role": "system" | "user" | "assistant", "content": ...}. A model's calls of tools stand in an assistant's message
# under "tool_calls", each result in a message of the role "tool", as in the chat protocol.
Message = Mapping[str, Content]


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
class Offer:
    """Tools that a model may call before it answers.

    Attributes:
        tools: of each `name`, `description` and `parameters`, a JSON schema.
        open: whether a call would be answered; False once the model has called enough and is to answer.
    """

    tools: tuple[Mapping[str, Any], ...]
    open: bool = True


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that a model asked for; all three are the model's words.

    Attributes:
        id: by which the result is told.
        name: of the tool.
        arguments: JSON, if the model wrote it well.
    """

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a language model answered.

    Attributes:
        text: the answer; often empty where tools are called.
        usage: what it took.
        tool_calls: the tools whose results it asks for before it answers.
    """

    text: str
    usage: Usage = Usage()
    tool_calls: tuple[ToolCall, ...] = ()


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


@runtime_checkable
class ToolCaller(LanguageModel, Protocol):
    """A language model that may be offered tools.

    Failure: ToolsRefusedError where tools are offered and the endpoint takes none; nothing else is wrong then.
    """

    @property
    def calls_tools(self) -> bool:
        """Whether tools may be offered, as far as is known."""
        ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        seed: int | None = None,
        tools: Offer | None = None,
    ) -> Completion:
        """The model's next message, which may be calls of tools.

        Args:
            messages: the conversation so far, calls and their results included.
            schema: a JSON schema that the answer should follow.
            seed: makes the answer repeatable.
            tools: what may be called.

        Raises:
            EngineError: there is no answer.
        """
        ...

"""Tools that a model may call before it answers: what a tool is, and the conversation in which they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, ValidationError

from molgrad.errors import (
    ConflictingSettingsError,
    InvalidMoleculeError,
    MolgradError,
    ToolsRefusedError,
    UnknownNameError,
    one_line,
    shorten,
)
from molgrad.llm.limits import CALLS
from molgrad.llm.text import bounded, encodable, without_keys
from molgrad.llm.tool_calls import arguments_of, asked, result
from molgrad.llm.types import Completion, Message, Offer, ToolCall

RESULT = 4000  # characters of a result
PATIENCE = 2  # messages with calls after the last call was answered, before whatever was said is the answer
_SAID = 400  # characters of what is wrong with a call
NONE_LEFT = "Not done: no calls are left. Give your answer now, in the form that was asked for."

# Errors whose words are a model's to read; those of others may name files of this machine.
_ABOUT_ARGUMENTS = (InvalidMoleculeError, UnknownNameError, ConflictingSettingsError)

Ask = Callable[[Sequence[Message], Offer | None], Completion]  # sends a conversation and the tools of it


class Arguments(BaseModel):
    """Base of what a tool takes."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool.

    Attributes:
        name: by which it is called.
        description: for the model that calls it.
        takes: its arguments; what a model wrote is checked against them before anything is done.
        run: does it, from checked arguments; its words are shown to the model.
    """

    name: str
    description: str
    takes: type[BaseModel]
    run: Callable[[Any], str]

    @property
    def offered(self) -> Mapping[str, Any]:
        """Name, description and the JSON schema of the arguments."""
        return {"name": self.name, "description": self.description, "parameters": self.takes.model_json_schema()}


@dataclass(slots=True)
class Allowance:
    """How many calls are still answered; several conversations may share one.

    Attributes:
        left: calls.
    """

    left: int = CALLS


@runtime_checkable
class Toolbox(Protocol):
    """Where an advisor's tools come from."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the results should know of how tools were called."""
        ...

    def begin(self) -> None:
        """Count anew, before a set of requests that are asked one after the other."""
        ...

    def about(self, parents: Sequence[str]) -> ToolRun:
        """The tools of one request.

        Args:
            parents: the values that the request is about.
        """
        ...


@dataclass(slots=True)
class ToolRun:
    """The conversation of one request: tools are offered, calls answered, until the model gives its answer.

    Trust: names and arguments are a model's words: looked up and checked, never run.
    Failure: whatever is wrong with a call is a sentence to the model, and in `notes` once.

    Attributes:
        tools: what is offered.
        allowance: how many calls are answered; once none is left the model is told so.
        limits: further limits, in words for the model, such as "dock at most twice".
        notes: takes what a reader of the results should know.
    """

    tools: Sequence[Tool]
    allowance: Allowance = field(default_factory=Allowance)
    limits: Callable[[], str] = lambda: ""
    notes: Callable[[str], None] = lambda said: None  # noqa: ARG005

    def answer(self, ask: Ask, messages: Sequence[Message]) -> str:
        """The text with which a model answers, after the tools that it called.

        Args:
            ask: sends the conversation so far.
            messages: the request.
        """
        if not self.tools or self.allowance.left <= 0:
            return ask(messages, None).text
        try:
            return self._conversation(ask, self._told(messages))
        except ToolsRefusedError:
            self.notes("the model's endpoint takes no tools: it was asked without")
        return ask(messages, None).text

    def _conversation(self, ask: Ask, sent: list[Message]) -> str:
        offered = tuple(tool.offered for tool in self.tools)
        beyond = 0
        while True:
            offer = Offer(offered, open=self.allowance.left > 0)
            said = ask(sent, offer)
            if not said.tool_calls:
                return said.text
            beyond += not offer.open
            if beyond > PATIENCE:
                self.notes("the model went on calling tools when none was left, and gave no answer to a request")
                return said.text
            sent += [asked(said), *(result(call, self._answered(call)) for call in said.tool_calls)]

    def _told(self, messages: Sequence[Message]) -> list[Message]:
        """The request with a sentence on the tools."""
        names = ", ".join(tool.name for tool in self.tools)
        limits = self.limits()
        more = f" ({limits})" if limits else ""
        sentence = f"Before you answer you may call these tools, {self.allowance.left} times in all{more}: {names}."
        *before, last = messages
        content = last["content"]
        parts = [{"type": "text", "text": sentence}]
        whole = f"{content}\n\n{sentence}" if isinstance(content, str) else [*content, *parts]
        return [*before, {**last, "content": whole}]

    def _answered(self, call: ToolCall) -> str:
        if self.allowance.left <= 0:
            self.notes("the model called more tools than a step allows; the calls beyond were not done")
            return NONE_LEFT
        self.allowance.left -= 1
        text = encodable(without_keys(bounded(self._run(call), RESULT)))
        left = self.allowance.left
        return text if left else f"{text}\n(That was the last call. Give your answer now.)"

    def _run(self, call: ToolCall) -> str:
        tool = next((one for one in self.tools if one.name == call.name), None)
        name = shorten(one_line(call.name), 60)
        if tool is None:
            self.notes(f"the model called a tool that does not exist ({name!r})")
            return f"There is no tool {name!r}. The tools are: {', '.join(one.name for one in self.tools)}."
        arguments = arguments_of(call)
        if arguments is None:
            return self._refused(name, "they are no JSON object")
        try:
            given = tool.takes.model_validate(arguments)
        except ValidationError as error:
            return self._refused(name, complaint(error))
        try:
            return tool.run(given)
        except _ABOUT_ARGUMENTS as error:
            return f"{name} was not done: {shorten(one_line(str(error)), _SAID)}"
        except (MolgradError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, OSError) as error:
            self.notes(f"the tool {name} failed ({type(error).__name__})")
            return f"The tool {name} failed. Answer without it, or call it with another molecule."

    def _refused(self, name: str, why: str) -> str:
        self.notes(f"the model called {name} with arguments that could not be read")
        return f"The arguments of {name} cannot be used: {why}."


class OwnTools:
    """Tools of a user's own, at most so many calls a request; a Toolbox.

    Args:
        tools: what is offered.
        calls: calls that are answered in one request.
    """

    def __init__(self, tools: Sequence[Tool], calls: int = CALLS) -> None:
        self._tools, self._calls = tuple(tools), calls
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the results should know of how they were called."""
        return tuple(self._notes)

    def begin(self) -> None:
        """Nothing: each request is granted its own."""

    def about(self, parents: Sequence[str]) -> ToolRun:  # noqa: ARG002 - the same tools, whatever the request is about
        """The tools of one request.

        Args:
            parents: the values that it is about.
        """
        return ToolRun(self._tools, Allowance(self._calls), notes=self._notes.setdefault)


def complaint(error: ValidationError) -> str:
    """What is wrong with arguments, in words.

    Args:
        error: of their check.
    """
    said = []
    for one in error.errors(include_url=False, include_context=False, include_input=False)[:3]:
        place = ".".join(str(part) for part in one["loc"]) or "arguments"
        said.append(f"{place}: {one['msg'][:1].lower()}{one['msg'][1:]}")
    return shorten(one_line("; ".join(said)), _SAID)

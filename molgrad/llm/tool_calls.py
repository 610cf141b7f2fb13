"""Calls of tools as they are read from a reply, kept, and told back to the model that made them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from molgrad.llm.text import bounded, encodable
from molgrad.llm.types import Completion, Message, ToolCall

MOST = 32  # calls of one message that are read; a model that asks for more loses itself
LONGEST_NAME = 100  # characters
LONGEST_ARGUMENTS = 20_000  # characters


def call_of(place: int, key: object, name: object, arguments: object) -> ToolCall:
    """A call within its bounds.

    Args:
        place: in its message, from 0: names a call to which the endpoint gives no id.
        key: its id.
        name: of the tool.
        arguments: JSON, or what some servers have read of it already.
    """
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    ident, called = (encodable(str(one)[:LONGEST_NAME]) for one in (key or f"call_{place}", name or ""))
    return ToolCall(ident, called, encodable(bounded(text, LONGEST_ARGUMENTS)))


def asked(completion: Completion) -> Message:
    """The message in which a model called tools, as the conversation goes on with it.

    Arguments that are no JSON object are told as none: many servers read them again, and fail.

    Args:
        completion: what the model said.
    """
    calls = [
        {"id": one.id, "type": "function", "function": {"name": one.name, "arguments": _readable(one.arguments)}}
        for one in completion.tool_calls
    ]
    return {"role": "assistant", "content": completion.text, "tool_calls": calls}


def result(call: ToolCall, text: str) -> Message:
    """The message with the result of a call.

    Args:
        call: that it answers.
        text: the result.
    """
    return {"role": "tool", "tool_call_id": call.id, "content": text}


def arguments_of(call: ToolCall) -> dict[str, Any] | None:
    """The arguments of a call; None where they are no JSON object.

    Args:
        call: as the model wrote it.
    """
    try:
        found = json.loads(call.arguments.strip() or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _readable(arguments: str) -> str:
    return "{}" if arguments_of(ToolCall("", "", arguments)) is None else arguments.strip() or "{}"


def cleaned(completion: Completion, clean: Callable[[str], str]) -> Completion:
    """An answer with every text of it cleaned.

    Args:
        completion: the answer.
        clean: takes keys out of a text, for instance.
    """
    calls = tuple(ToolCall(clean(one.id), clean(one.name), clean(one.arguments)) for one in completion.tool_calls)
    return replace(completion, text=clean(completion.text), tool_calls=calls)


def calls_to_json(calls: Iterable[ToolCall]) -> list[dict[str, str]]:
    """Calls as they are kept.

    Args:
        calls: in order.
    """
    return [{"id": one.id, "name": one.name, "arguments": one.arguments} for one in calls]


def calls_from_json(data: Iterable[Mapping[str, str]]) -> tuple[ToolCall, ...]:
    """The calls that were kept.

    Args:
        data: what `calls_to_json` gave.
    """
    return tuple(ToolCall(str(one["id"]), str(one["name"]), str(one["arguments"])) for one in data)

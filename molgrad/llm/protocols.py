"""The two protocols of OpenAI's endpoints: how messages are put, and where the answer stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.errors import shorten
from molgrad.llm.faults import NotAChatCompletionError
from molgrad.llm.text import LONGEST, bounded, encodable
from molgrad.llm.tool_calls import MOST, call_of
from molgrad.llm.types import Completion, Message, ToolCall, Usage

CHAT, RESPONSES = "chat", "responses"


def put(api: str, messages: Sequence[Message]) -> dict[str, Any]:
    """The messages as a protocol names them.

    Args:
        api: "chat" or "responses".
        messages: each content may be a text, or a list of parts with images.
    """
    if api == CHAT:
        return {"messages": [dict(message) for message in messages]}
    return {"input": [item for message in messages for item in _items(message)]}


def _items(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A message, or the calls of tools in it, each an item of its own here."""
    if message.get("role") == "tool":
        known = {"call_id": message.get("tool_call_id"), "output": message.get("content")}
        return [{"type": "function_call_output", **known}]
    if "tool_calls" not in message:
        return [_item(message)]
    said = {"role": message["role"], "content": message.get("content")}
    calls = [{"type": "function_call", "call_id": one["id"], **one["function"]} for one in message["tool_calls"]]
    return [*([said] if said["content"] else []), *calls]


def _item(message: Mapping[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    if not isinstance(content, list | tuple):
        return dict(message)
    text = "output_text" if message.get("role") == "assistant" else "input_text"
    return {**message, "content": [_part(part, text) for part in content]}


def _part(part: Mapping[str, Any], text: str) -> dict[str, Any]:
    if part.get("type") == "text":
        return {"type": text, "text": part.get("text", "")}
    if part.get("type") == "image_url":
        image = part.get("image_url")
        image = {"url": image} if isinstance(image, str) else dict(image or {})
        address = {"image_url": image.pop("url", "")}
        return {"type": "input_image", **address, **image}
    return dict(part)


def read(body: bytes) -> Completion:
    """The answer in a reply of either protocol.

    Args:
        body: the reply, as bytes.

    Raises:
        NotAChatCompletionError: the reply is something else.
    """
    try:
        data = json.loads(body)
        in_chat = "choices" in data
        text = _said_in_chat(data) if in_chat else _said_in_response(data)
        calls = _called_in_chat(data) if in_chat else _called_in_response(data)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotAChatCompletionError(shorten(repr(body[:200].decode("utf-8", "replace")), 120)) from None
    used = data.get("usage")
    counted = used if isinstance(used, dict) else {}
    prompt = _count(counted.get("prompt_tokens", counted.get("input_tokens")))
    answer = _count(counted.get("completion_tokens", counted.get("output_tokens")))
    return Completion(bounded(encodable(text), LONGEST), Usage(0, prompt, answer), calls)


def _said_in_chat(data: Any) -> str:
    message = data["choices"][0]["message"]
    content = message.get("content")
    if isinstance(content, list):  # parts, as some servers send them
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if not content and isinstance(message.get("refusal"), str):
        content = message["refusal"]
    return str(content or "")


def _said_in_response(data: Any) -> str:
    if data.get("status") == "failed":
        reason = data.get("error")
        raise NotAChatCompletionError(shorten(f"it failed: {reason}", 200))
    items = [item for item in data["output"] if item.get("type") == "message"]  # the others are thoughts and tools
    parts = [part for item in items for part in item["content"]]
    said = "".join(str(part.get("text") or "") for part in parts)
    return said or "".join(str(part.get("refusal") or "") for part in parts)


def _called_in_chat(data: Any) -> tuple[ToolCall, ...]:
    called = (data["choices"][0]["message"].get("tool_calls") or [])[:MOST]
    functions = [(one.get("id"), one.get("function") or {}) for one in called]
    return tuple(call_of(i, key, f.get("name"), f.get("arguments")) for i, (key, f) in enumerate(functions))


def _called_in_response(data: Any) -> tuple[ToolCall, ...]:
    called = [item for item in data["output"] if item.get("type") == "function_call"][:MOST]
    found = [(one.get("call_id") or one.get("id"), one.get("name"), one.get("arguments")) for one in called]
    return tuple(call_of(i, *one) for i, one in enumerate(found))


def _count(number: object) -> int:
    return number if isinstance(number, int) and number > 0 else 0

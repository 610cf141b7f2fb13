"""A request by its content: the keys under which answers are found again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.llm.types import Message


def request_key(messages: Sequence[Message], schema: Mapping[str, Any] | None, seed: int | None) -> str:
    """A hash of a request; the same whichever model is asked."""
    # The order of a schema's properties is the order in which a model writes them, so it counts.
    return _hash([_plain(messages), None if schema is None else json.dumps(schema, default=str), seed])


def answer_key(
    settings: Mapping[str, Any], messages: Sequence[Message], schema: Mapping[str, Any] | None, seed: int | None
) -> str:
    """A hash of a request and of the model's settings; equal keys mean equal requests."""
    return _hash([dict(settings), request_key(messages, schema, seed)])


def _plain(messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [dict(message) for message in messages]


def _hash(content: Any) -> str:
    # A lone surrogate stays an escape: no text is beyond hashing.
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()

"""A request by its content: the keys under which answers are found again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from molgrad.errors import ToolsRefusedError
from molgrad.llm.types import Completion, LanguageModel, Message, Offer, ToolCaller


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked; the attributes are the arguments of `LanguageModel.complete`."""

    messages: Sequence[Message]
    schema: Mapping[str, Any] | None = None
    seed: int | None = None
    tools: Offer | None = None

    @property
    def key(self) -> str:
        """A hash of the request; the same whichever model is asked."""
        return request_key(self.messages, self.schema, self.seed, self.tools)

    def put_to(self, model: LanguageModel) -> Completion:
        """The answer of a model.

        Args:
            model: who is asked.

        Raises:
            ToolsRefusedError: tools are offered, and it is no model that takes any.
            EngineError: there is no answer.
        """
        if self.tools is None:
            return model.complete(self.messages, schema=self.schema, seed=self.seed)
        if not isinstance(model, ToolCaller) or not model.calls_tools:
            raise ToolsRefusedError(f"{model.name} takes no tools")
        return model.complete(self.messages, schema=self.schema, seed=self.seed, tools=self.tools)


def request_key(
    messages: Sequence[Message],
    schema: Mapping[str, Any] | None,
    seed: int | None,
    tools: Offer | None = None,
) -> str:
    """A hash of a request; the same whichever model is asked."""
    # The order of a schema's properties is the order in which a model writes them, so it counts.
    asked = [_plain(messages), None if schema is None else json.dumps(schema, default=str), seed]
    return _hash(asked if tools is None else [*asked, offer_to_json(tools)])


def answer_key(settings: Mapping[str, Any], request: Request) -> str:
    """A hash of a request and of the model's settings; equal keys mean equal requests."""
    return _hash([dict(settings), request.key])


def offer_to_json(offer: Offer) -> str:
    """An offer of tools as it is kept.

    Args:
        offer: the tools.
    """
    return json.dumps({"tools": [dict(one) for one in offer.tools], "open": offer.open})


def _plain(messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [dict(message) for message in messages]


def _hash(content: Any) -> str:
    # A lone surrogate stays an escape: no text is beyond hashing.
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()

"""Which parameters an endpoint takes, learned from what it refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from molgrad.llm.types import Offer

_OTHER = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_LIMIT = re.compile(r"max_(completion_|output_)?tokens|max tokens")
_ELSEWHERE = re.compile(r"v1/responses|responses api|chatcompletion operation does not work|not a chat model")
_TOOLS = re.compile(r"\btools?\b|tool[_ -]?(choice|use|call)|function[_ -]?call")
_TOO_MUCH = re.compile(r"too large|too high|at most|context|exceed|maximum|less than")
_CONTEXT = re.compile(r"context.{0,20}(length|window|size)|prompt is too long|too many tokens", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What to send to one model.

    Attributes:
        limit: the name of the parameter that bounds the answer; None when neither name is taken.
        swapped: whether the other name was tried.
        temperature: whether a temperature is taken.
        seed: whether a seed is taken.
        form: how JSON is asked for: `json_schema`, `json_object`, or None where only the prompt says so.
        api: the protocol: `chat` or `responses`.
        settled: whether the protocol is not to be changed.
        store: whether the endpoint takes the parameter that tells it to keep nothing (responses only).
        tools: whether tools are taken.
        both: whether tools are taken beside a form of JSON.
        choice: whether the model can be told that no tool is to be called any more.
    """

    limit: str | None = "max_tokens"
    swapped: bool = False
    temperature: bool = True
    seed: bool = True
    form: str | None = "json_schema"
    api: str = "chat"
    settled: bool = False
    store: bool = True
    tools: bool = True
    both: bool = True
    choice: bool = True

    def options(
        self,
        *,
        schema: Mapping[str, Any] | None,
        temperature: float | None,
        seed: int | None,
        max_tokens: int,
        tools: Offer | None = None,
    ) -> dict[str, Any]:
        """The parameters of a request, as far as this endpoint takes them."""
        options: dict[str, Any] = {}
        if self.temperature and temperature is not None:
            options["temperature"] = temperature
        if tools is not None:
            options |= self._of_tools(tools)
            schema = schema if self.both else None
        if self.api == "responses":
            return {**options, **self._of_responses(schema, max_tokens)}
        if self.limit:
            options[self.limit] = max_tokens
        if self.seed and seed is not None:
            options["seed"] = seed % 2**31  # some servers keep it in 32 bits with a sign
        if schema is not None and self.form == "json_schema":
            named = {"name": "answer", "schema": dict(schema), "strict": True}
            options["response_format"] = {"type": "json_schema", "json_schema": named}
        elif schema is not None and self.form:
            options["response_format"] = {"type": self.form}
        return options

    def _of_responses(self, schema: Mapping[str, Any] | None, max_tokens: int) -> dict[str, Any]:
        """This protocol has no seed, and keeps every answer for a month unless told not to."""
        options: dict[str, Any] = {}
        if self.limit:
            options["max_output_tokens"] = max_tokens
        if self.store:
            options["store"] = False
        if schema is not None and self.form == "json_schema":
            named = {"type": "json_schema", "name": "answer", "schema": dict(schema), "strict": True}
            options["text"] = {"format": named}
        elif schema is not None and self.form:
            options["text"] = {"format": {"type": self.form}}
        return options

    def _of_tools(self, offer: Offer) -> dict[str, Any]:
        # Not strict: that would make every argument required.
        named: list[dict[str, Any]] = [{"type": "function", "function": dict(one)} for one in offer.tools]
        if self.api == "responses":
            named = [{"type": "function", **one, "strict": False} for one in offer.tools]
        # Offered to the end: some endpoints refuse a conversation with calls of tools that they are not told of.
        return {"tools": named, **({} if offer.open or not self.choice else {"tool_choice": "none"})}

    def after(self, complaint: str, sent: Mapping[str, Any]) -> Dialect | None:
        """What to try once the endpoint refused a request; None when nothing is left."""
        text = complaint.lower()
        asked = "response_format" in sent or "text" in sent
        if self.api == "chat" and not self.settled and _ELSEWHERE.search(text):
            return replace(self, api="responses", settled=True)
        if "tool_choice" in sent and "tool_choice" in text:
            return replace(self, choice=False)
        if "tools" in sent and _TOOLS.search(text):  # of a form beside them some complain in the same words
            return replace(self, both=False) if asked else replace(self, tools=False)
        if asked and re.search(r"response_format|json_schema|text\.format", text):
            return self._plainer()
        if "temperature" in sent and "temperature" in text:
            return replace(self, temperature=False)
        if "max_output_tokens" in sent and _LIMIT.search(text):
            return replace(self, limit=None)
        if "store" in sent and re.search(r"\bstore\b", text):
            return replace(self, store=False)
        if self.limit in sent and self.limit and _LIMIT.search(text):
            other = _OTHER[self.limit]
            if self.swapped or (_TOO_MUCH.search(text) and other not in text):
                return replace(self, limit=None)
            return replace(self, limit=other, swapped=True)
        if "seed" in sent and re.search(r"\bseed\b", text):
            return replace(self, seed=False)
        if asked and not _CONTEXT.search(text):
            return self._plainer()
        if "tools" in sent and not _CONTEXT.search(text):
            return replace(self, tools=False)
        return None

    def _plainer(self) -> Dialect:
        return replace(self, form="json_object" if self.form == "json_schema" else None)


def is_context_overflow(complaint: str) -> bool:
    """Whether an endpoint says that the prompt does not fit into the model."""
    return _CONTEXT.search(complaint.lower()) is not None

"""What every model that stands in front of another one has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.llm.request import Request
from molgrad.llm.types import Completion, LanguageModel, Message, Offer, ToolCaller


class Wrapper:
    """Passes on the name, the settings, the requests and the end of the model behind it.

    The author of a wrapper writes `_answer`.

    Args:
        model: the model behind.
    """

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.name = model.name

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        seed: int | None = None,
        tools: Offer | None = None,
    ) -> Completion:
        """The answer of the model behind; see `LanguageModel` and, where tools are offered, `ToolCaller`."""
        return self._answer(Request(messages, schema, seed, tools))

    def _answer(self, request: Request) -> Completion:
        return request.put_to(self.model)

    @property
    def calls_tools(self) -> bool:
        """Whether the model behind may be offered tools."""
        return calls_tools(self.model)

    @property
    def settings(self) -> Mapping[str, Any]:
        """What decides the answers of the model behind, besides the request; empty where it does not tell."""
        return settings_of(self.model)

    def scrub(self, text: str) -> str:
        """`text` without the key of the model behind."""
        return scrubbed(self.model, text)

    def close(self) -> None:
        """Close the connections of the model behind, if it has any."""
        close = getattr(self.model, "close", None)
        if close is not None:
            close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model!r})"


def calls_tools(model: LanguageModel) -> bool:
    """Whether a model may be offered tools, as far as is known."""
    return isinstance(model, ToolCaller) and model.calls_tools


def settings_of(model: LanguageModel) -> Mapping[str, Any]:
    """The model's own account of what decides its answers; empty where it gives none."""
    settings = getattr(model, "settings", None)
    return settings if isinstance(settings, Mapping) else {}


def scrubbed(model: LanguageModel, text: str) -> str:
    """`text` without the model's key, where the model knows one."""
    scrub = getattr(model, "scrub", None)
    return str(scrub(text)) if callable(scrub) else text

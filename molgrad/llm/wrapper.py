"""What every model that stands in front of another one has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from molgrad.llm.types import LanguageModel


class Wrapper:
    """Passes on the name, the settings and the end of the model behind it.

    Args:
        model: the model behind.
    """

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.name = model.name

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


def settings_of(model: LanguageModel) -> Mapping[str, Any]:
    """The model's own account of what decides its answers; empty where it gives none."""
    settings = getattr(model, "settings", None)
    return settings if isinstance(settings, Mapping) else {}


def scrubbed(model: LanguageModel, text: str) -> str:
    """`text` without the model's key, where the model knows one."""
    scrub = getattr(model, "scrub", None)
    return str(scrub(text)) if callable(scrub) else text

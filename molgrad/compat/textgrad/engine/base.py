"""What an engine is: anything called with a prompt and a system prompt; and the class to derive one from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol, runtime_checkable

DEFAULT_SYSTEM_PROMPT = "You are a helpful, careful assistant."


@runtime_checkable
class Engine(Protocol):
    """Called with a prompt and `system_prompt`, answers with a text; nothing else is ever passed."""

    def __call__(self, prompt: Any, /, system_prompt: str | None = None) -> Any:
        """The model's answer. The prompt is a text, or a list of texts and images for a multimodal engine."""
        ...


class EngineLM(ABC):
    """Base of engines: derive from it and write `generate`.

    Attributes:
        system_prompt: used where a call gives none.
        model_string: the model's name.
        is_multimodal: whether a prompt may be a list of texts and images.
    """

    system_prompt: str = DEFAULT_SYSTEM_PROMPT
    model_string: str = ""
    is_multimodal: bool = False

    @abstractmethod
    def generate(self, prompt: Any, system_prompt: str | None = None, **options: Any) -> Any:
        """The model's answer."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """The model's answer; the same as `generate`."""
        return self.generate(*arguments, **options)


class CachedEngine:
    """Nothing: named so that classes derived from it can be imported. Pass `cache=` to an engine instead."""

    def __init__(self, cache_path: str | None = None) -> None:
        self.cache_path = cache_path

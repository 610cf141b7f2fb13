"""The base of engines with a cache."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from molgrad.compat.textgrad.engine import base
from molgrad.compat.textgrad.engine.chat import Cache, opened
from molgrad.compat.textgrad.images import Content


class EngineLM(base.EngineLM):
    """Derive from it and write one method for a text and one for a list of texts and images.

    Raises:
        ValueError: `cache` is neither a bool nor a mapping.
    """

    def __init__(
        self,
        model_string: str,
        system_prompt: str = base.DEFAULT_SYSTEM_PROMPT,
        is_multimodal: bool = False,
        cache: Cache = False,
    ) -> None:
        self.model_string = model_string
        self.system_prompt = system_prompt
        self.is_multimodal = is_multimodal
        self.cache = opened(cache)

    @abstractmethod
    def _generate_from_single_prompt(self, content: str, system_prompt: str | None = None, **options: Any) -> str:
        """The answer to a text."""

    @abstractmethod
    def _generate_from_multiple_input(
        self, content: list[str | bytes], system_prompt: str | None = None, **options: Any
    ) -> str:
        """The answer to texts and images."""

    def generate(  # type: ignore[override]  # the first one is called content
        self, content: Content, system_prompt: str | None = None, **options: Any
    ) -> str:
        """The answer to a text, or to a list of texts and images.

        Raises:
            NotImplementedError: an image for an engine that is not multimodal.
        """
        system = system_prompt or self.system_prompt
        if isinstance(content, str):
            return self._generate_from_single_prompt(content, system_prompt=system, **options)
        if not self.is_multimodal and any(isinstance(item, bytes) for item in content):
            raise NotImplementedError(f"{self.model_string} was not made with is_multimodal=True; it takes no images")
        return self._generate_from_multiple_input(list(content), system_prompt=system, **options)

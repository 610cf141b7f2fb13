"""Models of one provider, by the classes that TextGrad has for them."""

from __future__ import annotations

from typing import Any, ClassVar

from molgrad.compat.textgrad.engine.base import DEFAULT_SYSTEM_PROMPT
from molgrad.compat.textgrad.engine.chat import ChatEngine
from molgrad.compat.textgrad.engine.providers import provider_of


class HostedEngine(ChatEngine):
    """A model at its provider's OpenAI-compatible endpoint; no package of the provider's is needed.

    Raises:
        ValueError: the provider's key is missing.
    """

    prefix: ClassVar[str] = ""  # which provider, as in `providers`
    usual: ClassVar[str] = ""  # the model where none is named

    def __init__(
        self,
        model_string: str = "",
        system_prompt: str = DEFAULT_SYSTEM_PROMPT,
        is_multimodal: bool = False,
        **options: Any,
    ) -> None:
        name = model_string or self.usual
        known = provider_of(name if name.startswith(self.prefix) else self.prefix + name)
        assert known is not None  # noqa: S101 - for the type checker; the prefix is a provider's
        provider, called = known
        if provider.keys and provider.key() is None:
            raise ValueError(f"the model {called!r} needs a key: set {provider.keys[0]}")
        super().__init__(
            name, system_prompt, is_multimodal, **{"base_url": provider.address(), "api_key": provider.key(), **options}
        )
        self.called = called

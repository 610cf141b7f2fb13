"""Names to engines."""

from __future__ import annotations

from typing import Any

from molgrad.compat.textgrad.engine.base import CachedEngine, Engine, EngineLM
from molgrad.compat.textgrad.engine.openai import AzureChatOpenAI, ChatOpenAI
from molgrad.compat.textgrad.engine.providers import OPENAI_FAMILIES, SHORTCUTS, provider_of
from molgrad.compat.textgrad.engine_experimental.litellm import LiteLLMEngine
from molgrad.errors import shorten

__all__ = ["CachedEngine", "Engine", "EngineLM", "get_engine", "validate_multimodal_engine"]


def get_engine(engine_name: str, **options: Any) -> EngineLM:
    """The engine of a name.

    Args:
        engine_name: a model of OpenAI ("gpt-4o"), Azure ("azure-NAME"), Anthropic, Google, Together, Groq, Cohere,
            OpenRouter, Ollama ("ollama-llama3") or vLLM ("vllm-NAME"), an endpoint with its model
            ("http://localhost:8000/v1#llama3"), or "experimental:" and a name, for one with `cache=`.
        options: handed to the engine.

    Raises:
        ValueError: the name leads nowhere, a key is missing, or an option does not go with it.
    """
    name = SHORTCUTS.get(engine_name, engine_name)
    if name.startswith("experimental:"):
        return LiteLLMEngine(name.removeprefix("experimental:"), **options)
    if "cache" in options:
        raise ValueError(f"cache= goes with the experimental engines: get_engine('experimental:{name}', cache=...)")
    if name.startswith("azure-"):
        return AzureChatOpenAI(name.removeprefix("azure-"), **options)
    if "://" in name:
        url, _, model = name.partition("#")
        if not model:
            raise ValueError(f"{shorten(name)!r} names no model; add '#' and the model's name to the address")
        return ChatOpenAI(model, base_url=url, is_multimodal=True, **options)
    if name.startswith(OPENAI_FAMILIES) or "gpt-4" in name or "gpt-3.5" in name:
        return ChatOpenAI(name, is_multimodal=not name.startswith("gpt-3.5"), **options)
    known = provider_of(name)
    if known is None:
        raise ValueError(
            f"no engine is known by the name {shorten(engine_name)!r}; for a server of your own write its address "
            'and model: get_engine("http://localhost:8000/v1#my-model")'
        )
    provider, model = known
    if provider.keys and provider.key() is None:
        raise ValueError(f"the model {shorten(model)!r} needs a key: set {provider.keys[0]}")
    return ChatOpenAI(model, base_url=provider.address(), api_key=provider.key(), is_multimodal=True, **options)


def validate_multimodal_engine(engine: object) -> None:
    """Nothing for an engine that takes images.

    Raises:
        ValueError: the engine says that it does not.
    """
    if getattr(engine, "is_multimodal", True) is False:
        name = getattr(engine, "model_string", "") or type(engine).__name__
        raise ValueError(f"{name} takes no images: its is_multimodal is False; use a multimodal engine")

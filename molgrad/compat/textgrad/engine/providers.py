"""Which endpoint a TextGrad engine's name means; each of these speaks OpenAI's protocol."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

OLLAMA_BASE_URL = os.environ.get("OLLAMA_BASE_URL") or "http://localhost:11434/v1"
VLLM_BASE_URL = os.environ.get("VLLM_BASE_URL") or "http://localhost:8000/v1"

SHORTCUTS = {
    "opus": "claude-3-opus-20240229",
    "haiku": "claude-3-haiku-20240307",
    "sonnet": "claude-3-sonnet-20240229",
    "sonnet-3.5": "claude-3-5-sonnet-20240620",
    "together-llama-3-70b": "together-meta-llama/Llama-3-70b-chat-hf",
    "vllm-llama-3-8b": "vllm-meta-llama/Meta-Llama-3-8B-Instruct",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """One company's or program's endpoint.

    Attributes:
        url: the base URL.
        variable: the environment variable with the key; empty where none is needed.
        prefixes: what a name begins with to mean this provider, to be cut off before the call.
        families: beginnings of names that mean it and stay.
    """

    url: str
    variable: str = ""
    prefixes: tuple[str, ...] = ()
    families: tuple[str, ...] = ()

    def key(self, environ: Mapping[str, str] = os.environ) -> str | None:
        """The key, or None."""
        return environ.get(self.variable) or None


PROVIDERS = (
    Provider("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", ("anthropic/",), ("claude",)),
    Provider("https://generativelanguage.googleapis.com/v1beta/openai", "GOOGLE_API_KEY", ("gemini/",), ("gemini",)),
    Provider("https://api.together.xyz/v1", "TOGETHER_API_KEY", ("together-", "together_ai/")),
    Provider("https://api.groq.com/openai/v1", "GROQ_API_KEY", ("groq-", "groq/")),
    Provider("https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY", ("cohere/",), ("command",)),
    Provider("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", ("openrouter/",)),
    Provider(OLLAMA_BASE_URL, "", ("ollama-", "ollama/", "ollama_chat/")),
    Provider(VLLM_BASE_URL, "", ("vllm-", "hosted_vllm/")),
)
OPENAI_FAMILIES = ("gpt-", "chatgpt-", "o1", "o3", "o4", "ft:gpt-")


def provider_of(name: str) -> tuple[Provider, str] | None:
    """The provider that a name means and the model's name there; None for OpenAI's own and unknown names."""
    for provider in PROVIDERS:
        for prefix in provider.prefixes:
            if name.startswith(prefix):
                return provider, name.removeprefix(prefix)
        if name.startswith(provider.families):
            return provider, name
    return None

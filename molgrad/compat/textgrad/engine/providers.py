"""Which endpoint a TextGrad engine's name means: molgrad's table, with TextGrad's shortcuts and prefixes."""

from __future__ import annotations

from molgrad.llm import providers
from molgrad.llm.providers import Provider

SHORTCUTS = {
    "opus": "claude-3-opus-20240229",
    "haiku": "claude-3-haiku-20240307",
    "sonnet": "claude-3-sonnet-20240229",
    "sonnet-3.5": "claude-3-5-sonnet-20240620",
    "together-llama-3-70b": "together-meta-llama/Llama-3-70b-chat-hf",
    "vllm-llama-3-8b": "vllm-meta-llama/Meta-Llama-3-8B-Instruct",
}
_PREFIXES = ("together", "groq", "ollama", "vllm")  # which TextGrad ends with a hyphen, molgrad with a slash
OPENAI_FAMILIES = ("gpt-", "chatgpt-", "o1", "o3", "o4", "ft:gpt-")
OLLAMA_BASE_URL = next(one.address() for one in providers.providers() if one.name == "ollama")


def provider_of(name: str) -> tuple[Provider, str] | None:
    """The provider that a name means and the model's name there; None for OpenAI's own and unknown names."""
    kind, hyphen, model = name.partition("-")
    return providers.provider_of(f"{kind}/{model}" if hyphen and kind in _PREFIXES else name)

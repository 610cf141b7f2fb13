"""Texts of models made ready to store: bounded, without keys, in Unicode that a file can hold."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from molgrad.llm.providers import providers

LONGEST = 400_000  # characters of an answer that are read; the longest honest one has a sixth of that
KEPT = 1_000_000  # characters of a request or an answer that a transcript keeps
HIDDEN = "[key]"
_SHORTEST_KEY = 12  # characters; servers without keys are given "EMPTY" or "ollama", which are words
_OURS = ("OPENAI_API_KEY", "MOLGRAD_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN")
KEY_NAMES = (*_OURS, *(name for provider in providers() for name in provider.keys))
_SECRET = re.compile(r"(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD)(_|$)", re.IGNORECASE)  # names of variables
_KEY_LIKE = re.compile(r"\bsk-[A-Za-z0-9_\-]{16,}|(?<=Bearer )[A-Za-z0-9._~+/\-]{16,}=*")


def encodable(text: str) -> str:
    """A text with lone surrogates, which no file can hold, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def without_keys(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """A text without the keys in the environment, and without what is written like a key."""
    for name in filter(_SECRET.search, environ):
        key = environ[name].strip()
        if len(key) >= _SHORTEST_KEY:
            text = text.replace(key, HIDDEN)
    return _KEY_LIKE.sub(HIDDEN, text)


def without(key: str, text: str) -> str:
    """A text without one key, unless the key is so short that it may be a word."""
    return text.replace(key, HIDDEN) if len(key) >= _SHORTEST_KEY else text


def bounded(text: str, limit: int = KEPT) -> str:
    """A text cut to a length, saying so where it was longer."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}[... {len(text) - limit} characters more]"

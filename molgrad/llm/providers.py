"""Whose model a name means: a small table of endpoints that speak OpenAI's protocol."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("providers.tsv")


@dataclass(frozen=True, slots=True)
class Provider:
    """One company's or program's endpoint; a row of `providers.tsv`, which says what each column means."""

    name: str
    title: str
    url: str
    url_variable: str
    keys: tuple[str, ...]
    prefixes: tuple[str, ...]
    families: tuple[str, ...]
    source: str

    def address(self, environ: Mapping[str, str] = os.environ) -> str:
        """The base URL.

        Args:
            environ: the environment, where a variable may name another one.
        """
        return environ.get(self.url_variable, "").strip() or self.url

    def key(self, environ: Mapping[str, str] = os.environ) -> str | None:
        """The key; None where none is set.

        Args:
            environ: the environment.
        """
        return next((environ[name] for name in self.keys if environ.get(name, "").strip()), None)


@cache
def providers() -> tuple[Provider, ...]:
    """The table, in its order."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    found = []
    for name, title, url, variable, keys, prefixes, families, source in rows:
        own, cut, kept = (tuple(cell.split()) for cell in (keys, prefixes, families))
        found.append(Provider(name, title, url, variable, own, cut, kept, source))
    return tuple(found)


def provider_of(name: str) -> tuple[Provider, str] | None:
    """The provider that a model's name means, and the name there; None for OpenAI's own and for unknown names.

    Args:
        name: such as "claude-sonnet-4-5", "groq/llama-3.3-70b-versatile", "ollama/llama3".
    """
    for provider in providers():
        prefix = next((one for one in provider.prefixes if name.startswith(one)), None)
        if prefix is not None and len(name) > len(prefix):
            return provider, name.removeprefix(prefix)
    return next(((one, name) for one in providers() if one.families and name.startswith(one.families)), None)

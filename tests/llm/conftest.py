"""No test depends on keys, addresses or answers of the machine it runs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from molgrad.llm.types import Completion, Message, Usage

KEY = "sk-loopback-0123456789abcdefghij"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MOLGRAD_API_KEY", "AZURE_OPENAI_AD_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOLGRAD_LLM_CACHE", str(tmp_path / "answers.db"))


class Told:
    """A model of functions: no network, counts what reaches it."""

    name = "told"
    settings: ClassVar[Mapping[str, Any]] = {"url": "nowhere", "temperature": 0}

    def __init__(self, answer: Callable[[str], str] = lambda text: f"on {text}", usage: Usage | None = None) -> None:
        self.answer = answer
        self.usage = usage or Usage(1, 10, 5)
        self.asked: list[str] = []

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        self.asked.append(messages[-1]["content"])
        return Completion(self.answer(messages[-1]["content"]), self.usage)


def ask(text: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]

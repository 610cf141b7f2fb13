"""Engines as TextGrad's users write them, and what they were asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import molgrad.compat.textgrad as tg

Answer = Callable[[Any, str | None], Any]


class Stub:
    """Called with a prompt and a system prompt and with nothing else: another argument is a TypeError."""

    def __init__(self, answer: Answer | str = "do better") -> None:
        self.answer = answer
        self.asked: list[tuple[Any, str | None]] = []

    def __call__(self, prompt: Any, system_prompt: str | None = None) -> Any:
        self.asked.append((prompt, system_prompt))
        return self.answer if isinstance(self.answer, str) else self.answer(prompt, system_prompt)

    @property
    def prompts(self) -> list[str]:
        return [str(prompt) for prompt, _ in self.asked]


class Derived(tg.EngineLM):
    """An engine that only writes `generate`, as TextGrad's base class asks for."""

    model_string = "derived"

    def generate(self, prompt: str, system_prompt: str | None = None) -> str:  # type: ignore[override]
        return f"{system_prompt}|{prompt}"


def improved(text: str) -> str:
    return f"<IMPROVED_VARIABLE>{text}</IMPROVED_VARIABLE>"


def rewriting(*texts: str) -> Stub:
    """Gives feedback when asked for it, and one text after the other (the last again) when asked to rewrite."""
    left = list(texts)

    def answer(prompt: Any, system_prompt: str | None) -> str:
        if "<IMPROVED_VARIABLE>" not in (system_prompt or ""):
            return f"feedback {len(stub.asked)}"
        return improved(left.pop(0) if len(left) > 1 else left[0])

    stub = Stub(answer)
    return stub


def text(value: str = "a draft", *, role: str = "answer", requires_grad: bool = True) -> tg.Variable:
    return tg.Variable(value, role_description=role, requires_grad=requires_grad)

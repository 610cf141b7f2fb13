"""A language model as a module whose system prompt may be a parameter."""

from __future__ import annotations

import molgrad.autograd.variable as core
from molgrad.compat.textgrad.autograd.function import Module
from molgrad.compat.textgrad.autograd.llm_ops import LLMCall
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.variable import Variable


class BlackboxLLM(Module):
    """Answers a variable, under an optional system prompt.

    Args:
        engine: an engine or the name of one; the global one by default.
        system_prompt: a text, or a Variable to have it improved.

    Raises:
        EngineError: there is no engine.
    """

    def __init__(self, engine: str | Engine | None = None, system_prompt: core.Variable | str | None = None) -> None:
        self.llm_call = LLMCall(engine, system_prompt)
        self.engine = self.llm_call.engine
        self.system_prompt = self.llm_call.system_prompt

    def forward(self, x: core.Variable) -> Variable:
        """The engine's answer, on the graph."""
        return self.llm_call(x)  # type: ignore[no-any-return]

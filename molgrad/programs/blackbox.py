"""A language model as a function of one variable: its answer can be criticised back into its prompt."""

from __future__ import annotations

from molgrad.autograd.variable import Variable
from molgrad.programs.calls import ANSWER, LLMCall


class BlackboxLLM(LLMCall):
    """Calls a model with an input variable, under an optional system prompt that may itself be optimized.

    Args:
        engine: a LanguageModel, a model's name, or an endpoint with a model ("http://host/v1#name").
        system_prompt: a text, or a Variable with `requires_grad` to have it improved.

    Raises:
        EngineError: the endpoint is down, answered with nothing, or what was given is no language model.
    """

    def forward(self, x: Variable, *, role_description: str = ANSWER) -> Variable:  # type: ignore[override]  # one
        """The model's answer, on the graph."""
        return super().forward(x, role_description=role_description)

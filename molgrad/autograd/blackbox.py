"""A language model as a function of variables: its answer can be criticised back into its prompt."""

from __future__ import annotations

from molgrad.autograd.advisor import LanguageModel, Usage
from molgrad.autograd.engine import resolve_model
from molgrad.autograd.functional import Chain
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError


class BlackboxLLM:
    """Calls a model with an input variable, under an optional system prompt that may itself be optimized.

    Args:
        engine: a LanguageModel, a model's name, or an endpoint with a model ("http://host/v1#name").
        system_prompt: a text, or a Variable with `requires_grad` to have it improved.

    Raises:
        EngineError: the endpoint is down, or answered with nothing.
    """

    def __init__(self, engine: str | LanguageModel, system_prompt: str | Variable | None = None) -> None:
        self.model = resolve_model(engine)
        if isinstance(system_prompt, str):
            system_prompt = Variable(system_prompt, requires_grad=False, role_description="system prompt")
        self.system_prompt = system_prompt
        self.usage = Usage()

    def __call__(self, x: Variable, *, role_description: str = "answer of the language model") -> Variable:
        """The model's answer, on the graph."""
        messages = [{"role": "user", "content": x.value}]
        inputs = [x]
        if self.system_prompt is not None:
            messages.insert(0, {"role": "system", "content": self.system_prompt.value})
            inputs.insert(0, self.system_prompt)
        completion = self.model.complete(messages)
        self.usage += completion.usage
        if not completion.text.strip():
            raise EngineError(f"{self.model.name} answered with an empty text; try again or another model")
        return Variable(
            completion.text, role_description=role_description,
            requires_grad=any(v.requires_grad for v in inputs), predecessors=inputs,
            operation=Chain("model call", f"a call of the language model {self.model.name}"),
        )  # fmt: skip

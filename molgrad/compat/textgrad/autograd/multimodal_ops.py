"""Calls of a language model with texts and images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import molgrad.autograd.variable as core
from molgrad.compat.textgrad.autograd.llm_ops import LLMCall
from molgrad.compat.textgrad.defaults import VARIABLE_OUTPUT_DEFAULT_ROLE
from molgrad.compat.textgrad.engine import validate_multimodal_engine
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.variable import Variable


class MultimodalLLMCall(LLMCall):
    """Calls an engine with a list of texts and images, in the order given; see LLMCall.

    Raises:
        ValueError: the engine says that it takes no images.
    """

    def __init__(self, engine: str | Engine | None = None, system_prompt: core.Variable | str | None = None) -> None:
        super().__init__(engine, system_prompt)
        validate_multimodal_engine(self.engine)

    def forward(  # type: ignore[override]  # a list of variables where an LLMCall takes one
        self, inputs: Sequence[core.Variable], response_role_description: str = VARIABLE_OUTPUT_DEFAULT_ROLE
    ) -> Variable:
        """The engine's answer, on the graph."""
        return self._answered([v.value for v in inputs], inputs, response_role_description)


class OrderedFieldsMultimodalLLMCall(MultimodalLLMCall):
    """The same with named fields: each value comes after its name, in the order of `fields`."""

    def __init__(
        self, engine: str | Engine | None, fields: Sequence[str], system_prompt: core.Variable | str | None = None
    ) -> None:
        super().__init__(engine, system_prompt)
        self.fields = list(fields)

    def forward(  # type: ignore[override]  # variables by name
        self, inputs: Mapping[str, core.Variable], response_role_description: str = VARIABLE_OUTPUT_DEFAULT_ROLE
    ) -> Variable:
        """The engine's answer, on the graph.

        Raises:
            AssertionError: the inputs are not those that `fields` names.
        """
        if set(inputs) != set(self.fields):
            raise AssertionError(f"the fields are {self.fields}, but {list(inputs)} were given")
        content: list[str | bytes] = []
        for name in self.fields:
            value = inputs[name].value
            content += [f"{name}:", value] if isinstance(value, bytes) else [f"{name}: {value}"]
        return self._answered(content, [inputs[name] for name in self.fields], response_role_description)

"""Calls of a language model whose answers can be criticised back into their prompts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import molgrad.autograd.variable as core
from molgrad.autograd.functional import Chain
from molgrad.compat.textgrad.advice import resolve
from molgrad.compat.textgrad.autograd.function import Module
from molgrad.compat.textgrad.defaults import SYSTEM_PROMPT_DEFAULT_ROLE, VARIABLE_OUTPUT_DEFAULT_ROLE
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.variable import Variable
from molgrad.errors import shorten

_SHOWN = 2_000  # characters of a template that a critic is shown; the values come beside it


class LLMCall(Module):
    """Calls an engine with a variable, under an optional system prompt that may itself be optimized.

    Args:
        engine: an engine or the name of one; the global one where None.
        system_prompt: a text, or a Variable.

    Raises:
        EngineError: there is no engine.
    """

    def __init__(self, engine: str | Engine | None = None, system_prompt: core.Variable | str | None = None) -> None:
        self.engine = resolve(engine)
        if isinstance(system_prompt, str):
            system_prompt = Variable(system_prompt, requires_grad=False, role_description=SYSTEM_PROMPT_DEFAULT_ROLE)
        if system_prompt is not None and not system_prompt.role_description:
            system_prompt.role_description = SYSTEM_PROMPT_DEFAULT_ROLE
        self.system_prompt = system_prompt

    def forward(
        self, input_variable: core.Variable, response_role_description: str = VARIABLE_OUTPUT_DEFAULT_ROLE
    ) -> Variable:
        """The engine's answer, on the graph."""
        return self._answered(input_variable.value, [input_variable], response_role_description)

    def _answered(self, prompt: Any, inputs: Sequence[core.Variable], role: str, how: str = "") -> Variable:
        system = None if self.system_prompt is None else self.system_prompt.value
        answer = self.engine(prompt, system_prompt=system)
        text = "" if answer is None else str(answer)
        given = [*([] if self.system_prompt is None else [self.system_prompt]), *inputs]
        chain = Chain("model call", f"a call of a language model{how}")
        role = role or VARIABLE_OUTPUT_DEFAULT_ROLE
        return Variable(text, predecessors=given, role_description=role, operation=chain)


class FormattedLLMCall(LLMCall):
    """Calls an engine with a template whose fields `{name}` are filled with variables.

    Braces in values mean nothing; in the template `{{` and `}}` are braces, and so is whatever names no field.

    Args:
        engine: as for LLMCall.
        format_string: the template.
        fields: a mapping whose keys are the names of the fields.
        system_prompt: as for LLMCall.
    """

    def __init__(
        self,
        engine: str | Engine | None,
        format_string: str,
        fields: Mapping[str, object],
        system_prompt: core.Variable | str | None = None,
    ) -> None:
        super().__init__(engine, system_prompt)
        self.format_string = format_string
        self.fields = dict(fields)

    def forward(  # type: ignore[override]  # a mapping of variables where an LLMCall takes one
        self, inputs: Mapping[str, core.Variable], response_role_description: str = VARIABLE_OUTPUT_DEFAULT_ROLE
    ) -> Variable:
        """The engine's answer, on the graph.

        Raises:
            AssertionError: the inputs are not those that `fields` names.
        """
        if set(inputs) != set(self.fields):
            raise AssertionError(f"the fields are {sorted(self.fields)}, but {sorted(inputs)} were given")
        prompt = filled(self.format_string, {name: str(variable.value) for name, variable in inputs.items()})
        how = f" with a template whose fields were filled in: {shorten(self.format_string, _SHOWN)}"
        return self._answered(prompt, list(inputs.values()), response_role_description, how)


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its fields replaced; unlike `str.format`, it fails for no text."""
    names = "|".join(re.escape(name) for name in sorted(values, key=len, reverse=True))
    pieces = re.compile(r"\{\{|\}\}" + (rf"|\{{({names})\}}" if names else "()"))
    return pieces.sub(lambda m: values[m.group(1)] if m.group(1) else m.group()[:1], template)

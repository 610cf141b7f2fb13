"""Sums and batches of variables, and calls as functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import molgrad.autograd.variable as core
from molgrad.autograd.functional import PassThrough
from molgrad.compat.textgrad.autograd.llm_ops import FormattedLLMCall, LLMCall
from molgrad.compat.textgrad.defaults import VARIABLE_OUTPUT_DEFAULT_ROLE
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.variable import Variable
from molgrad.errors import shorten

_LONGEST_ROLE = 200  # characters; a sum of sums must not grow its role without bound


def sum(variables: Iterable[core.Variable]) -> Variable:
    """Several texts as one, joined by newlines; feedback on it reaches every input once."""
    return _below(list(variables), "sum")


def aggregate(variables: Iterable[core.Variable]) -> Variable:
    """A batch as one variable; feedback on it reaches every input."""
    return _below(list(variables), "aggregate")


def _below(variables: list[core.Variable], name: str) -> Variable:
    distinct = tuple(dict.fromkeys(variables))
    roles = ", ".join(dict.fromkeys(v.role_description for v in distinct))
    role = f"a combination of the following: {shorten(roles, _LONGEST_ROLE)}"
    requires = any(v.requires_grad for v in distinct)
    passed = PassThrough(name, (1.0,) * len(distinct))
    text = "\n".join(v.value for v in variables)
    return Variable(text, predecessors=distinct, requires_grad=requires, role_description=role, operation=passed)


def llm_call(
    input_variable: core.Variable,
    engine: str | Engine | None = None,
    response_role_description: str = VARIABLE_OUTPUT_DEFAULT_ROLE,
    system_prompt: core.Variable | str | None = None,
) -> Variable:
    """`LLMCall` as a function.

    Args:
        input_variable: the prompt.
        engine: an engine or the name of one; the global one by default.
        response_role_description: what the answer is for.
        system_prompt: a text, or a Variable to have it improved.
    """
    return LLMCall(engine, system_prompt)(input_variable, response_role_description)  # type: ignore[no-any-return]


def formatted_llm_call(
    inputs: Mapping[str, core.Variable],
    response_role_description: str,
    engine: str | Engine | None,
    format_string: str,
    fields: Mapping[str, object],
    system_prompt: core.Variable | str | None = None,
) -> Variable:
    """`FormattedLLMCall` as a function.

    Args:
        inputs: field -> variable.
        response_role_description: what the answer is for.
        engine: an engine or the name of one; the global one where None.
        format_string: the template, with fields `{name}`.
        fields: a mapping whose keys are the names of the fields.
        system_prompt: a text, or a Variable to have it improved.
    """
    call = FormattedLLMCall(engine, format_string, fields, system_prompt)
    return call(inputs, response_role_description)  # type: ignore[no-any-return]

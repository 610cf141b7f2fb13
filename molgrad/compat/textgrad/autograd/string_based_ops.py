"""A Python function on the graph, such as a check of an answer or the run of a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import molgrad.autograd.variable as core
from molgrad.autograd.functional import Chain
from molgrad.compat.textgrad.autograd.function import Module
from molgrad.compat.textgrad.variable import Variable


class StringBasedFunction(Module):
    """A function of variables; feedback on its result reaches them by what the function is for.

    Args:
        fn: called with the variables by keyword; its result is written out.
        function_purpose: what it is for, in words.
    """

    def __init__(self, fn: Callable[..., object], function_purpose: str) -> None:
        self.fn = fn
        self.function_purpose = function_purpose

    def forward(self, inputs: Mapping[str, core.Variable], response_role_description: str | None = None) -> Variable:
        """The function's result, on the graph; what the function raises passes."""
        role = response_role_description or f"result of a function with the purpose: {self.function_purpose}"
        chain = Chain("function", f"a function with the purpose: {self.function_purpose}")
        result = str(self.fn(**inputs))
        return Variable(result, predecessors=inputs.values(), role_description=role, operation=chain)

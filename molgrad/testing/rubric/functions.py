"""Functions that a student wrote: made, and run without anything that could do harm."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping

_ALLOWED = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.If, ast.Compare, ast.Eq, ast.In, ast.Name, ast.Load,
    ast.Constant, ast.Return,
)  # fmt: skip


def written(found: Mapping[str, str]) -> str:
    """A function that returns a code for each case."""
    lines = ["def label(sample):"]
    for phrase, code in found.items():
        lines += [f"    if sample == '{phrase}':", f"        return '{code}'"]
    return "\n".join([*lines, "    return 'none'"])


def loaded(answer: str) -> Callable[[str], object] | None:
    """The function `label` of an answer, with or without a fence; None where there is none that is safe to run."""
    fenced = re.search(r"```(?:python)?\n(.*?)```", answer, re.DOTALL)
    try:
        tree = ast.parse(fenced[1] if fenced else answer.strip())
    except (SyntaxError, ValueError):
        return None
    if not all(isinstance(node, _ALLOWED) for node in ast.walk(tree)):
        return None
    space: dict[str, Callable[[str], object]] = {}
    exec(compile(tree, "<answer>", "exec"), {"__builtins__": {}}, space)  # noqa: S102 - only tests and returns, see above
    return space.get("label")


def failing(answer: str, expected: str) -> list[str]:
    """The tests that a function fails, each as a line with what was returned and what was expected."""
    function = loaded(answer)
    lines = []
    for test in expected.splitlines():
        found = re.fullmatch(r"(\S+): label\('(.*)'\) == '(.*)'", test)
        if found is None:
            raise ValueError(f"this is no test of the rubric: {test!r}")
        try:
            said = "no function label" if function is None else str(function(found[2]))
        except Exception as error:  # whatever a function does, it fails
            said = type(error).__name__
        if said != found[3]:
            lines.append(f"{test} is false: it returned '{said}'")
    return lines

"""Examples: what a program is given, and what its answer is compared with."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from molgrad.autograd.variable import Variable
from molgrad.errors import shorten
from molgrad.programs.module import Module

EXPECTED = "expected"  # key of a mapping that the score compares with, never handed to the program
INPUT = "input"  # the role of the one input of a pair
Program = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Example:
    """One example.

    Attributes:
        key: its name in tables, `e0007`.
        given: the pair or mapping as the user gave it; this is what the score sees.
        content: what it holds, as JSON; equal for equal examples.
    """

    key: str
    given: Any
    content: str

    @property
    def question(self) -> str:
        """What the program is asked, in words: the first of a pair, or the mapping without what is expected."""
        if not isinstance(self.given, Mapping):
            return _said(self.given[0])
        asked = {name: one for name, one in self.given.items() if name != EXPECTED}
        alone = next(iter(asked.values())) if len(asked) == 1 else None
        return "\n".join(f"{name}: {_said(one)}" for name, one in asked.items()) if alone is None else _said(alone)

    @property
    def expected(self) -> str:
        """What is expected, in words; empty where nothing is."""
        found = self.given.get(EXPECTED, "") if isinstance(self.given, Mapping) else self.given[1]
        return _said(found)


def read_examples(*splits: Sequence[Any] | None) -> list[list[Example]]:
    """The examples of each split; one that is repeated is one example, in every split.

    Args:
        *splits: pairs (input, expected) or mappings; None for a split that is not there.

    Raises:
        TypeError: something that is neither a pair nor a mapping; says which.
    """
    known: dict[str, Example] = {}
    found: list[list[Example]] = []
    for split in splits:
        own: dict[str, Example] = {}
        for place, given in enumerate(split or ()):
            _check(given, place)
            try:
                content = content_of(given)
            except RecursionError:
                raise TypeError(f"example {place + 1} holds itself, or is nested too deeply to be written") from None
            example = known.setdefault(content, Example(f"e{len(known) + 1:04d}", given, content))
            own.setdefault(content, example)
        found.append(list(own.values()))
    return found


def listed(examples: Any) -> Sequence[Any]:
    """Examples as a list; an iterator is read once.

    Args:
        examples: a list, or anything that gives one example after the other.

    Raises:
        TypeError: it is a table, a mapping, a text or nothing that can be gone through.
    """
    if hasattr(examples, "to_dict") and hasattr(examples, "columns"):
        raise TypeError('the examples are a table: give table.to_dict("records")')
    if isinstance(examples, str | bytes | Mapping) or not isinstance(examples, Iterable):
        raise TypeError(f"the examples are a list of pairs or mappings, not {shorten(repr(examples))}")
    return examples if isinstance(examples, Sequence) else list(examples)


def content_of(given: Any) -> str:
    """What an example holds, as JSON; equal for equal examples.

    Args:
        given: a pair or a mapping.
    """
    return json.dumps(_plain(given), ensure_ascii=True, sort_keys=True, default=repr)


def _check(given: Any, place: int) -> None:
    if isinstance(given, Mapping):
        return
    if isinstance(given, str | bytes | bytearray) or not isinstance(given, Sequence) or len(given) != 2:
        raise TypeError(
            f"example {place + 1} is {shorten(repr(given))}; give a pair (input, expected), or a mapping such as "
            '{"question": "2+2?", "expected": "4"}'
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Variable):
        return {"role": value.role_description, "value": value.value}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(one) for one in value]
    return value


def _said(value: Any) -> str:
    if isinstance(value, str | Variable):
        return str(value)
    return json.dumps(_plain(value), ensure_ascii=False, default=repr)


def check_program(program: Any) -> None:
    """See that a program is one.

    Args:
        program: a Module, or a function of variables.

    Raises:
        TypeError: it is something else, such as the class of a Module; says what.
    """
    if isinstance(program, type) and issubclass(program, Module):
        raise TypeError(f"the program is the class {program.__name__}: give one of it, {program.__name__}(...)")
    if not callable(program):
        raise TypeError(f"the program is a Module or a function of variables, not {shorten(repr(program))}")
    if inspect.iscoroutinefunction(program.forward if isinstance(program, Module) else program):
        raise TypeError("the program is async; give a function that returns the answer, with asyncio.run(...) in it")


class Caller:
    """Calls a program with what an example holds.

    The first of a pair is the program's input; a tuple in its place are several, in order. Of a mapping the program
    is given by name what its signature takes, or its only entry beside `expected`.

    Args:
        program: a Module, or a function of Variables; it returns a Variable or a text.
    """

    def __init__(self, program: Program) -> None:
        check_program(program)
        self.program = program
        try:
            signature = inspect.signature(program.forward if isinstance(program, Module) else program)
            self._taken: Mapping[str, inspect.Parameter] | None = signature.parameters
        except (TypeError, ValueError):  # some built-in functions tell none
            self._taken = None

    def __call__(self, given: Any) -> Variable:
        """The program's answer.

        Args:
            given: a pair or a mapping.

        Raises:
            TypeError: the program takes nothing that the mapping has, or returned something else than a text.
        """
        if isinstance(given, Mapping):
            answer = self._by_name(given)
        else:
            inputs = given[0] if isinstance(given[0], tuple) else (given[0],)
            answer = self.program(*(_variable(one, INPUT) for one in inputs))
        if isinstance(answer, Variable):
            return answer
        if isinstance(answer, str | int | float):
            return Variable(answer, role_description="answer", requires_grad=False)
        raise TypeError(f"the program returned {shorten(repr(answer))}: it returns a Variable or a text")

    def _by_name(self, given: Mapping[str, Any]) -> Any:
        asked = {
            str(name): _variable(one, str(name).replace("_", " ")) for name, one in given.items() if name != EXPECTED
        }
        kinds = {} if self._taken is None else {name: one.kind for name, one in self._taken.items()}
        if inspect.Parameter.VAR_KEYWORD in kinds.values():
            return self.program(**asked)
        if named := {name: one for name, one in asked.items() if name in kinds}:
            return self.program(**named)
        if len(asked) == 1:
            return self.program(*asked.values())
        raise TypeError(
            f"the program takes ({', '.join(kinds)}), and the example has {', '.join(asked) or 'nothing'}: name its "
            "entries as the program's arguments"
        )


def _variable(value: Any, role: str) -> Variable:
    if isinstance(value, Variable):
        return value
    return Variable(_said(value), role_description=role, requires_grad=False)

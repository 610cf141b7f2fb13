"""A program made of variables and model calls, named and used in the PyTorch way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from molgrad.autograd.variable import Variable


class Module(ABC):
    """Base of programs: write `forward`, and keep variables and other modules as attributes.

    Parameters are found in attributes, and in lists, tuples and mappings that are attributes, in the order
    in which they were assigned; each is named once, by where it was found first.
    """

    @abstractmethod
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The program: variables in, variables out."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The same as `forward`."""
        return self.forward(*args, **kwargs)

    def named_parameters(self) -> list[tuple[str, Variable]]:
        """Every variable with `requires_grad`, with the path to it: `writer.system_prompt`."""
        found: dict[Variable, str] = {}
        for path, variable in _variables(self, "", set()):
            if variable.requires_grad:
                found.setdefault(variable, path)
        return [(path, variable) for variable, path in found.items()]

    def parameters(self) -> list[Variable]:
        """Every variable with `requires_grad`, for an optimizer."""
        return [variable for _, variable in self.named_parameters()]

    def zero_grad(self) -> None:
        """Forget the gradients of every parameter."""
        for parameter in self.parameters():
            parameter.zero_grad()


def _variables(item: object, path: str, entered: set[int]) -> Iterator[tuple[str, Variable]]:
    if isinstance(item, Variable):
        yield path, item
        return
    if id(item) in entered:  # modules may refer to each other
        return
    if isinstance(item, Module):
        parts: list[tuple[Any, Any]] = list(vars(item).items())
    elif isinstance(item, Mapping):
        parts = list(item.items())
    elif isinstance(item, list | tuple):
        parts = list(enumerate(item))
    else:
        return
    entered.add(id(item))
    for name, part in parts:
        yield from _variables(part, f"{path}.{name}" if path else str(name), entered)

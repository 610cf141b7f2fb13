"""What operations and modules are derived from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from molgrad.autograd.variable import Variable
from molgrad.programs import module


class Function(ABC):
    """An operation of your own: `forward` makes a variable and sets its `grad_fn`, `backward` writes gradients."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The same as `forward`."""
        return self.forward(*args, **kwargs)

    @abstractmethod
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Make the result."""

    @abstractmethod
    def backward(self, *args: Any, **kwargs: Any) -> Any:
        """Add gradients to the predecessors of the result."""


class BackwardContext:
    """A backward function with the arguments that it will need, all but the engine."""

    def __init__(self, backward_fn: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        self.backward_fn = backward_fn
        self.fn_name = f"{backward_fn.__module__}.{backward_fn.__qualname__}"
        self.args = args
        self.kwargs = kwargs

    def __call__(self, backward_engine: Any) -> Any:
        """Call the function."""
        return self.backward_fn(*self.args, **self.kwargs, backward_engine=backward_engine)

    def __repr__(self) -> str:
        return self.fn_name


class Module(module.Module):
    """A program with parameters: molgrad's, which finds them, with their roles as their names."""

    def parameters(self) -> list[Variable]:
        """Every variable with `requires_grad` among the attributes; a subclass may name them itself."""
        return [variable for _, variable in super().named_parameters()]

    def named_parameters(self) -> list[tuple[str, Variable]]:
        """The parameters by their roles."""
        return [(parameter.role_description, parameter) for parameter in self.parameters()]

"""Modules: parameters by name, once each, through whatever holds them."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.variable import Variable
from molgrad.programs.module import Module


def text(value: str, *, frozen: bool = False) -> Variable:
    return Variable(value, role_description=value, requires_grad=not frozen)


class Inner(Module):
    def __init__(self, prompt: Variable) -> None:
        self.prompt = prompt
        self.other = text("frozen", frozen=True)

    def forward(self, x: Variable) -> Variable:
        return mg.concat([self.prompt, x])


class Outer(Module):
    def __init__(self) -> None:
        shared = text("shared")
        self.first = Inner(shared)
        self.again = shared
        self.several = [text("a"), {"b": text("b")}, (Inner(text("c")),)]
        self.me = self
        self.number = 3

    def forward(self, x: Variable) -> Variable:
        return self.first(x)


def test_parameters_are_named_once_in_the_order_assigned() -> None:
    named = Outer().named_parameters()
    assert [(path, v.value) for path, v in named] == [
        ("first.prompt", "shared"), ("several.0", "a"), ("several.1.b", "b"), ("several.2.0.prompt", "c"),
    ]  # fmt: skip


def test_calling_is_forward_and_zero_grad_forgets() -> None:
    module = Outer()
    assert module(text("x")).value == "shared\nx"
    for parameter in module.parameters():
        parameter.gradients.append(Gradient("words"))
    module.zero_grad()
    assert [v.gradients for v in module.parameters()] == [[]] * 4


def test_a_module_without_forward_cannot_be_made() -> None:
    class Empty(Module):
        pass

    with pytest.raises(TypeError, match="forward"):
        Empty()  # type: ignore[abstract]


def test_sum_takes_variables_texts_and_losses_but_not_both() -> None:
    a, b = text("a"), text("b")
    assert mg.sum([a, b]).value == mg.sum(a, b).value == "a\nb"
    count, length = mg.Function(lambda v: v.count("a"), "count"), mg.Function(len, "length")
    assert float(mg.sum(count, length)(a)) == float(mg.sum([count(a), length(a)])) == 2.0
    assert sum([1, 2]) == 3  # the builtin is left alone
    with pytest.raises(TypeError, match="not both"):
        mg.sum(a, count)
    with pytest.raises(ValueError, match="nothing"):
        mg.sum([])

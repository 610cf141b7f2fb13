"""Scores on different examples are not compared: not to go back, not to name the best, not in words."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

import molgrad as mg
from molgrad.autograd.functional import apply
from molgrad.autograd.variable import Variable
from molgrad.optim.tgd import TGD
from tests.fakes import Count, Letters, ScriptedAdvisor

LOSS = Count("a")


def made(momentum: int = 0) -> tuple[Variable, TGD]:
    prompt = Variable("aa", role_description="prompt", domain=Letters())
    advisor = ScriptedAdvisor(lambda value: [value[:-1] + "b"])
    return prompt, TGD([prompt], engine=advisor, momentum=momentum)


def batch(prompt: Variable, optimizer: TGD, questions: Sequence[str]) -> None:
    optimizer.zero_grad()
    given = [Variable(q, role_description="question", requires_grad=False) for q in questions]
    mg.sum([LOSS(apply(lambda p, q: p + q, prompt, q)) for q in given]).backward(optimizer.advisor)


def test_a_harder_minibatch_does_not_take_a_value_back() -> None:
    prompt, optimizer = made()
    batch(prompt, optimizer, ["aaaa"])
    optimizer.step()
    batch(prompt, optimizer, ["c"])
    assert (optimizer.judge(), prompt.value) == (False, "ab")
    assert optimizer.best.value == "ab"  # of what was measured on the last examples


def test_the_same_examples_in_any_order_do() -> None:
    prompt, optimizer = made()
    batch(prompt, optimizer, ["a", "c"])
    optimizer.step()
    batch(prompt, optimizer, ["c", "a"])
    assert (optimizer.judge(), prompt.value) == (True, "aa")
    assert optimizer.best.value == "aa"


@pytest.mark.parametrize(("second", "told"), [(["c"], False), (["aaaa"], True)])
def test_the_last_values_are_told_with_numbers_of_the_same_examples_only(second: list[str], told: bool) -> None:
    prompt, optimizer = made(momentum=3)
    batch(prompt, optimizer, ["aaaa"])
    with pytest.warns(UserWarning, match="does not read"):
        optimizer.step()
    batch(prompt, optimizer, second)
    optimizer.step()
    words = prompt.briefing["last_values"]
    assert ("- aa\n  outcome: -6" in words) == told
    assert ("not to be compared" in words) != told


def test_a_state_says_on_which_examples_a_value_was_measured() -> None:
    prompt, optimizer = made()
    batch(prompt, optimizer, ["aaaa"])
    optimizer.step()
    again, other = made()
    other.restore(json.loads(json.dumps(optimizer.state())))
    again.value = "ab"
    batch(again, other, ["c"])
    assert not other.judge()
    batch(again, other, ["aaaa"])
    assert not other.judge()
    again.value = "bb"
    batch(again, other, ["aaaa"])
    assert other.judge()


def test_of_values_alike_the_one_that_is_kept_is_the_best() -> None:
    prompt = Variable("a", role_description="prompt", domain=Letters())
    flat = Count("c", expensive=True)
    optimizer = TGD([prompt], loss=flat, engine=ScriptedAdvisor(lambda value: [value + "b"]))
    for _ in range(3):
        optimizer.zero_grad()
        flat(prompt).backward(optimizer.advisor)
        optimizer.step()
    flat(prompt)
    optimizer.judge()
    assert optimizer.best.value == prompt.value == "abbb"

"""Python functions as losses: numbers, words, both, and everything else they may do."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from molgrad.autograd.composite import Function, as_loss
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.function import FunctionLoss


def measured(outcome: Any, **options: Any) -> Evaluation:
    return FunctionLoss(lambda value: outcome, "it", **options).evaluate(["x"])[0]


def test_a_number_words_and_both() -> None:
    assert (measured(2).score, measured(2).text) == (2.0, "it is 2")
    words = measured("too long")
    assert (words.status, words.score, words.text) == (Status.OK, None, "too long")
    both = measured((0.5, "half of the tests fail"))
    assert (both.score, both.raw, both.text) == (0.5, {"it": 0.5}, "half of the tests fail")
    assert measured((None, "no number yet")).score is None


def test_more_is_better_where_the_direction_says_so() -> None:
    result = measured((0.9, "accuracy 90 %"), direction="maximize")
    assert (result.score, result.raw) == (-0.9, {"it": 0.9})
    with pytest.raises(ValueError, match="'minimize' or 'maximize'"):
        FunctionLoss(len, direction="up")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "why"),
    [(math.nan, "returned nan"), ("  ", "empty text"), (1j, "returned 1j"), (None, "returned None"),
     ([1], r"returned \[1\]"), ((1.0, 2.0), "not a text"), (("a", "b"), "returned 'a'")],
)  # fmt: skip
def test_what_is_neither_number_nor_words_failed(outcome: Any, why: str) -> None:
    result = measured(outcome)
    assert (result.status, result.score) == (Status.FAILED, None)
    assert re.search(why, result.reason)


@pytest.mark.parametrize(
    ("outcome", "score"),
    [(True, 1.0), (False, 0.0), (np.bool_(True), 1.0), (np.float32(0.5), 0.5), (np.int64(3), 3.0),
     (Fraction(1, 4), 0.25), (np.array(2.0), 2.0)],
)  # fmt: skip
def test_bools_and_numbers_of_any_kind_count(outcome: Any, score: float) -> None:
    assert (measured(outcome).score, measured((outcome, "words")).score) == (score, score)
    assert measured(outcome, direction="maximize").score == -score
    assert as_loss(lambda v: outcome).evaluate(["x"])[0].score == score


def test_what_the_function_raises_is_a_failure_that_names_the_exception_and_costs_the_others_nothing() -> None:
    def half(value: str) -> tuple[float, str]:
        return 1 / len(value), f"{len(value)} letters"

    failed, good = FunctionLoss(half).evaluate(["", "ab"])
    assert (failed.status, failed.reason) == (Status.FAILED, "ZeroDivisionError: division by zero")
    assert (good.loss, good.score, good.text) == ("half", 0.5, "2 letters")


def test_a_model_that_is_down_ends_the_batch() -> None:
    def ask(value: str) -> str:
        raise EngineError("nobody there")

    with pytest.raises(EngineError, match="nobody there"):
        FunctionLoss(ask).evaluate(["a"])


def test_its_words_are_the_gradient_and_it_sums() -> None:
    code = Variable("x = 1", role_description="code")
    total = (FunctionLoss(lambda v: (2.0, "two tests fail"), "tests") + 3 * FunctionLoss(len, "length"))(code)
    total.backward()
    assert float(total) == 17.0
    assert "two tests fail" in code.get_gradient_text()


def test_spec_is_json_and_tells_functions_apart() -> None:
    one, two = FunctionLoss(lambda v: 1, "f"), FunctionLoss(lambda v: 2, "f")
    assert json.loads(json.dumps(one.spec())) == one.spec() != two.spec()


def test_a_plain_function_that_returns_words_is_told_of_function_loss() -> None:
    result = as_loss(lambda v: "too long").evaluate(["x"])[0]  # type: ignore[arg-type, return-value]
    assert isinstance(as_loss(len), Function)
    assert (result.status, "mg.FunctionLoss" in result.reason) == (Status.FAILED, True)


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TypeError, match="not 'len'"):
        FunctionLoss("len")  # type: ignore[arg-type]

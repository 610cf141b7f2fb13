"""What a score function returns is read in one place; one that scores nothing ends the run at once, with the reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import molgrad as mg
from molgrad.errors import EngineError, ScoreError
from molgrad.evaluation import Evaluation, Status
from molgrad.programs.scoring import check_score, read_score, require_scores, scored


@pytest.mark.parametrize(
    ("result", "direction", "score", "best"),
    [
        (True, "maximize", -1.0, True),
        (False, "maximize", 0.0, False),
        (True, "minimize", 1.0, False),
        (False, "minimize", 0.0, True),
        (np.bool_(True), "maximize", -1.0, True),
        ((np.False_, "too long"), "maximize", 0.0, False),
        (np.float32(0.5), "maximize", -0.5, False),
        (np.int64(3), "minimize", 3.0, False),
        (Decimal("0.25"), "minimize", 0.25, False),
        (0, "minimize", 0.0, False),  # nobody said that 0 is the best there is
    ],
)
def test_numbers_and_bools_of_every_kind(result: Any, direction: Any, score: float, best: bool) -> None:
    found = read_score(result, direction)
    assert (found.status, found.score, found.at_best) == (Status.OK, score, best)


def test_a_bool_says_what_it_should_be() -> None:
    assert read_score(False, "maximize").text == "score is False and should be True"
    assert read_score(False, "minimize").text == "score is False, as it should be"


def test_words_and_evaluations_are_kept() -> None:
    assert read_score((1, "expected 42")).text == "expected 42"
    words = read_score("too long")
    assert (words.status, words.score, words.text) == (Status.OK, None, "too long")
    assert read_score(Evaluation("mine", Status.OK, 2.0)).score == 2.0


@pytest.mark.parametrize("result", [None, float("nan"), np.inf, "", {"score": 1}, (1.0, None), object()])
def test_what_is_no_score_fails_with_a_reason(result: Any) -> None:
    found = read_score(result)
    assert found.status is Status.FAILED
    assert found.reason


@pytest.mark.parametrize(
    ("best", "direction", "number"), [(0, "minimize", 0), (1, "maximize", 1.0), (1, "maximize", 2)]
)
def test_a_number_is_at_its_best_where_the_best_is_known(best: float, direction: Any, number: float) -> None:
    assert read_score(number, direction, best).at_best
    assert not read_score(0.5, direction, best).at_best


def test_a_sum_is_at_its_best_where_every_term_is() -> None:
    right = mg.FunctionLoss(lambda text: True, "right", direction="maximize")
    short = mg.FunctionLoss(len, "short", best=0)
    assert (right + short).evaluate([""])[0].at_best
    assert not (right + short).evaluate(["x"])[0].at_best
    assert not (-1 * right + short).evaluate([""])[0].at_best  # asked to become worse


def test_an_exception_is_a_reason_and_a_dead_endpoint_is_raised() -> None:
    assert scored(lambda a, e: a[9], "ab", "e").reason == "IndexError: string index out of range"

    def dead(answer: str) -> float:
        raise EngineError("nobody is there")

    with pytest.raises(EngineError, match="nobody"):
        scored(dead, "x")


@pytest.mark.parametrize("score", [lambda answer: 1.0, lambda a, b, c: 1.0, "exact match", lambda *, answer: 1.0])
def test_a_wrong_signature_is_told_before_anything_is_asked(score: Any) -> None:
    with pytest.raises(TypeError, match=r"answer, expected"):
        check_score(score, "answer", "expected")


@pytest.mark.parametrize("score", [lambda a, b: 1.0, lambda *a: 1.0, lambda a, b=1, c=2: 1.0, max, str.count])
def test_signatures_that_fit(score: Any) -> None:
    check_score(score, "answer", "expected")


def test_a_first_evaluation_without_a_number_raises_with_its_reason() -> None:
    failed = [Evaluation("score", Status.FAILED, reason=f"KeyError: '{k}'") for k in "ab"]
    with pytest.raises(ScoreError, match=r"2 examples: KeyError: 'a'"):
        require_scores(failed)
    with pytest.raises(ScoreError, match="words without a number"):
        require_scores([read_score("fine")] * 2)
    require_scores([*failed, read_score(1.0)])
    require_scores([failed[0], read_score(float("nan"))])  # two faults: another prompt may do better

"""Evaluations and facts: what they refuse, what they compute, JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from molgrad.autograd.compose import maximum_of, sum_of
from molgrad.errors import NoScoreError
from molgrad.evaluation import Evaluation, Fact, Status


def test_a_failed_measurement_is_never_a_number() -> None:
    for status in (Status.FAILED, Status.INVALID, Status.PENDING):
        with pytest.raises(ValueError, match="status OK"):
            Evaluation("dock", status, 0.0, reason="why")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_score_is_finite(number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Evaluation("dock", Status.OK, number)


def test_no_result_without_a_reason() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        Evaluation("dock", Status.FAILED)


def test_number_says_why_there_is_none() -> None:
    assert Evaluation("dock", Status.OK, -7.0).number() == -7.0
    with pytest.raises(NoScoreError, match=r"dock has no score \(failed\): it died"):
        Evaluation("dock", Status.FAILED, reason="it died").number()
    with pytest.raises(NoScoreError, match="words"):
        Evaluation("text", Status.OK, text="hm").number()


def test_share_by_hand() -> None:
    assert Evaluation("a", Status.OK, 0.25, weight=10.0).contribution == 2.5
    assert Evaluation("a", Status.OK, 0.25, active=False).contribution == 0.0
    assert Evaluation("a", Status.OK, text="hm").contribution == 0.0
    assert Evaluation("a", Status.FAILED, reason="why").contribution is None


def test_worst_is_the_largest_share_of_what_has_one() -> None:
    terms = (
        Evaluation("dock", Status.OK, -9.0),
        Evaluation("qed", Status.OK, 0.3, weight=10.0),
        Evaluation("sa", Status.OK, 0.9, active=False),
        Evaluation("text", Status.OK, text="hm"),
    )
    worst = Evaluation("total", Status.OK, -6.0, terms=terms).worst()
    assert worst is not None
    assert worst.loss == "qed"
    assert Evaluation("alone", Status.OK, 1.0).worst() is None


def test_words_fall_back_to_reason_facts_and_number() -> None:
    fact = Fact("alert", "a nitro group", (1,))
    assert Evaluation("a", Status.OK, 1.0, facts=(fact,), text="said").feedback == "said"
    assert Evaluation("a", Status.FAILED, reason="why").feedback == "why"
    assert Evaluation("a", Status.OK, 1.0, facts=(fact,)).feedback == "a nitro group"
    assert Evaluation("a", Status.OK, 1.0).feedback == "a is 1"


def test_json_and_back() -> None:
    fact = Fact("alert", "a nitro group", (3, 1), "nitro", 1.0, "count", 0.5)
    term = Evaluation("a", Status.OK, 0.1, {"x": 2.0}, (fact,), "text", details={"poses": ["M  END"]}, weight=3.0)
    whole = Evaluation("total", Status.OK, 0.3, terms=(term, Evaluation("b", Status.PENDING, reason="out")))
    text = json.dumps(whole.to_json(), allow_nan=False)
    assert Evaluation.from_json(json.loads(text)) == whole
    assert Fact.from_json(json.loads(json.dumps(fact.to_json()))) == fact


def test_a_standard_deviation_is_a_number_of_zero_or_more() -> None:
    for wrong in (-0.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="standard deviation"):
            Evaluation("x", Status.OK, 1.0, sd=wrong)


def test_a_sum_is_as_uncertain_as_its_terms_together() -> None:
    docked = Evaluation("docking", Status.OK, -9.8, sd=0.2, weight=0.5, repeats=(-9.6, -9.8), kind="docking")
    other = Evaluation("other", Status.OK, -1.0, sd=0.1, weight=-2.0)
    exact = Evaluation("qed", Status.OK, 0.3)
    whole = sum_of([docked, other, exact])
    assert whole.sd == pytest.approx(0.5 * 0.2 + 2.0 * 0.1)
    assert whole.history == "docked twice: -9.60 and -9.80"
    assert sum_of([exact]).sd is None
    assert maximum_of([docked, exact]).sd is None  # the exact term decides
    assert maximum_of([replace(docked, weight=-0.5), exact]).sd == pytest.approx(0.1)
    assert Evaluation.from_json(whole.to_json()) == whole

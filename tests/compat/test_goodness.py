"""Losses turned round: bounded, never out of order, and a failure no number."""

from __future__ import annotations

import sys
import threading
import time

import pytest

import molgrad as mg
from molgrad.compat.goodness import Scale, scale_of
from molgrad.compat.judge import Judge
from molgrad.errors import MissingExtraError, NoScoreError
from molgrad.lazy import optional


@pytest.mark.parametrize("scale", [Scale(0.0, -15.0), Scale(1.0, 0.0, guessed=True), Scale(10.0, -15.0)])
def test_lower_is_higher_and_all_lies_between_0_and_1(scale: Scale) -> None:
    scores = [-30.0, -16.0, -15.0, -9.3, -9.2, -1.0, 0.0, 0.4, 1.0, 5.0, 40.0]
    numbers = [scale.number(score) for score in scores]
    assert all(0.0 < number <= 1.0 for number in numbers)
    assert numbers == sorted(numbers, reverse=True)
    told_apart = numbers if scale.guessed else [n for n in numbers if n < 1.0]
    assert len(set(told_apart)) == len(told_apart)


def test_the_ends_count_1_and_a_tenth() -> None:
    scale = scale_of(mg.QED())
    assert (scale.number(0.0), scale.number(0.5), scale.number(1.0)) == pytest.approx((1.0, 0.55, 0.1))


@pytest.mark.parametrize(
    ("loss", "worst", "best"),
    [
        (mg.QED() + 0.5 * mg.Alerts(), 1.5, 0.0),
        (mg.QED() - 2 * mg.Alerts(), 1.0, -2.0),
        (mg.max(mg.QED(), 2 * mg.Alerts()), 2.0, 0.0),
        (mg.SizeResidual(), 3.0, -3.0),
        (mg.FunctionLoss(len, best=20), 21.0, 20.0),
        (mg.FunctionLoss(len, direction="maximize"), 0.0, -1.0),
        (mg.QED() + (lambda _: 0.0), 2.0, 0.0),
    ],
)
def test_the_scale_of_a_loss_follows_from_its_terms(loss: mg.Loss, worst: float, best: float) -> None:
    scale = scale_of(loss)
    assert (scale.worst, scale.best) == (worst, best)


def test_docking_and_selectivity_are_in_kcal_per_mol() -> None:
    dock = mg.Docking("1ia1")
    assert scale_of(dock + 10 * mg.QED()) == Scale(10.0, -15.0)
    assert scale_of(mg.Selective(dock, against=dock)) == Scale(pytest.approx(6.9), -15.0)


def test_a_scale_can_be_given_but_not_turned() -> None:
    assert scale_of(mg.FunctionLoss(len), worst=40, best=10) == Scale(40.0, 10.0)
    with pytest.raises(ValueError, match=r"worst .* above best"):
        scale_of(mg.QED(), worst=-9, best=0)


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_yes_is_1_and_a_no_is_0(direction: str) -> None:
    loss = mg.FunctionLoss(lambda text: (text == "right") == (direction == "maximize"), direction=direction)
    judge = Judge(loss)
    assert [judge.verdict(text).number for text in ("right", "wrong")] == [1.0, 0.0]


def test_what_is_no_molecule_counts_0_with_its_reason() -> None:
    verdict = Judge(mg.QED() + mg.Alerts()).verdict(" C1CC ")
    assert (verdict.number, verdict.score) == (0.0, None)
    assert "ring bond 1 is opened and never closed" in verdict.words
    assert verdict.terms == {"qed": 0.0, "alerts": 0.0}


def test_words_tell_the_score_its_number_and_every_term() -> None:
    verdict = Judge(mg.QED() + mg.Alerts()).verdict("CCO")
    assert verdict.words.startswith(f"Score {verdict.score:.4g} (lower is better), which counts {verdict.number:.3f}")
    assert "no structural alert" in verdict.words
    assert verdict.terms["alerts"] == 1.0


def broken(_: str) -> float:
    raise TimeoutError("the machine is away")


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        (mg.FunctionLoss(broken, retries=0), "the machine is away"),
        (mg.QED() + mg.FunctionLoss(broken, retries=0), "the machine is away"),
        (mg.Assay("pIC50"), "pending"),
        (mg.FunctionLoss(lambda _: "fine"), "words without a number"),
        (mg.FunctionLoss(lambda _: float("nan")), "nan"),
    ],
)
def test_a_measurement_that_failed_is_no_number(loss: mg.Loss, why: str) -> None:
    judge = Judge(loss)
    for _ in range(2):
        with pytest.raises(NoScoreError, match=why):
            judge.verdict("CCO")


def test_a_failure_is_measured_again_and_a_result_is_not() -> None:
    asked: list[str] = []

    def sometimes(value: str) -> float:
        asked.append(value)
        if len(asked) == 1:
            raise OSError("no room")
        return 0.5

    judge = Judge(sometimes)
    with pytest.raises(NoScoreError):
        judge.verdict("a")
    assert judge.verdict("a") == judge.verdict(" a\n")
    assert asked == ["a", "a"]


def test_threads_that_ask_for_one_answer_wait_for_one_measurement() -> None:
    asked: list[str] = []
    going = threading.Event()

    def slow(value: str) -> float:
        asked.append(value)
        going.wait(10)
        return 0.25

    judge = Judge(slow)
    found: list[float] = []
    threads = [threading.Thread(target=lambda: found.append(judge.verdict("a").number)) for _ in range(4)]
    for thread in threads:
        thread.start()
    while not asked:
        time.sleep(0.001)
    going.set()
    for thread in threads:
        thread.join()
    assert asked == ["a"]
    assert len(set(found)) == 1
    assert len(found) == 4


def test_a_metric_needs_no_dspy_and_says_where_words_do(monkeypatch: pytest.MonkeyPatch) -> None:
    metric = mg.dspy_metric(mg.QED())
    assert metric(None, {"why": "small", "smiles": "CCO"}) == Judge(mg.QED()).verdict("CCO").number
    monkeypatch.setitem(sys.modules, "dspy", None)
    with pytest.raises(MissingExtraError, match=r"molgrad\[dspy\]"):
        metric(None, {"smiles": "CCO"}, None, "self")
    with pytest.raises(MissingExtraError, match=r"molgrad\[gepa\]"):
        optional("no_such_package.inside", "gepa")


def test_code_that_passes_all_its_tests_is_perfect() -> None:
    judge = Judge(mg.CodeTests({"one": "assert f() == 1", "two": "assert f() < 1"}, allow_execution=True))
    assert judge.verdict("def f():\n    return 1").number == pytest.approx(0.55)
    only = Judge(mg.CodeTests({"one": "assert f() == 1"}, allow_execution=True))
    assert only.verdict("def f():\n    return 1").number == 1.0


def test_a_text_that_is_no_prediction_is_judged_too() -> None:
    metric = mg.dspy_metric(mg.QED())
    assert metric(None, "CCO") == metric(None, {"smiles": "CCO"})

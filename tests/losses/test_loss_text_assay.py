"""Losses answered by someone else: an advisor, a laboratory."""

from __future__ import annotations

import json

import pytest

from molgrad.autograd.engine import set_backward_engine
from molgrad.autograd.loss import settled
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError, SettingsChangedError, UnparsableAnswerError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.assay import Assay
from molgrad.losses.text import TextLoss
from tests.loss_fakes import Counted, FakeAdvisor


def test_the_engine_is_looked_up_at_each_measurement() -> None:
    loss, first, second = TextLoss("Judge."), FakeAdvisor(), FakeAdvisor()
    v = Variable("CCO", role_description="solvent")
    for advisor in (first, second):
        set_backward_engine(advisor)
        loss(v)
    assert first.judged == second.judged == [("Judge.", "CCO", "solvent")]


def test_words_are_an_evaluation_without_a_number() -> None:
    result = TextLoss("Judge.", FakeAdvisor()).evaluate(["CCO"])[0]
    assert (result.loss, result.status, result.score, result.text) == ("text", Status.OK, None, "on CCO: Judge.")


def test_a_score_of_the_advisors_is_kept() -> None:
    advisor = FakeAdvisor()
    advisor.judge = lambda *_: Evaluation("x", Status.OK, 0.25, text="hm")  # type: ignore[method-assign]
    assert (TextLoss("Judge.", advisor) + Counted("a")).evaluate(["CCO"])[0].score == 3.25


def test_without_an_engine_the_message_says_what_to_call() -> None:
    with pytest.raises(EngineError, match=r"set_backward_engine\(\.\.\.\)"):
        (TextLoss("Judge.") + Counted("a")).evaluate(["CCO"])


def test_an_endpoint_that_is_down_ends_the_batch_an_unreadable_answer_does_not() -> None:
    class Weak(FakeAdvisor):
        def judge(self, instruction: str, value: str, role: str) -> Evaluation:
            if value == "down":
                raise EngineError("http://localhost:1 does not answer")
            if value == "mumble":
                raise UnparsableAnswerError("no answer in it")
            return super().judge(instruction, value, role)

    loss = TextLoss("Judge.", Weak())
    statuses = [r.status for r in loss.evaluate(["C", "mumble", "CC"])]
    assert statuses == [Status.OK, Status.FAILED, Status.OK]
    with pytest.raises(EngineError, match="does not answer"):
        loss.evaluate(["C", "down"])


def test_ranking_asks_nobody() -> None:
    advisor = FakeAdvisor()
    (result,) = TextLoss("Judge.", advisor).exact(["CCO"])
    assert (result.status, advisor.judged) == (Status.PENDING, [])


def test_spec_names_instruction_and_engine() -> None:
    assert TextLoss("Judge.", FakeAdvisor()).spec() == {"loss": "text", "instruction": "Judge.", "engine": "fake"}
    assert TextLoss("Judge.", "chemist").spec()["engine"] == "chemist"
    assert TextLoss("Judge.").spec()["engine"] is None
    with pytest.raises(ValueError, match="instruction"):
        TextLoss("  ")


def test_an_assay_waits_and_is_not_ours_to_measure() -> None:
    result = Assay("IC50", unit="nM").evaluate(["CCO"])[0]
    assert (result.loss, result.status, result.reason) == ("IC50", Status.PENDING, "waiting for the assay")
    assert settled(result)


def test_a_told_value_completes_it_with_direction() -> None:
    down = Assay("activity").complete(20)
    assert (down.score, down.raw, down.text) == (20.0, {"activity": 20.0}, "activity is 20 (lower is better)")
    up = Assay("pIC50", direction="maximize").complete(7.5)
    assert (up.score, up.raw, up.facts[0].value) == (-7.5, {"pIC50": 7.5}, 7.5)
    assert "higher is better" in up.text


def test_a_told_failure_stays_one() -> None:
    told = Assay("IC50").complete(Evaluation("x", Status.FAILED, reason="insoluble"))
    assert (told.loss, told.status, told.score) == ("IC50", Status.FAILED, None)
    with pytest.raises(ValueError, match="not a number"):
        Assay("IC50").complete(float("nan"))


def test_told_in_a_composite_completes_the_total() -> None:
    loss = Counted("a") + 2 * Assay("pIC50", direction="maximize")
    waiting = Evaluation.from_json(json.loads(json.dumps(loss.evaluate(["CCO"])[0].to_json())))
    assert (waiting.status, waiting.terms[0].score) == (Status.PENDING, 3.0)
    done = loss.with_result(waiting, 7.0)
    assert (done.status, done.score) == (Status.OK, 3.0 - 14.0)
    with pytest.raises(SettingsChangedError, match="no result from outside"):
        Counted("a").with_result(waiting, 7.0)


def test_what_an_assay_refuses() -> None:
    with pytest.raises(ValueError, match="direction"):
        Assay(direction="up")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="name"):
        Assay(" ")

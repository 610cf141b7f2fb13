"""The prediction log: predictions by hand, their verdicts, and the credit that follows."""

from __future__ import annotations

import pytest

from molgrad.autograd.gradient import Edit, Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.hypotheses import BONUS, PredictionLog, Verdict, hypotheses, verdict_on
from molgrad.optim.record import Record


def measured(value: str, affinity: float | None, parent: str | None = None, predicted_score: float | None = None,
             rule: str = "grow_arene", answers: str = "", source: str = "chemist") -> Record:  # fmt: skip
    """A record whose proposal predicted this affinity."""
    payload = {"transform": rule} if rule else {}
    edit = Edit("grow", {**payload, **({"answers": answers, "partner": "A:ASP114"} if answers else {})})
    predicted = {} if predicted_score is None else {"docking": (predicted_score, 0.5), "qed": (0.4, 0.0)}
    status = Status.OK if affinity is not None else Status.FAILED
    reason = "" if affinity is not None else "no pose"
    docked = Evaluation("docking", status, affinity, reason=reason)
    whole = Evaluation("total", status, affinity, reason=reason, terms=(docked, Evaluation("qed", Status.OK, 0.4)))
    return Record(Proposal(value, parent, edit, "why", predicted, source), whole, 1)


@pytest.mark.parametrize(
    ("expected", "change", "verdict"),
    [
        (-1.0, -0.5, Verdict.CONFIRMED), (-1.0, -0.2, Verdict.OPEN), (-1.0, 0.0, Verdict.REFUTED),
        (-1.0, None, Verdict.OPEN), (0.01, 0.30, Verdict.CONFIRMED), (0.01, 0.32, Verdict.REFUTED),
        (0.5, -2.0, Verdict.CONFIRMED), (0.0, -2.0, Verdict.OPEN), (0.0, 2.0, Verdict.OPEN),
    ],
)  # fmt: skip
def test_verdicts_by_hand(expected: float, change: float | None, verdict: Verdict) -> None:
    assert verdict_on(expected, change) is verdict


def test_only_what_was_uncertain_is_a_prediction() -> None:
    found = hypotheses([measured("A", -7.0), measured("AB", -8.2, "A", -8.0, answers="pose_growth")])
    (one,) = found
    assert (one.term, one.expected, one.measured, one.verdict) == ("docking", -1.0, -1.2, Verdict.CONFIRMED)
    assert (one.rule, one.cause, one.partner) == ("grow_arene", "pose_growth", "A:ASP114")


def off_target(value: str, here: float, there: float, predicted_score: float | None = None) -> Record:
    """A record of a target and an off-target, of which a rise is the gain."""
    target = Evaluation("docking", Status.OK, here)
    other = Evaluation("docking_2", Status.OK, there, weight=-1.0)
    predicted = {} if predicted_score is None else {"docking_2": (predicted_score, 0.5)}
    whole = Evaluation("total", Status.OK, here - there, terms=(target, other))
    return Record(Proposal(value, None if predicted_score is None else "A", None, "why", predicted), whole, 1)


@pytest.mark.parametrize(
    ("mean", "found", "verdict"),
    [(-6.0, -6.2, Verdict.CONFIRMED), (-6.0, -7.5, Verdict.REFUTED), (-7.2, -8.0, Verdict.REFUTED)],
)
def test_of_an_off_target_a_weaker_score_is_what_was_predicted(mean: float, found: float, verdict: Verdict) -> None:
    (one,) = hypotheses([off_target("A", -9.0, -7.0), off_target("AB", -9.0, found, mean)])
    assert (one.term, one.expected, one.verdict) == ("docking_2", pytest.approx(mean + 7.0), verdict)


def test_a_failed_dock_leaves_its_prediction_open_and_teaches_nothing() -> None:
    found = hypotheses([measured("A", -7.0), *(measured(f"A{i}", None, "A", -8.0) for i in range(5))])
    assert {one.verdict for one in found} == {Verdict.OPEN}
    assert PredictionLog(found).lessons() == []
    assert PredictionLog(found).credit.of("grow_arene") == 0.5


def test_what_fails_four_times_of_four_is_said_and_believed_less() -> None:
    archive = [measured("A", -7.0)]
    archive += [measured(f"A{i}", -6.5, "A", -8.0, answers="pose_growth") for i in range(4)]
    archive += [measured(f"B{i}", -8.0, "A", -8.0, rule="swap") for i in range(3)]
    found = hypotheses(archive)
    said = [str(lesson) for lesson in PredictionLog(found).lessons()]
    assert "answering 'growth' at A:ASP114 failed for docking 4 times of 4" in said
    assert "the rule 'swap' kept its prediction for docking 3 times of 3" in said
    trust = PredictionLog(found).credit
    assert trust.of("pose_clash") == trust.of("pose_growth") == pytest.approx(1 / 6)  # Beta(1, 5): one spatial gradient
    assert trust.of("swap") == pytest.approx(4 / 5)
    bad, good = archive[1].proposal, archive[-1].proposal
    assert trust.bonus(bad) < 0 < trust.bonus(good) <= 2 * BONUS


def test_what_no_single_rule_made_is_known_by_its_source() -> None:
    archive = [measured("A", -7.0), *(measured(f"A{i}", -8.0, "A", -8.0, "", source="crossover") for i in range(3))]
    found = hypotheses(archive)
    assert {(one.rule, one.source) for one in found} == {("", "crossover")}
    assert [str(lesson) for lesson in PredictionLog(found).lessons()] == [
        "crossover kept its prediction for docking 3 times of 3"
    ]
    assert PredictionLog(found).credit.of("crossover") == pytest.approx(4 / 5)


def test_of_a_term_of_which_nothing_is_known_nothing_was_predicted() -> None:
    found = hypotheses([measured("A", -7.0), *(measured(f"A{i}", -9.0, "A", -7.0) for i in range(4))])
    assert {one.verdict for one in found} == {Verdict.OPEN}
    assert PredictionLog(found).lessons() == []
    assert PredictionLog(found).credit.of("grow_arene") == 0.5

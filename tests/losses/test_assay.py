"""What an assay makes of values, targets, windows, bounds and replicates, each against a number worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

import molgrad as mg
from molgrad.assays.value import Measured
from molgrad.errors import AssayUnitError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.assay import Assay
from molgrad.losses.replicates import Point, combined


def told(assay: Assay, *values: tuple[float, str, str]) -> Evaluation:
    measured = [Measured(value, relation, unit) for value, relation, unit in values]
    return assay.complete([assay.scale.converted(one, 300.0) for one in measured])


def test_a_concentration_is_judged_by_its_logarithm() -> None:
    found = Assay("dhfr_ic50", unit="nM").complete(35)
    assert found.score == pytest.approx(math.log10(35e-9))
    assert (found.raw, found.bound) == ({"dhfr_ic50": 35.0}, "")
    assert found.text == "dhfr_ic50 is 35 nM (lower is better)"


def test_a_target_is_missed_by_log_units() -> None:
    assay = Assay("dhfr_ic50", unit="nM", target=10)
    assert assay.complete(1000).score == pytest.approx(2.0)
    assert assay.complete(3).score == 0.0
    assert "target 10 nM" in assay.complete(3).text
    weak = Assay("herg", unit="uM", target=10, direction="maximize")
    assert (weak.complete(1).score, weak.complete(30).score) == (pytest.approx(1.0), 0.0)


def test_units_are_converted() -> None:
    assay = Assay("ic50", unit="nM", target=10)
    assert told(assay, (1.0, "=", "uM")).raw["ic50"] == pytest.approx(1000.0)
    assert told(assay, (0.3, "=", "ug/mL")).raw["ic50"] == pytest.approx(1000.0)  # of 300 g/mol: 1 uM
    assert told(assay, (-7.0, "=", "log M")).raw["ic50"] == pytest.approx(100.0)
    assert told(Assay("pIC50"), (35.0, "=", "nM")).raw["pIC50"] == pytest.approx(7.456, abs=1e-3)
    with pytest.raises(AssayUnitError):
        told(assay, (63.0, "=", "%"))
    with pytest.raises(AssayUnitError, match="more than zero"):
        told(assay, (0.0, "=", ""))
    with pytest.raises(AssayUnitError, match="give it one"):
        told(Assay("activity"), (35.0, "=", "nM"))


def test_a_p_value_is_maximized_without_a_word() -> None:
    assay = Assay("DHFR pIC50")
    assert (assay.direction, assay.complete(7.5).score) == ("maximize", -7.5)
    assert Assay("off-target pIC50", direction="minimize", target=5).complete(6.5).score == pytest.approx(1.5)
    assert Assay("ADRB2 Ki", unit="nM").direction == "minimize"
    assert Assay("inhibition", unit="%").direction == "maximize"
    assert Assay("solubility", unit="uM", target=50).complete(5).score == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("more", "scores"),
    [
        ({}, [1.0, 0.37, 0.0]),
        ({"direction": "minimize"}, [0.0, 0.63, 1.0]),
        ({"target": 80}, [0.8, 0.17, 0.0]),
        ({"window": (20, 50)}, [0.2, 0.13, 0.5]),
    ],
)
def test_a_percentage_is_a_penalty_from_0_to_1(more: dict[str, Any], scores: list[float]) -> None:
    assay = Assay("inhibition", unit="%", **more)
    found = [assay.complete(Measured(at, unit="%", error=5.0, error_kind="sd")) for at in (0, 63, 100)]
    assert [one.score for one in found] == pytest.approx(scores)
    assert [one.raw["inhibition"] for one in found] == [0, 63, 100]
    assert [one.sd for one in found] == pytest.approx([0.05] * 3)
    if "window" not in more:
        assert assay.value_of(scores[1]) == pytest.approx(63.0)
    assert Assay("inhibition", unit="%").complete(Measured(40, relation=">")).bound == "below"


def test_a_window_is_good_inside_and_worse_with_distance() -> None:
    linear = Assay("logD", window=(1, 3))
    assert [linear.complete(at).score for at in (0, 1, 2, 3.5)] == [1.0, 0.0, 0.0, 0.5]
    log = Assay("half_life", unit="uM", window=(1, 10))
    assert [round(log.complete(at).score or 0.0, 6) for at in (0.1, 1, 5, 100)] == [1.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("assay", "value", "relation", "score", "bound"),
    [
        (Assay("ic50", unit="nM"), 1000, ">", -6.0, "above"),
        (Assay("ic50", unit="nM"), 1, "<", -9.0, "below"),
        (Assay("pIC50"), 4, "<", -4.0, "above"),
        (Assay("ic50", unit="nM", target=10), 1000, ">", 2.0, "above"),
        (Assay("ic50", unit="nM", target=10), 100, "<", 1.0, "below"),
        (Assay("ic50", unit="nM", target=10), 1, "<", 0.0, ""),  # good enough, however good
        (Assay("ic50", unit="nM", target=10), 1, ">", 0.0, "above"),
        (Assay("herg", unit="uM", target=10, direction="maximize"), 30, ">", 0.0, ""),
        (Assay("logD", window=(1, 3)), 4, ">", 1.0, "above"),
        (Assay("logD", window=(1, 3)), 0, ">", 0.0, "above"),  # may be anywhere: the least that is certain
        (Assay("logD", window=(1, 3)), 0, "<", 1.0, "above"),
    ],
)
def test_a_bound_of_the_value_is_a_bound_of_the_score(
    assay: Assay, value: float, relation: str, score: float, bound: str
) -> None:
    found = told(assay, (value, relation, ""))
    assert (found.score, found.bound) == (pytest.approx(score), bound)
    assert found.details["relation"] == relation


def test_a_bound_in_a_composite_follows_the_weight() -> None:
    loss = mg.QED() + 2 * Assay("ic50", unit="nM")
    done = loss.with_result(loss.evaluate(["CCO"])[0], Measured(10.0, ">", "uM"))
    assert (done.bound, done.terms[1].bound) == ("above", "above")
    turned = mg.QED() - Assay("ic50", unit="nM")
    assert turned.with_result(turned.evaluate(["CCO"])[0], Measured(10.0, ">", "uM")).bound == "below"
    again = Evaluation.from_json(done.to_json())
    assert again.bound == "above"


def test_replicates_are_the_geometric_mean_with_spread() -> None:
    found = told(Assay("ic50", unit="nM"), (10, "=", "nM"), (100, "=", "nM"), (1, "=", "uM"))
    assert found.raw["ic50"] == pytest.approx(100.0)
    assert found.details == {"relation": "=", "n": 3, "sd": pytest.approx(1.0)}
    assert found.sd == pytest.approx(1 / math.sqrt(3))
    assert "n = 3, sd 1 log10 units" in found.text


def test_an_error_of_a_concentration_is_one_of_its_logarithm() -> None:
    assay = Assay("ic50", unit="nM")
    found = assay.complete([Measured(100.0, unit="nM", error=20.0, error_kind="sd", n=4)])
    assert found.details["sd"] == pytest.approx(math.sqrt(math.log(1.04)) / math.log(10))
    assert found.sd == pytest.approx(found.details["sd"] / 2)
    assert assay.complete([Measured(100.0, unit="nM", error=10.0, error_kind="factor")]).sd == pytest.approx(1.0)
    assert Assay("pIC50").complete([Measured(7.0, error=0.2, error_kind="sem", n=4)]).details["sd"] == 0.4


def test_bounds_and_values_of_one_molecule_are_put_together() -> None:
    above, below = Point(5.0, "above"), Point(8.0, "below")
    assert (combined([above, Point(6.0, "above")]).at, combined([above, Point(6.0, "above")]).side) == (6.0, "above")
    assert combined([below, Point(7.0, "below")]).at == 7.0
    assert combined([Point(6.0), above]).at == 6.0, "a bound that holds adds nothing"
    against = combined([Point(6.0), Point(7.0, "above")])
    assert (against.at, against.side, against.n) == (6.5, "", 2)
    assert "exclude" in against.said
    between = combined([above, below])
    assert (between.at, between.spread, between.about) == (6.5, pytest.approx(3 / math.sqrt(12)), True)
    assert combined([Point(6.0, n=3), Point(7.0)]).at == 6.25, "weighted by n"


def test_what_an_assay_is_made_of_can_be_written_down() -> None:
    assay = Assay("sol", unit="uM", target=50, direction="maximize")
    again = Assay(**{key: value for key, value in assay.spec().items() if key != "loss"})
    assert again.spec() == assay.spec()
    windowed = Assay("logD", window=(1, 3))
    assert Assay(**{k: v for k, v in windowed.spec().items() if k != "loss"}).spec() == windowed.spec()
    assert Assay("a").spec() == {"loss": "assay", "name": "a", "direction": "minimize", "unit": ""}


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": 1, "window": (1, 2)},
        {"window": (3, 1)},
        {"unit": "nM", "target": 0},
        {"target": math.inf},
        {"scale": "square"},
    ],
)
def test_what_makes_no_assay(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"ic50|scale"):
        Assay("ic50", **wrong)  # type: ignore[arg-type]


def test_a_failure_that_is_told_stays_one() -> None:
    found = Assay("ic50", unit="nM").complete(Evaluation("x", Status.FAILED, reason="insoluble"))
    assert (found.status, found.score) == (Status.FAILED, None)


def test_a_score_stands_for_a_value() -> None:
    for assay in (Assay("ic50", unit="nM"), Assay("pIC50"), Assay("herg", unit="uM", target=10, direction="maximize")):
        score = assay.complete(5.0).score
        assert score is not None
        assert assay.value_of(score) == pytest.approx(5.0)
    assert Assay("ic50", unit="nM", target=10).value_of(1.0) == pytest.approx(100.0)
    assert Assay("ic50", unit="nM", target=10).value_of(0.0) == pytest.approx(10.0)
    assert Assay("logD", window=(1, 3)).value_of(0.5) is None


def test_a_laboratorys_note_is_evidence() -> None:
    found = Assay("ic50", unit="nM").complete([Measured(35.0, note="shallow curve"), Measured(40.0, note="x" * 500)])
    assert found.details["notes"][0] == "shallow curve"
    assert "noted: shallow curve" in found.feedback
    assert len(found.feedback) < 500


def test_a_p_value_may_be_converted_twice() -> None:
    scale = mg.Assay("pIC50").scale
    once = scale.converted(Measured(7.2, unit="p", kind="pIC50"), None)
    assert once.value == 7.2
    assert scale.converted(once, None) == once
    nanomolar = scale.converted(Measured(100, unit="nM", kind="IC50"), None)
    assert nanomolar.kind == "pIC50"
    assert scale.converted(nanomolar, None).value == pytest.approx(7.0)

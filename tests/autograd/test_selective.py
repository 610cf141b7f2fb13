"""Selectivity: an off-target costs what it is bound beyond a floor, and never helps by failing."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.autograd.selective import OffTarget
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.docking import Docking
from tests.loss_fakes import Counted, FakeDocker


def judged(target: float, off: float, floor: float = -8.1) -> Evaluation:
    loss = mg.Selective(Counted("jak2", lambda s: target), against=[Counted("lck", lambda s: off)], floor=floor)
    return loss.evaluate(["CCO"])[0]


@pytest.mark.parametrize(
    ("target", "off", "total"),
    # DOCKSTRING's JAK2 task by hand: s(JAK2) - min(s(LCK) + 8.1, 0)
    [(-10.0, -6.0, -10.0), (-10.0, -8.1, -10.0), (-10.0, -9.6, -8.5), (-9.0, -11.1, -6.0)],
)
def test_dockstrings_formula_by_hand(target: float, off: float, total: float) -> None:
    assert judged(target, off).score == pytest.approx(total)


def test_what_is_not_bound_makes_no_contribution() -> None:
    terms = {term.loss: term for term in judged(-10.0, -6.0).all_terms()}
    assert not terms["off_target.lck"].active
    assert "not bound beyond -8.1" in judged(-10.0, -6.0).terms[1].text
    assert {term.loss: term.active for term in judged(-10.0, -9.0).all_terms()}["off_target.lck"]


def test_a_failed_anti_target_never_helps() -> None:
    def fails(smiles: str) -> float:
        raise RuntimeError("no pose")

    loss = mg.Selective(Counted("a", lambda s: -12.0), against=[Counted("b", fails)])
    found = loss.evaluate(["CCO"])[0]
    assert found.status is Status.FAILED
    assert found.score is None
    assert "no pose" in found.reason


def test_docks_are_counted_and_predicted_on_the_side_that_is_better() -> None:
    docker = FakeDocker(lambda smiles: -9.0)
    loss = mg.Selective(Docking("DRD2", docker=docker), against=[Docking("F2", docker=docker)])
    assert loss.cost == 2
    sides: dict[str, float] = {}

    def predict(term: Evaluation, sign: float) -> float:
        sides[term.loss] = sign
        return -9.0

    guess = loss.filled(loss.pending(), predict)
    assert sides == {"docking": 1.0, "off_target.docking": -1.0}  # weak binding to the off-target is the better side
    assert guess.score == pytest.approx(-9.0 + 0.9)


def test_specs_tell_the_floor() -> None:
    assert OffTarget(Counted("b"), -7.0).spec() != OffTarget(Counted("b"), -8.0).spec()


def test_there_must_be_something_to_be_selective_against() -> None:
    with pytest.raises(ValueError, match="at least one off-target"):
        mg.Selective(Counted("a"), against=[])


def test_one_off_target_needs_no_list() -> None:
    one = mg.Selective(Counted("a"), against=Counted("b"))
    assert one.spec() == mg.Selective(Counted("a"), against=[Counted("b")]).spec()

"""Assays of a loss: predicted in their own unit, missing ones too, with docking by what it is worth."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import molgrad as mg
from molgrad.assays.value import Measured
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import DOCKING, Evaluation, Status
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.archive import Archive
from molgrad.optim.assay_view import AssayView
from molgrad.optim.choice import choose
from molgrad.optim.models import Models
from molgrad.optim.record import Record

GROUPS = ("C", "F", "Cl", "OC", "C#N", "CC", "N", "O", "CCC", "OCC", "C(C)C", "Br")
VALUES = [mg.Molecule(f"O=C(c1ccccc1)Nc1ccc({group})cc1").value for group in GROUPS]
POTENCY = mg.Assay("dhfr", unit="nM", target=10)


class Docked(Loss):
    """Stands for docking: its scores are given."""

    name, kind, expensive = "docking", DOCKING, True

    def exact(self, values, *, quick=False):
        return [self.pending() for _ in values]

    def _evaluate(self, value, context):
        return self.pending()


def record(loss: Loss, value: str, told: dict[str, object], docked: float | None = None) -> Record:
    evaluation = loss.pending()
    for term, result in told.items():
        evaluation = loss.with_result(evaluation, result, term)
    return Record(Proposal(value), evaluation if docked is None else with_docking(evaluation, docked))


def with_docking(evaluation: Evaluation, score: float) -> Evaluation:
    terms = tuple(
        replace(term, status=Status.OK, score=score, reason="") if term.loss == "docking" else term
        for term in evaluation.terms
    )
    return replace(evaluation, terms=terms)


def test_expectations_are_in_the_unit_of_the_assay() -> None:
    told = [30.0, 40.0, 35.0, 28.0, 45.0, 33.0, 36.0, 31.0]
    archive = Archive(record(POTENCY, v, {"dhfr": x}) for v, x in zip(VALUES, told, strict=False))
    models = Models(POTENCY, MOLECULES)
    (expected,) = models.expected(VALUES[8:9], archive)
    value, low, high = expected["dhfr"]
    assert 20.0 < value < 60.0
    assert 0.0 < low < value < high
    assert value / low == pytest.approx(high / value)  # a factor, since the assay is judged in log10 units
    mean, sd = models.predict(VALUES[8:9], archive)["dhfr"][0]  # log10 units above the target
    assert mean == pytest.approx(math.log10(value / 10.0), abs=0.25)
    assert sd > 0.0


def test_the_target_is_as_good_as_it_gets() -> None:
    archive = Archive(record(POTENCY, v, {"dhfr": 0.01}) for v in VALUES[:6])
    mean, sd = Models(POTENCY, MOLECULES).predict(VALUES[8:9], archive)["dhfr"][0]
    assert 0.0 <= mean < 0.2
    assert sd < 0.5


def test_a_corrected_result_changes_the_prediction() -> None:
    models = Models(POTENCY, MOLECULES)
    first, corrected = (
        models.expected(VALUES[6:7], Archive(record(POTENCY, v, {"dhfr": x}) for v in VALUES[:6]))[0]["dhfr"][0]
        for x in (1000.0, 20.0)
    )
    assert first == pytest.approx(1000.0, rel=0.01)
    assert corrected == pytest.approx(20.0, rel=0.01)


def test_a_bound_says_more_than_its_number() -> None:
    def expected(relation: str) -> float:
        told = [Measured(10.0, relation, "uM"), *(Measured(x, "=", "uM") for x in (1.0, 3.0, 8.0))]
        archive = Archive(record(POTENCY, v, {"dhfr": x}) for v, x in zip(VALUES, told, strict=False))
        return Models(POTENCY, MOLECULES).expected(VALUES[:1], archive)[0]["dhfr"][0]

    assert expected(">") > 1.3 * expected("=")


def test_the_assay_that_is_missing_is_predicted() -> None:
    loss = POTENCY + mg.Assay("solubility", unit="uM")
    archive = Archive(
        record(loss, v, {"dhfr": 20.0} | ({"solubility": 100.0} if k < 5 else {})) for k, v in enumerate(VALUES[:8])
    )
    (expected,) = Models(loss, MOLECULES).expected(VALUES[7:8], archive)
    assert expected["solubility"][0] == pytest.approx(100.0, rel=0.01)


@pytest.mark.parametrize(("sign", "words"), [(1.0, "docking ranks as"), (-1.0, "the other way")])
def test_it_is_told_what_docking_counts(sign: float, words: str) -> None:
    loss = POTENCY + 0.3 * Docked()
    scores = np.random.default_rng(2).normal(-8.0, 1.0, len(VALUES))
    archive = Archive(
        record(loss, value, {"dhfr": 10.0 ** (2.5 + sign * (score + 8.0))}, score)
        for value, score in zip(VALUES, scores.tolist(), strict=True)
    )
    models = Models(loss, MOLECULES)
    new = mg.Molecule("O=C(c1ccccc1)Nc1ccc(S)cc1").value
    good, bad = (
        models.expected([new], archive, {new: with_docking(loss.pending(), score)})[0]["dhfr"][0]
        for score in (-9.5, -6.5)
    )
    assert (bad - good) * sign > 0.0
    assert words in " ".join(models.notes)


def test_docking_of_the_whole_list_decides_while_results_say_nothing() -> None:
    loss = POTENCY + 0.3 * Docked()
    scores = {value: -6.0 - 0.2 * k for k, value in enumerate(VALUES)}
    evaluated = {value: with_docking(loss.pending(), score) for value, score in scores.items()}
    archive = Archive([record(loss, value, {"dhfr": 100.0}, scores[value]) for value in VALUES[2:6]])
    best = choose(VALUES, archive, 3, loss=loss, domain=MOLECULES, evaluated=evaluated)
    assert best[0].value in VALUES[-2:]


def test_a_docked_lead_makes_no_first_plate() -> None:
    loss = POTENCY + 0.3 * Docked()
    others = [mg.Molecule(smiles).value for smiles in ("CC(C)Cc1ccccc1", "CC(C)Cc1ccccc1F", "CC(C)Cc1ccc(C)cc1")]
    docked = Archive([record(loss, VALUES[0], {}, -9.0)])
    plate = choose([*VALUES[1:], *others], docked, 2, loss=loss, domain=MOLECULES)
    assert any(one.value in others for one in plate)


def test_a_molecule_is_judged_by_the_assay_that_is_back_and_the_other_is_predicted() -> None:
    loss = POTENCY + mg.Assay("solubility", unit="uM", target=50)
    both = {"solubility": 100.0}
    records = [record(loss, value, {"dhfr": 3000.0} | both) for value in VALUES[:5]]
    records += [record(loss, VALUES[5], {"dhfr": 12.0}), record(loss, VALUES[6], both), record(loss, VALUES[7], {})]
    archive, models = Archive(records), Models(loss, MOLECULES)
    estimates = models.estimates(archive)
    assert set(estimates) == {VALUES[5], VALUES[6]}
    parents = archive.parents(1, models.similarities, estimates=estimates)
    assert [parent.value for parent in parents] == [VALUES[5]]
    assert [parent.value for parent in archive.parents(1, models.similarities)] != [VALUES[5]]


def test_a_percentage_is_modelled_in_percent_and_counts_as_a_fraction() -> None:
    assay = mg.Assay("inhibition", unit="%")
    view, told = AssayView(assay), assay.complete([Measured(60, unit="%"), Measured(66, unit="%")])
    result = view.result(told)
    assert result is not None
    assert result.at == pytest.approx(63.0)
    assert result.sd == pytest.approx((told.sd or 0.0) * 100.0)
    assert view.score(63.0, 5.0) == pytest.approx((0.37, 0.05))


@pytest.mark.parametrize(("count", "least", "most"), [(2, 30.0, 33.0), (50, 3.0, 4.0)])
def test_few_results_that_agree_are_not_trusted_far(count: int, least: float, most: float) -> None:
    view = AssayView(mg.Assay("inhibition", unit="%"))
    assert least < view.spread(np.full(count, 63.0)) < most

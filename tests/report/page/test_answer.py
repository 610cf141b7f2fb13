"""The answer of a report says where a gain comes from."""

from __future__ import annotations

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import DOCKING, Evaluation, Status
from molgrad.optim.record import Record
from molgrad.report.page.answer import _made_of
from molgrad.report.proposers import proposer


def record(value: str, affinity: float, qed: float) -> Record:
    terms = (
        Evaluation("docking", Status.OK, affinity, kind=DOCKING, sd=0.4),
        Evaluation("qed", Status.OK, qed, weight=10.0),
    )
    return Record(Proposal(value), Evaluation("total", Status.OK, affinity + 10 * qed, terms=terms), 0, value)


def test_a_gain_from_qed_is_not_told_as_one_of_docking() -> None:
    said = _made_of(record("CC", -7.2, 0.1), record("C", -7.0, 0.3))
    assert said == ". By term, more is better: qed +2.00, docking +0.20; what docking gained may be noise"


def test_a_gain_of_docking_beyond_its_deviation_is_no_noise() -> None:
    assert _made_of(record("CC", -9.0, 0.3), record("C", -7.0, 0.3)).endswith("docking +2.00")


def test_an_assay_that_shows_no_gain_is_said() -> None:
    def told(value: str, affinity: float, score: float) -> Record:
        terms = (
            Evaluation("docking", Status.OK, affinity, kind=DOCKING, sd=0.1),
            Evaluation("ic50", Status.OK, score, kind="assay", sd=0.03),
        )
        return Record(Proposal(value), Evaluation("total", Status.OK, affinity + score, terms=terms), 0, value)

    said = _made_of(told("CC", -7.9, 0.70), told("C", -7.0, 0.68))
    assert said == ". By term, more is better: docking +0.90; by ic50 it is no better than the lead"


def test_proposers_are_said_in_words_and_models_by_their_names() -> None:
    assert proposer("exploration") == "the built-in chemist's scan of single changes"
    assert proposer("gpt-5-mini") == "gpt-5-mini"

"""Alerts, synthesizability and similarity on cases that a chemist can check by eye."""

from __future__ import annotations

import json

import pytest

from molgrad.chem.alerts import Alert, alert_places
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import Evaluation
from molgrad.losses.alerts import Alerts
from molgrad.losses.similarity import Similarity
from molgrad.losses.synthesis import Synthesizability

TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
NITROBENZENE = "O=[N+]([O-])c1ccccc1"
TAXOL_CORE = "CC1=C2C(C(=O)C3(C(CC4C(C3C(C(C2(C)C)(CC1O)O)O)(CO4)O)O)C)O"


def test_no_alert_costs_nothing() -> None:
    result = Alerts().evaluate([TRIMETHOPRIM])[0]
    assert (result.score, result.raw, result.facts) == (0.0, {"alerts": 0.0}, ())


def test_one_group_seen_by_several_catalogues_counts_once() -> None:
    result = Alerts().evaluate([NITROBENZENE])[0]
    assert (result.score, result.raw["alerts"]) == (0.5, 1.0)
    assert {0, 1, 2} <= set(result.facts[0].atoms)


def test_each_further_alert_halves_what_is_left() -> None:
    azo = Alerts().evaluate(["O=[N+]([O-])c1ccc(N=Nc2ccccc2)cc1"])[0]
    n = int(azo.raw["alerts"])
    assert n >= 2
    assert azo.score == 1 - 0.5**n
    assert sum(f.weight for f in azo.facts) == pytest.approx(1.0)


def test_it_counts_as_the_chemist_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hits of one rule that overlap are one place for both."""
    hits = (Alert("chain", "BRENK", (0, 1, 2), "long"), Alert("chain", "BRENK", (1, 2, 3), "long"))
    monkeypatch.setattr("molgrad.losses.alerts.find_alerts", lambda _: hits)
    monkeypatch.setattr("molgrad.chem.alerts.find_alerts", lambda _: hits)
    assert Alerts().evaluate(["CCCC"])[0].raw["alerts"] == alert_places("CCCC") == 1


def test_the_scale_of_the_sa_score() -> None:
    easy, hard = Synthesizability().evaluate([TRIMETHOPRIM, TAXOL_CORE])
    for result in (easy, hard):
        assert result.score == pytest.approx((result.raw["sa"] - 1) / 9)
    assert easy.number() < 0.2 < 0.4 < hard.number()


def test_what_is_hard_is_named_and_located() -> None:
    result = Synthesizability().evaluate([TAXOL_CORE])[0]
    parts = {fact.partner: fact for fact in result.facts}
    assert parts["stereocentres"].atoms
    assert [f.weight for f in result.facts] == sorted((f.weight for f in result.facts), reverse=True)
    assert result.facts[0].text in result.text


def similarity(loss: Similarity, smiles: str) -> Evaluation:
    return loss.evaluate([smiles])[0]


def test_similarity_by_hand() -> None:
    assert similarity(Similarity(TRIMETHOPRIM), TRIMETHOPRIM).score == 0
    far = similarity(Similarity(TRIMETHOPRIM), "C")
    assert (far.score, far.raw["similarity"]) == (1.0, 0.0)
    near = similarity(Similarity("CCO"), "CCN")
    assert near.score == pytest.approx(1 - near.raw["similarity"])
    half = similarity(Similarity("CCO", at_least=2 * near.raw["similarity"]), "CCN")
    assert half.score == pytest.approx(0.5)
    assert similarity(Similarity("CCO", at_least=near.raw["similarity"]), "CCN").facts == ()


def test_the_atoms_that_the_reference_lacks() -> None:
    fact = similarity(Similarity("CCCCO"), "CCCCN").facts[0]
    assert fact.atoms == (3, 4)  # the nitrogen, and the carbon that now has it as a neighbour


def test_a_reference_that_is_no_molecule_is_refused_at_once() -> None:
    with pytest.raises(InvalidMoleculeError):
        Similarity("C1CC")
    with pytest.raises(ValueError, match="at_least"):
        Similarity("C", at_least=0)


def test_a_similarity_has_one_identity_however_its_number_is_written() -> None:
    assert json.dumps(Similarity("CCO", 1).spec()) == json.dumps(Similarity("CCO").spec())

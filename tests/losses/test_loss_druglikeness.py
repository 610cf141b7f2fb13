"""QED and the windows against published numbers and cases worked by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import QED as RDKIT_QED

from molgrad.autograd.loss import Loss
from molgrad.chem.descriptors import qed_properties
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.druglikeness import QED, TPSA, LogP, RotatableBonds, Weight

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
CAFFEINE = "Cn1c(=O)c2c(ncn2C)n(C)c1=O"
TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
HEXADECANE = "C" * 16


def one(loss: Loss, smiles: str) -> Evaluation:
    return loss.evaluate([smiles])[0]


@pytest.mark.parametrize("smiles", [ASPIRIN, CAFFEINE, TRIMETHOPRIM, HEXADECANE])
def test_qed_is_one_minus_rdkits(smiles: str) -> None:
    expected = RDKIT_QED.qed(Chem.MolFromSmiles(smiles))
    result = one(QED(), smiles)
    assert result.score == pytest.approx(1 - expected)
    assert result.raw["qed"] == pytest.approx(expected)


def test_qed_of_aspirin_as_published() -> None:  # DrugBank and ChEMBL both list 0.55
    assert one(QED(), ASPIRIN).raw["qed"] == pytest.approx(0.55, abs=0.005)


def test_what_costs_most_in_hexadecane_is_its_chain() -> None:
    result = one(QED(), HEXADECANE)
    costs = {fact.partner: fact.weight for fact in result.facts}
    assert sum(costs.values()) == pytest.approx(1.0, abs=0.01)
    assert [f.weight for f in result.facts] == sorted(costs.values(), reverse=True)
    rotatable_bonds = next(f for f in result.facts if f.partner == "ROTB")
    # 13 C-C bonds between the two ends can turn: every carbon but the two methyl groups lies on one
    assert (rotatable_bonds.value, rotatable_bonds.atoms) == (13.0, tuple(range(1, 15)))
    assert "above the ideal 3" in rotatable_bonds.text
    assert result.facts[0].text in result.text


def test_shares_by_hand() -> None:
    """Trimethoprim has no alert: RDKit's desirability is 0.84 there and nobody can raise it, so it costs nothing."""
    result = one(QED(), TRIMETHOPRIM)
    costs = {fact.partner: fact.weight for fact in result.facts}
    assert "ALERTS" not in costs
    assert "AROM" not in costs
    terms = qed_properties(TRIMETHOPRIM)
    donors = terms["HBD"][2] * math.log(0.98659 / terms["HBD"][1])  # 0.98659: desirability of one donor
    rotatable_bonds = terms["ROTB"][2] * math.log(0.99269 / terms["ROTB"][1])  # 0.99269: of three rotatable bonds
    assert costs["HBD"] / costs["ROTB"] == pytest.approx(donors / rotatable_bonds, rel=1e-3)
    assert next(f for f in result.facts if f.partner == "HBD").atoms == (10, 13)  # the two NH2


def test_an_alert_of_qed_is_located() -> None:
    result = one(QED(), "O=[N+]([O-])c1ccc(CCN2CCOCC2)cc1")
    fact = next(f for f in result.facts if f.partner == "ALERTS")
    assert {0, 1, 2} <= set(fact.atoms)


@pytest.mark.parametrize(
    ("loss", "raw", "published", "tolerance"),
    [
        (Weight(), "weight", 180.16, 0.01),  # PubChem, CID 2244
        (TPSA(), "tpsa", 63.6, 0.1),  # PubChem, CID 2244
        (LogP(), "logp", 1.31, 0.01),  # RDKit's Crippen value as listed by ChEMBL
    ],
)
def test_raw_values_of_aspirin(loss: Loss, raw: str, published: float, tolerance: float) -> None:
    assert one(loss, ASPIRIN).raw[raw] == pytest.approx(published, abs=tolerance)


def test_a_window_by_hand() -> None:
    weight = one(Weight(), ASPIRIN).raw["weight"]
    assert one(Weight(150, 500), ASPIRIN).score == 0
    assert one(Weight(None, weight - 50), ASPIRIN).score == pytest.approx(50 / 200)
    assert one(Weight(weight + 20, None), ASPIRIN).score == pytest.approx(20 / 200)
    assert one(Weight(None, 10.0), HEXADECANE).score == 1.0  # bounded
    assert one(LogP(1, 4), HEXADECANE).score == pytest.approx(min(1, (one(LogP(), HEXADECANE).raw["logp"] - 4) / 3))


def test_outside_a_window_the_atoms_that_contribute_are_named() -> None:
    high = one(LogP(1, 4), "CCCCCCCCCCc1ccc(C(F)(F)F)cc1O").facts[0]
    assert (high.kind, high.weight) == ("logp_high", 1.0)
    assert len(high.atoms) == 3
    low = one(LogP(1, 4), "OCC(O)C(O)C(O)CO").facts[0]
    assert low.kind == "logp_low"
    assert low.atoms
    polar = one(TPSA(20, 60), ASPIRIN).facts[0]
    symbols = {Chem.MolFromSmiles(ASPIRIN).GetAtomWithIdx(i).GetSymbol() for i in polar.atoms}
    assert (polar.kind, symbols) == ("tpsa_high", {"O"})
    assert one(RotatableBonds(0, 2), HEXADECANE).facts[0].atoms == tuple(range(1, 15))
    assert one(LogP(1, 4), ASPIRIN).facts == ()


def test_a_windows_bounds_travel_with_the_evaluation() -> None:
    for smiles in (ASPIRIN, HEXADECANE):
        assert one(LogP(1, 4), smiles).details == {"low": 1, "high": 4}


def test_a_window_has_one_identity_however_its_bounds_are_written() -> None:
    written = {json.dumps(loss.spec()) for loss in (LogP(), LogP(1, 4), LogP(1.0, 4.0), LogP(True, np.float32(4)))}
    assert written == {'{"loss": "logp", "low": 1.0, "high": 4.0}'}
    assert LogP(None, 2).spec() == {"loss": "logp", "low": None, "high": 2.0}


def test_amide_bonds_are_not_rotatable() -> None:
    fact = one(RotatableBonds(0, 0), "CCNC(=O)CC").facts[0]
    assert fact.atoms == (1, 2, 3, 5)  # the bonds on either side of the amide; 2-3 is the amide itself
    assert fact.value == 2.0
    assert one(RotatableBonds(0, 1), "CC(=O)Nc1ccccc1").facts == ()


def test_a_window_that_cannot_be_met_is_refused() -> None:
    with pytest.raises(ValueError, match="lies above"):
        LogP(4, 1)
    with pytest.raises(ValueError, match="low or a high"):
        LogP(None, None)


def test_a_bad_smiles_is_invalid_with_the_parsers_reason() -> None:
    result = one(QED(), "C1CC")
    assert result.status is Status.INVALID
    assert "ring" in result.reason

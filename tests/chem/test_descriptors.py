"""Descriptors against published values and against their own parts."""

import math
import sys

import pytest
from rdkit.Chem import QED

from molgrad.chem.accessibility import sa_parts, sa_score
from molgrad.chem.descriptors import QED_NAMES, atom_logp, atom_tpsa, describe, qed_properties
from molgrad.chem.parse import parse
from tests.chem.drugs import DRUGS

ASPIRIN = DRUGS["aspirin"]
NAMES = ("aspirin", "imatinib", "risperidone", "morphine", "celecoxib", "vildagliptin")
SAMPLE = [DRUGS[name] for name in NAMES]


def test_aspirin_has_its_published_values():
    aspirin = describe(ASPIRIN)
    assert aspirin["qed"] == pytest.approx(0.55, abs=0.01)  # Bickerton 2012
    assert aspirin["sa"] == pytest.approx(1.58, abs=0.05)  # Ertl's scorer
    assert aspirin["weight"] == pytest.approx(180.16, abs=0.01)
    assert aspirin["tpsa"] == pytest.approx(63.6, abs=0.1)
    assert aspirin["logp"] == pytest.approx(1.31, abs=0.01)
    assert (aspirin["rings"], aspirin["hbd"], aspirin["heavy_atoms"], aspirin["charge"]) == (1, 1, 13, 0)


def test_keys_are_those_documented():
    assert set(describe("CCO")) == {
        "qed", "sa", "logp", "tpsa", "weight", "rotatable_bonds", "hbd", "hba", "heavy_atoms", "rings",
        "aromatic_rings", "fsp3", "charge", "stereocentres",
    }  # fmt: skip


def test_a_description_cannot_be_changed():
    with pytest.raises(TypeError):
        describe("CCO")["qed"] = 1.0


@pytest.mark.parametrize("smiles", SAMPLE)
def test_qed_is_the_weighted_mean_of_its_terms(smiles):
    terms = qed_properties(smiles)
    assert tuple(terms) == QED_NAMES
    mean = math.exp(sum(w * math.log(d) for _, d, w in terms.values()) / sum(w for _, _, w in terms.values()))
    assert mean == pytest.approx(describe(smiles)["qed"])
    assert mean == pytest.approx(QED.qed(parse(smiles)))


@pytest.mark.parametrize("smiles", SAMPLE)
def test_atom_shares_sum_to_the_molecule(smiles):
    assert sum(atom_logp(smiles)) == pytest.approx(describe(smiles)["logp"])
    assert sum(atom_tpsa(smiles)) == pytest.approx(describe(smiles)["tpsa"])
    assert len(atom_logp(smiles)) == len(atom_tpsa(smiles)) == describe(smiles)["heavy_atoms"]


def test_logp_shares_say_which_atom_is_greasy():
    shares = atom_logp("CCCCO")  # canonical order is the same
    assert min(shares) == shares[-1]


def test_hard_molecules_are_harder_and_say_why():
    assert sa_score(DRUGS["morphine"]) > sa_score(DRUGS["celecoxib"]) > sa_score("c1ccccc1")
    parts = {name: (penalty, atoms) for name, penalty, atoms in sa_parts(DRUGS["morphine"])}
    assert len(parts["stereocentres"][1]) == 5
    assert parts["bridgeheads"][0] > 0
    assert sa_parts("c1ccccc1") == () or all(p > 0 for _, p, _ in sa_parts("c1ccccc1"))


def test_the_sa_scorer_leaves_sys_path_alone():
    before = list(sys.path)
    sa_score("CCCO")
    assert sys.path == before

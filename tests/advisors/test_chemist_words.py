"""What the chemist's words call things, what comes first in them, and what is said once only."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.advisors.chemist.words import critique_text, named
from molgrad.autograd.gradient import Edit
from molgrad.chem.parse import canonical, read
from molgrad.evaluation import Evaluation, Status

ESTER = "CCOC(=O)c1ccc(Cc2ccccc2)cc1"


def label(smiles: str, smarts: str) -> str:
    """What the first atom of the pattern is called, without its number."""
    from rdkit import Chem

    whole = canonical(smiles)
    hit = read(whole).mol.GetSubstructMatch(Chem.MolFromSmarts(smarts))
    return named(whole, hit[:1]).split(" (")[0]


@pytest.mark.parametrize(
    ("smiles", "smarts", "group"),
    [
        ("c1ccccc1Cc1ccncc1", "[CH2]", "benzylic CH2"),
        ("c1ccccc1Cc1ccncc1", "c([CH2])1ccccc1", "benzene ring"),
        ("c1ccccc1Cc1ccncc1", "c([CH2])1ccncc1", "pyridine"),
        ("FC(F)(F)Oc1ccccc1", "[OX2]", "trifluoromethoxy"),
        ("FC(F)(F)Oc1ccccc1", "F", "trifluoromethoxy"),
        ("FC(F)(F)Oc1ccccc1", "c(O)", "benzene ring"),
        ("FC(F)(F)c1ccccc1", "F", "trifluoromethyl"),
        ("COc1ccccc1", "[CH3]", "methoxy"),
        ("COc1ccccc1", "cO", "benzene ring"),
        ("Oc1ccccc1", "cO", "benzene ring"),
        ("Cc1ccccc1", "c[CH3]", "benzene ring"),
        ("Clc1ccccc1", "cCl", "benzene ring"),
        ("CN(C)c1ccccc1", "N", "aryl amine"),
        ("CS(=O)(=O)Nc1ccccc1", "N", "sulfonamide"),
        ("CC(=O)c1ccccc1", "c(C)", "benzene ring"),
        ("C1Cc2ccccc2C1", "[CH2]c", "C6"),  # a ring's CH2 is no benzylic chain
    ],
)
def test_an_atom_bears_the_name_of_its_own_group(smiles: str, smarts: str, group: str) -> None:
    assert label(smiles, smarts) == group


def test_what_a_text_loss_asked_comes_first_and_reaches_the_gradient() -> None:
    mg.set_backward_engine("chemist")
    molecule = mg.Molecule(ESTER)
    (mg.QED() + mg.TextLoss("is it soluble?"))(molecule).backward()
    text = molecule.get_gradient_text()
    assert "\nPolarity: logP" in text
    assert text.index("Polarity:") < text.index("Size:")


def test_words_alone_are_not_said_to_be_nothing() -> None:
    mg.set_backward_engine("chemist")
    molecule = mg.Molecule(ESTER)
    mg.TextLoss("is it soluble?")(molecule).backward()
    assert "Nothing was measured" not in molecule.get_gradient_text()
    assert "Polarity:" in molecule.get_gradient_text()


def test_the_same_idea_is_said_once() -> None:
    whole = canonical(ESTER)
    payload = {"transform": "ester_to_amide", "atoms": [3]}
    edits = [
        Edit("replace", {**payload, "smiles": smiles}, f"an amide; answers: {fact}")
        for smiles, fact in (("CC", "QED"), ("CCC", "logP"))
    ]
    text = critique_text(whole, [Evaluation("qed", Status.OK, 0.5, kind="qed")], [], edits)
    assert text.count("Try:") == 1

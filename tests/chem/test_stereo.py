"""Open stereo elements, and the single isomers they stand for."""

import pytest

from molgrad.chem.matched_pair import change
from molgrad.chem.parse import canonical
from molgrad.chem.stereo import first_stereoisomer, mirrored, stereoisomers, undefined_stereo, undefined_words
from tests.chem.drugs import DRUGS


@pytest.mark.parametrize("smiles", DRUGS.values(), ids=DRUGS)
def test_drugs_written_as_single_isomers_have_none_open(smiles):
    assert undefined_stereo(smiles) == ()
    assert first_stereoisomer(smiles) == (canonical(smiles), "")


@pytest.mark.parametrize(
    ("smiles", "count"),
    [
        ("CC(O)F", 2),
        ("CC=CC", 2),
        ("CC(O)C=CC", 4),
        ("CC(=NO)CC", 2),
        ("OC1CCC(C)CC1", 2),
        ("NC(=N)NC", 1),
        ("CCO", 1),
    ],
)
def test_isomers_are_counted(smiles, count):
    isomers = stereoisomers(smiles)
    assert len(isomers) == count
    assert list(isomers) == sorted(isomers)
    assert all(undefined_stereo(isomer) == () for isomer in isomers)


def test_the_first_is_said():
    chosen, note = first_stereoisomer("CC(O)Cl")
    assert chosen == stereoisomers("CC(O)Cl")[0]
    assert "tetrahedral at 1" in note
    assert chosen in note


def test_impossible_bridges_are_left_out():
    isomers = stereoisomers("CN1C2CCC1CC(O)C2")  # tropine and pseudotropine
    assert len(isomers) == 2


def test_the_limit_holds():
    assert len(stereoisomers("OC(C)C(O)C(F)C(Cl)C(O)C(N)CC", limit=4)) == 4


@pytest.mark.parametrize(
    ("smiles", "count"),
    [
        ("CC(N)C12CC3CC(CC(C3)C1)C2", 2),  # rimantadine: a cage has one geometry
        ("CC(O)C(=NC)Nc1ccccc1", 2),  # an amidine's C=N turns over
        ("CC=CC(O)C(=NC)Nc1ccccc1", 4),
        ("OC(=O)C(O)C(O)C(=O)O", 3),  # tartaric acid
        ("CC(O)CC(O)CC(O)CC(O)CC(C)O", 8),  # 16 at least, bounded
    ],
)
def test_only_what_is_open_is_enumerated(smiles, count):
    found = stereoisomers(smiles, 8)
    assert len(set(found)) == count
    assert all(undefined_stereo(isomer) == () for isomer in found)


@pytest.mark.parametrize(
    "smiles", ["C1CC2CCC(C1)N2c1ccccc1", "c1ccc(cc1)N1C2CCC1CC2", "c1ccc(cc1)N1CC2CCC(C1)O2"]
)  # fmt: skip
def test_bridgeheads_that_can_only_be_cis_are_not_open_and_are_written_all_the_same(smiles):
    assert undefined_stereo(smiles) == ()
    settled, said = first_stereoisomer(smiles)
    assert (settled.count("@") > 1, said) == (True, "")  # one spelling, whether it came with marks or without


def test_of_more_ways_than_are_looked_at_none_is_taken_for_the_only_one():
    many = "C1CC2CCC1N2C1CC2CCC1N2C1CC2CCC1N2"
    assert len(undefined_stereo(many)) > 4


def test_a_bridge_with_a_second_way_round_is_open():
    assert len(undefined_stereo("C1CC2CC2C1c1ccccc1")) == 3


@pytest.mark.parametrize(
    ("smiles", "count"), [("O=C=Nc1ccccc1", 0), ("CN=[N+]=[N-]", 0), ("CC=C=CC", 0), ("CC=S=O", 1)]
)
def test_of_two_double_bonds_in_a_row_neither_has_two_forms_but_in_a_sulfine(smiles, count):
    assert len(undefined_stereo(smiles)) == count


def test_cis_and_trans_are_not_called_enantiomers():
    assert undefined_words("CC1CCC(O)CC1") == "undefined stereo (cis or trans at 1, 4)"
    assert undefined_words("CC1CCCC(O)C1") == "undefined stereo (tetrahedral at 1, tetrahedral at 5)"  # both are chiral
    cis, trans = stereoisomers("CC1CCC(O)CC1")
    assert (mirrored(cis), mirrored(trans)) == (cis, trans)
    assert change(cis, trans).text == "cis -> trans"
    assert change("C[C@H](O)[C@H](N)c1ccccc1", "C[C@@H](O)[C@@H](N)c1ccccc1").text == "the mirror image"
    assert (
        change("C[C@H](O)[C@H](N)c1ccccc1", "C[C@@H](O)[C@H](N)c1ccccc1").text == "stereocentre CH beside the OH S -> R"
    )

"""Ionizable groups, their interactions and populations, against constants from handbooks."""

import pytest
from rdkit import Chem

from molgrad.chem.ionization import species_at
from molgrad.chem.ionization.groups import GROUPS
from molgrad.chem.parse import canonical
from molgrad.chem.states import populated


def constants(smiles: str, ph: float = 7.4) -> list[float]:
    return sorted(site.pka for site in species_at(smiles, ph)[0].sites)


@pytest.mark.parametrize(
    ("smiles", "pka"),
    [  # CRC Handbook and Perrin (1965): none of these is a row of the table
        ("CC(C)CN", 10.5),
        ("OCCN", 9.5),
        ("COCCN", 9.4),
        ("FCCN", 8.9),
        ("NCC(F)(F)F", 5.7),
        ("N#CCN", 5.3),
        ("CCOC(=O)CN", 7.7),
        ("NCc1ccccc1", 9.35),
        ("C1COCCN1", 8.5),
        ("CN1CCOCC1", 7.4),
        ("C=CCN", 9.5),
        ("Nc1ccccn1", 6.9),
        ("Nc1ccncc1", 9.1),
        ("Cc1ccccn1", 5.95),
        ("COc1ccncc1", 6.6),
        ("N#Cc1cccnc1", 1.4),
        ("Oc1ccc(cc1)[N+](=O)[O-]", 7.15),
        ("Oc1ccccc1Cl", 8.5),
        ("Oc1cccc(c1)[N+](=O)[O-]", 8.4),
        ("Cc1c[nH]cn1", 7.5),
        ("OC(C(F)(F)F)C(F)(F)F", 9.3),
        ("OCCS", 9.6),
        ("Cn1cnc2c(N)ncnc12", 4.1),
        ("OC(=O)CCl", 2.86),
        ("OC(=O)c1ccc(cc1)[N+](=O)[O-]", 3.4),
    ],
)
def test_substituents_move_a_pka_as_measured(smiles: str, pka: float) -> None:
    assert min(abs(one - pka) for one in constants(smiles)) <= 0.5


@pytest.mark.parametrize(
    ("smiles", "ph", "first", "second"),
    [
        ("NCC(=O)O", 7.0, 2.35, 9.8),
        ("NCCN", 8.5, 6.9, 9.9),
        ("C1CNCCN1", 7.0, 5.35, 9.7),
        ("CP(=O)(O)O", 5.0, 2.4, 7.7),
    ],
)
def test_two_groups_of_one_molecule(smiles: str, ph: float, first: float, second: float) -> None:
    assert constants(smiles, ph) == pytest.approx([first, second], abs=0.8)


def test_shares_follow_from_the_pka() -> None:
    ion, neutral = species_at("Cc1c[nH]cn1", 7.4)
    (base,) = (site for site in ion.sites if site.kind == "base")
    assert ion.share + neutral.share == pytest.approx(1, abs=1e-6)
    assert ion.share / neutral.share == pytest.approx(10 ** (base.pka - 7.4), rel=0.15)


def test_equal_groups_are_one_state() -> None:
    states = species_at("OP(=O)(O)OC", 4.0)
    assert states[0].smiles == canonical("COP(=O)([O-])O")
    assert states[0].share > 0.95


@pytest.mark.parametrize(
    "smiles", ["C[N+](C)(C)CC(=O)O", "O=[N+]([O-])CC", "C[n+]1ccccc1", "C[S+](C)C", "[O-][n+]1ccccc1"]
)
def test_charges_that_no_proton_made_stay(smiles: str) -> None:
    permanent = [a.GetIdx() for a in Chem.MolFromSmiles(canonical(smiles)).GetAtoms() if a.GetFormalCharge() > 0]
    state = species_at(canonical(smiles), 7.4)[0]
    assert [a.GetIdx() for a in state.mol.GetAtoms() if a.GetFormalCharge() > 0] == permanent


@pytest.mark.parametrize(
    ("neutral", "drawn"),
    [
        ("NCC(=O)O", "[NH3+]CC(=O)[O-]"),
        ("CC(=O)O", "CC(=O)[O-]"),
        ("NC(=N)NC", "NC(=[NH2+])NC"),
        ("Oc1ccccc1", "[O-]c1ccccc1"),
        ("c1c[nH]cn1", "c1c[nH]c[nH+]1"),
    ],
)
def test_a_state_drawn_gives_what_the_neutral_form_gives(neutral: str, drawn: str) -> None:
    assert [(s.smiles, s.share) for s in species_at(neutral, 7.4)] == [
        (s.smiles, s.share) for s in species_at(drawn, 7.4)
    ]


def test_many_groups_are_counted_in_a_moment() -> None:
    peptide = "NC(CCCCN)C(=O)" + "NC(CCCCN)C(=O)" * 12 + "O"
    (state, *_) = species_at(peptide, 7.4)
    assert state.charge == 13


def test_further_states_have_a_share_of_a_fifth() -> None:
    states = populated("Cc1c[nH]cn1", 3)
    assert [state.method for state in states] == ["pka", "pka"]
    assert all(state.share and state.share >= 0.2 for state in states)
    assert "of the molecule at this pH" in states[0].note
    assert len(populated("CCN", 3)) == 1


def test_every_row_of_the_table_is_sound() -> None:
    for group in GROUPS:
        assert group.query is not None, group.name
        assert len(group.places[1]) == 1, group.name
        assert group.kind in ("acid", "base"), group.name
        assert 0 < group.spread <= 1.5, group.name


@pytest.mark.parametrize(
    ("smiles", "state"),
    [
        ("OC(=O)c1ccccc1-c1c2ccc(O)cc2oc2cc(=O)ccc1-2", "O=C([O-])c1ccccc1-c1c2ccc(=O)cc-2oc2cc([O-])ccc12"),  # 6.4
        ("O=c1ccc2nc3ccc(O)cc3oc-2c1", "O=c1ccc2nc3ccc([O-])cc3oc-2c1"),  # resorufin, 5.8
        ("CNC1C(O)OC(CO)C(O)C1O", "C[NH2+]C1C(O)OC(CO)C(O)C1O"),  # as in streptomycin, 7.8
        ("O=c1[nH]c(-c2ccccc2)ns1", "O=c1[n-]c(-c2ccccc2)ns1"),
        ("Cc1c(C)n2cc(C(N)=O)ccc2n1", "Cc1nc2ccc(C(N)=O)cn2c1C"),  # as in linaprazan, 6.1
        ("Cc1cn2ccsc2n1", "Cc1cn2ccsc2n1"),
        ("CC1(CCCN1)c1nc2c(cccc2[nH]1)C(N)=O", "CC1(c2nc3c(C(N)=O)cccc3[nH]2)CCC[NH2+]1"),  # veliparib
    ],
)
def test_classes_that_chemists_know(smiles: str, state: str) -> None:
    assert canonical(species_at(smiles, 7.4)[0].smiles) == canonical(state)


@pytest.mark.parametrize(
    "smiles",
    ["CCOC(=O)[N-]c1c[n+](N2CCOCC2)no1", "[O-]c1c[n+](-c2ccccc2)no1", "C[n+]1ccc([O-])cc1", "C[n+]1cccc([O-])c1"],
)
def test_rings_that_cannot_be_drawn_without_charges_stay(smiles: str) -> None:
    assert species_at(smiles, 7.4)[0].smiles == canonical(smiles)


@pytest.mark.parametrize("smiles", ["CN(C)C1=CN=[C+]N1", "CN(C)[Se]C", "B=C1CCON1", "CNCP(C)C"])
def test_substituents_of_unknown_kind_count_nothing(smiles: str) -> None:
    assert species_at(smiles, 7.4)[0].share > 0

"""Every group of our list hits what it should and spares what it should; drugs pass."""

import pytest
from rdkit import Chem

from molgrad.chem.alerts import Alert, alert_places, distinct, find_alerts, find_reactive
from molgrad.chem.groups import UNWANTED as GROUPS
from molgrad.chem.groups import loosen
from tests.chem.drugs import DRUGS

IDS = [group.name for group in GROUPS]


def test_names_are_unique():
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("group", GROUPS, ids=IDS)
def test_a_group_hits_its_example(group):
    assert group.name in {alert.name for alert in find_reactive(group.hit)}
    assert group.reason
    assert group.catalog in ("reactive", "unstable")


@pytest.mark.parametrize("group", GROUPS, ids=IDS)
def test_a_group_spares_its_neighbour(group):
    assert group.name not in {alert.name for alert in find_reactive(group.spared)}


@pytest.mark.parametrize("smiles", DRUGS.values(), ids=DRUGS)
def test_drugs_hold_no_reactive_group(smiles):
    assert find_reactive(smiles) == ()


@pytest.mark.parametrize(
    ("smarts", "expected"),
    [
        ("[CX4][I,Br]", "[CX4][I,Br]"),
        ("[NX3;!$(N[#6]=[O,S]);!R]-C", "[NX3;!R]-C"),
        ("C=[$(C#N),$([CX3](=O)[#6;X4])]", "C=*"),
    ],
)
def test_a_looser_pattern_drops_only_recursive_conditions(smarts, expected):
    assert loosen(smarts) == expected


@pytest.mark.parametrize("group", GROUPS, ids=IDS)
def test_the_looser_pattern_matches_no_less(group):
    full, loose = Chem.MolFromSmarts(group.smarts), Chem.MolFromSmarts(loosen(group.smarts))
    for other in GROUPS:
        mol = Chem.MolFromSmiles(other.hit)
        assert mol.HasSubstructMatch(loose) >= mol.HasSubstructMatch(full)


def test_atoms_are_those_of_the_canonical_smiles():
    alert = find_reactive("ClC(=O)CCc1ccccc1")[0]
    mol = Chem.MolFromSmiles(Chem.CanonSmiles("ClC(=O)CCc1ccccc1"))
    assert sorted(mol.GetAtomWithIdx(i).GetSymbol() for i in alert.atoms) == ["C", "Cl", "O"]


@pytest.mark.parametrize("drug", ["gefitinib", "erlotinib", "lapatinib", "sitagliptin"])
def test_brenk_alone_would_reject_good_drugs(drug):
    assert any(alert.catalog == "BRENK" for alert in find_alerts(DRUGS[drug]))


def test_catalogues_name_their_alerts_with_atoms_in_order():
    alerts = find_alerts("O=C1C=CC(=O)C=C1CCCCCCCC")
    assert {alert.catalog for alert in alerts} >= {"PAINS", "BRENK"}
    assert all(alert.atoms for alert in alerts)
    assert alerts == find_alerts("C(CCCCCCC)C1=CC(=O)C=CC1=O")


def test_a_clean_molecule_has_none():
    assert find_alerts("COc1ccc(CN)cc1") == find_reactive("COc1ccc(CN)cc1") == ()


def test_places_by_hand():
    def alert(name, *atoms):
        return Alert(name, "BRENK", atoms, "")

    found = (alert("chain", 0, 1, 2), alert("chain", 1, 2, 3), alert("inner", 2, 3), alert("other", 3, 4))
    assert [(a.name, a.atoms) for a in distinct(found)] == [("chain", (0, 1, 2, 3)), ("other", (3, 4))]


def test_what_several_rules_find_in_one_chain_is_one_place():
    assert len(find_alerts("CCCCCCCCCCCC")) == 3
    assert alert_places("CCCCCCCCCCCC") == 1

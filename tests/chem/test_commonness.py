"""What chemists make passes; what a search draws where nobody stops it does not."""

import pytest

from molgrad.chem.accessibility import environments
from molgrad.chem.commonness import uncommon
from molgrad.chem.known_rings import Kinship, kinship, ring_key
from molgrad.chem.parse import read
from molgrad.chem.ring_systems import ring_systems
from molgrad.chem.tables import read_table
from tests.chem.drugs import DRUGS

# Best of searches on a stand-in for docking (size over flexibility, and QED) that had no such check, three leads.
GREEDY = (
    "Cc1c(N2CCc3c(c(F)c4c(c3N3CCOCC3)OCCC4)C2=O)cc(N2CCc3cc4c(c(F)c3C2=O)CCCO4)c2c1COCC2",
    "Cc1c2c(c(NC(=O)N3CCc4c5c(cc(F)c4C3=O)COCC5)c3c1N(c1cnc4c(n1)CN(C)CC4)CC3)C(=O)CCC2",
    "Cc1c2c(c(NC(=O)C3CCOCC3)c(F)c1N1CCc3c4c(cc(F)c3C1=O)COCC4)CCOC2",
    "Cc1c(N2CCc3cc4c(c(F)c3C2=O)CCCO4)cc(NC(=O)C2CCOCC2)c2c1COCC2",
    "CN1CCc2c(c(-c3c4c(c(C5CCOCC5)c5c3OCCO5)C(=O)CCC4)c3c(c2N2CCNCC2)C(=O)CCC3)C1",
    "O=C1CCCc2c1cc1c(c2-c2c3c(cc4c2OCCO4)C(=O)CC2(COC2)C3)CNCC1",
    "CNC(=O)c1c2c(c(-c3c4c(c(N5CCNCC5)c5c3CCCC5=O)CCN(C)C4)c3c1C(=O)CCC3)OCCO2",
    "N#Cc1c(-c2c3c(c(F)c4c2CNC4=O)COCC3)cc(C(=O)Nc2c3c(c(F)c4c2OCCO4)COCC3)c2c1C(=O)CCC2",
    "O=C1CCCc2c1cc(N1CCCC1)cc2C(=O)Nc1c2c(c(F)c3c1OCCO3)COCC2",
    "Cc1c(-c2cc3c(c(N4CCc5cc6c(cc5C4=O)CCO6)c2)C(=O)CC3)cc(N2CCc3cc4c(cc3C2=O)CCO4)c2c1CNC2=O",
    "Cc1c(C2CCOCC2)cc(N2CCc3cc4c(cc3C2=O)CCO4)c2c1CNC2=O",
    "Cc1c(-c2ccc(N3CCNCC3)cn2)cc(C2CCOCC2)c2c1CCN(C)C2",
    "CN1CCc2c(nc3c(c2Oc2c4c(c(C#N)c5c2COCC5)COCC4)NC(=O)CC3)C1=O",
    "CN1C(=O)c2nccc(-c3c4c(c(NC(=O)C5CCCC5)c5c3OCCC5)C(=O)CC4)c2[C@@H]1C#N",
    "O=C(NC1CCOCC1)c1nn(C2CCOCC2)cc1-c1c(F)cc2c(c1F)C[C@@H]1C[C@H]21",
    "Cc1c(F)c(-c2cn(C3CCOCC3)nc2C(=O)NC2CCOCC2)c(F)c2c1CCC2",
)
# What searches on docking were seen to end in: cyclopropane-fused indanones, N-acyl-N-methylureas, spiro carbocycles.
SEEN = (
    "O=C(Nc1cccc(Nc2ncccn2)c1)c1ccc2c(c1)[C@H]1C[C@H]1C2=O",
    "O=C1c2cc(-c3cccnc3)ccc2[C@@H]2C[C@H]12",
    "O=C1c2ccc(Nc3ncccn3)cc2C2(CC2)[C@@H]2C[C@H]12",
    "CN(C(=O)Nc1ccc(C)c(Nc2ncccn2)c1)C(=O)c1ccccc1",
    "CN(C(=O)NC1CC1)C(=O)c1ccc2c(c1)CCC2",
    "CN(C(=O)Nc1cccc2cccnc12)C(=O)C1CC1",
    "O=C(Nc1ccc2c(c1)CCC21CC1)c1n[nH]cc1NC(=O)c1c(F)ccc2c1CCC2",
    "O=C(Nc1ccc(F)c2c1CCC2)c1n[nH]cc1NC(=O)c1c(F)ccc2c1CCCC2",
    "O=C(Nc1ccc2c(c1)[C@@H]1C[C@@H]1CC2)c1n[nH]cc1-c1ccncc1",
    "O=C(Nc1ccc2c(c1)CCC21CCC1)C1CC12CC2",
)


@pytest.mark.parametrize("smiles", GREEDY + SEEN)
def test_what_a_search_drifts_to_is_named(smiles: str) -> None:
    found = uncommon(smiles)
    assert found
    count = read(smiles).mol.GetNumAtoms()
    assert all(one.text and one.atoms and max(one.atoms) < count for one in found)


def test_marketed_drugs_pass() -> None:
    odd = {name: found for name, smiles in DRUGS.items() if (found := uncommon(smiles))}
    assert len(odd) <= 0.05 * len(DRUGS), odd


def test_a_rare_ring_is_told_in_a_chemists_words() -> None:
    (found,) = uncommon("O=C1c2cc(-c3cccnc3)ccc2[C@@H]2C[C@H]12")
    assert found.text == "cyclopropane fused to indanone: no drug or building block has this ring system"
    assert len(found.atoms) == 10


def test_two_fused_carbocycles_are_one_too_many() -> None:
    one, two = "O=C(Nc1ccc2c(c1)CCC2)c1ccccc1", "O=C(Nc1ccc2c(c1)CCC2)c1ccc2c(c1)CCCC2"
    assert uncommon(one) == ()
    assert "indane and tetralin in one molecule" in uncommon(two)[0].text


def test_crowding_needs_a_saturated_ring_and_three_more() -> None:
    assert uncommon("Cc1cc2c(c(C)c1)CCC2") == ()
    assert "crowded" in uncommon("Cc1c(F)c(O)c2c(c1)CCC2")[0].text
    assert uncommon("Cc1cc(C)c(O)c(C)c1C") == ()  # no ring is fused


def test_charge_does_not_make_a_molecule_rare() -> None:
    for smiles in ("C[NH+]1CCc2ccccc2C1", "[O-]C(=O)c1ccc2[nH]ccc2c1"):
        assert uncommon(smiles) == ()


@pytest.mark.parametrize(
    ("smiles", "kin"),
    [
        ("c1ccc2c(c1)CCC2", Kinship.SAME),
        ("O=C1CCc2ncccc21", Kinship.SAME),
        ("C1CCc2nnsc2C1", Kinship.AZA),
        ("C1C2CC2c2ccccc21", Kinship.NONE),
    ],
)
def test_kinship(smiles: str, kin: Kinship) -> None:
    mol = read(smiles).mol
    assert kinship(mol, ring_systems(mol)[0]) is kin


def test_each_row_of_the_table_is_one_ring_system_and_drugs_have_what_it_says() -> None:
    rows = list(read_table("ring_systems.tsv"))
    assert len({row[0] for row in rows}) == len(rows)
    for smiles, name, source in rows:
        mol = read(smiles).mol
        (system,) = ring_systems(mol)
        assert name
        kind, _, what = source.partition(": ")
        assert kind in ("in", "like", "block")
        assert what
        if kind == "in" and what in DRUGS:
            drug = read(DRUGS[what]).mol
            held = [ring_key(drug, one) for one in ring_systems(drug)]
            assert ring_key(mol, system) in held, (name, source)


def test_environments_tell_the_common_from_the_unseen() -> None:
    benzene = environments(read("c1ccccc1").mol)
    assert max(found.get(1, -9.0) for found in benzene) > 1
    odd = environments(read("Cc1c2c(c(NC(=O)C3CCOCC3)c(F)c1N1CCCC1=O)CCOC2").mol)
    assert min(min(found.values()) for found in odd) == -4.0

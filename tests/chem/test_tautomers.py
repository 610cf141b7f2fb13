"""Tautomers: the pairs that water holds side by side, and none that it does not."""

import pytest

from molgrad.chem.parse import canonical, parse
from molgrad.chem.tautomers import tautomers


def names(smiles, limit=4):
    return [name for name, _ in tautomers(smiles, limit)]


@pytest.mark.parametrize(
    ("smiles", "others"),
    [
        ("Cc1c[nH]cn1", ["Cc1cnc[nH]1"]),
        ("Cc1cc[nH]n1", ["Cc1ccn[nH]1"]),
        ("Cc1c[nH]nn1", ["Cc1cn[nH]n1", "Cc1cnn[nH]1"]),
        ("Cc1nc[nH]n1", ["Cc1ncn[nH]1"]),
        ("Cc1nnn[nH]1", ["Cc1nn[nH]n1"]),
        ("Cc1ccc2[nH]cnc2c1", ["Cc1ccc2nc[nH]c2c1"]),
        ("Cc1ccc2[nH]nnc2c1", ["Cc1ccc2nn[nH]c2c1"]),
        ("c1ncc2nc[nH]c2n1", ["c1ncc2[nH]cnc2n1"]),  # purine, 9H and 7H
        ("Oc1ccccn1", ["O=c1cccc[nH]1"]),
        ("Oc1ncnc2ccccc12", ["O=c1[nH]cnc2ccccc12"]),
        ("O=c1cccc(Cl)[nH]1", ["Oc1cccc(Cl)n1"]),
        ("C[C@H](N)Cc1c[nH]cn1", ["C[C@H](N)Cc1cnc[nH]1"]),  # the centre stays
    ],
)
def test_near_pairs(smiles, others):
    assert names(smiles) == [canonical(smiles), *map(canonical, others)]


@pytest.mark.parametrize(
    ("smiles", "other"),
    [
        ("c1ccc2n[nH]cc2c1", "c1ccc2[nH]ncc2c1"),  # 2H-indazole
        ("c1ccc2n[nH]nc2c1", "c1ccc2[nH]nnc2c1"),  # 2H-benzotriazole
        ("O=[N+]([O-])c1cnc[nH]1", "O=[N+]([O-])c1c[nH]cn1"),  # 5-nitroimidazole
        ("Oc1ccc2ccccc2n1", "O=c1ccc2ccccc2[nH]1"),  # 2-hydroxyquinoline
    ],
)
def test_a_rare_form_goes_to_the_common_one_and_not_back(smiles, other):
    assert names(smiles) == [canonical(smiles), canonical(other)]
    assert names(other) == [canonical(other)]


@pytest.mark.parametrize("smiles", ["CCC(C)=O", "CC(N)=O", "Oc1cccnc1", "Cn1ccnc1", "c1c[nH]cn1", "Oc1ccccc1"])
def test_nothing_else_moves(smiles):
    assert names(smiles) == [canonical(smiles)]


def test_4h_triazole_is_left_and_never_reached():
    assert set(names("Cc1nnc[nH]1")) == set(map(canonical, ["Cc1nnc[nH]1", "Cc1nc[nH]n1", "Cc1ncn[nH]1"]))
    assert canonical("Cc1nnc[nH]1") not in names("Cc1nc[nH]n1")


def test_the_limit_holds_and_the_order_is_fixed():
    both = "Cc1cc(-c2cnc[nH]2)[nH]n1"
    assert len(names(both)) == 4
    assert names(both, 2) == names(both)[:2]
    assert names(both, 1) == [canonical(both)]


@pytest.mark.parametrize("smiles", ["Cc1nnc[nH]1", "Oc1ncccn1", "C[C@H](N)Cc1c[nH]cn1"])
def test_atoms_are_followed(smiles):
    designed = parse(smiles)
    for name, places in tautomers(smiles, 4):
        form = parse(name)
        assert sorted(places) == list(range(designed.GetNumAtoms()))
        for atom in designed.GetAtoms():
            assert form.GetAtomWithIdx(places[atom.GetIdx()]).GetAtomicNum() == atom.GetAtomicNum()
        for bond in designed.GetBonds():
            assert form.GetBondBetweenAtoms(places[bond.GetBeginAtomIdx()], places[bond.GetEndAtomIdx()])

"""What two molecules share, and the ways to lay one on the other."""

from __future__ import annotations

import itertools

import pytest
from rdkit import Chem

from molgrad.docking.common_core import Core, common_core, cores, enough, without_stereo


@pytest.mark.parametrize(
    ("child", "parent", "least", "most"),
    [
        # FindMCS took 7 to 16 s for this pair, beyond its limit on a busy machine: one of two runs had no seeded pose.
        ("O=C(Nc1ccc2c(c1)C[C@@H](C1CCC1)C2)c1ccc2c(c1)O[C@@H]1C[C@@H]1O2",
         "O=C(Nc1ccc2c(c1)C[C@@H](C1CCCC1)C2)c1ccc2c(n1)O[C@@H]1C[C@@H]1O2", 20, 24),
        ("Cc1ccc(C2CCCCC2)cc1", "Cc1ccc(N2CCOCC2)cc1", 13, 13),  # elements differ in place
        ("Cc1ccc(C2CCCC2)cc1", "Cc1ccc(C2CCCCC2)cc1", 7, 7),  # a ring of another size is not shared in part
    ],
)  # fmt: skip
def test_the_common_core_is_found_at_once_and_in_whole_rings(child: str, parent: str, least: int, most: int) -> None:
    own, theirs = Chem.MolFromSmiles(child), Chem.MolFromSmiles(parent)
    pairs = common_core(own, theirs)
    assert least <= len(pairs) <= most
    for one, other in itertools.combinations(pairs, 2):  # what is bound here is bound there
        bonded = own.GetBondBetweenAtoms(one[0], other[0]), theirs.GetBondBetweenAtoms(one[1], other[1])
        assert (bonded[0] is None) == (bonded[1] is None)


def laid(child: str, parent: str) -> list[Core]:
    return cores(Chem.MolFromSmiles(child), Chem.MolFromSmiles(parent))


def test_a_ring_is_turned_over_where_that_gives_up_little() -> None:
    first, turned = laid("O=C(NCc1ccccc1C)c1ccncc1", "O=C(NCc1ccccc1)c1ccncc1")
    assert (len(first.pairs), first.given_up, turned.given_up) == (16, 0, 0)
    ours, theirs = dict(first.pairs), dict(turned.pairs)
    assert set(ours) == set(theirs)
    assert sum(ours[atom] != theirs[atom] for atom in ours) == 4, "both ortho and both meta atoms change places"
    known = laid("O=C(NCc1ccccc1C)c1ccncc1", "O=C(NCc1ccccc1Cl)c1ccncc1")
    assert [core.given_up for core in known] == [0, 1], "against the known pose the substituent is given up"
    assert len(laid("O=C(NCc1ccc(C)cc1)c1ccncc1", "O=C(NCc1ccccc1)c1ccncc1")) == 1, "a symmetric ring has one way"


def test_two_rings_that_another_linker_joins_are_shared_in_pieces() -> None:
    (core, *_) = laid("Fc1cccc(c1)C1=NN(Cc2ccccc2)C(=O)SC1", "Fc1cccc(c1)-c1ccc(=O)n(Cc2ccccc2)n1")
    assert len(core.pairs) >= 13
    assert laid("c1ccccc1CCCCCC", "OC(=O)CCN") == []


@pytest.mark.parametrize("drawn", ["Oc1ccc2c(c1)CC=N2", "[O-]c1ccc2c(c1)CC[NH2+]2", "OC1CCC2C(C1)CCN2"])
def test_another_tautomer_charge_or_no_bond_orders_still_share_all(drawn: str) -> None:
    (core, *_) = laid("Oc1ccc2[nH]ccc2c1", drawn)
    assert len(core.pairs) == 10


def test_stereocentres_can_be_left_out() -> None:
    mol = Chem.MolFromSmiles("O=C(Nc1ccc(cc1)C(=O)Nc1ccncc1)[C@@H]1C[C@@H]1F")
    whole = Core(tuple((i, i) for i in range(mol.GetNumAtoms())))
    part = without_stereo(whole, mol)
    assert 0 < len(part.pairs) == mol.GetNumAtoms() - 4
    assert enough(part.pairs, mol, mol)

"""A change leaves what holds a molecule in its pose as it is."""

import pytest

from molgrad.chem.parse import canonical, read
from molgrad.evaluation import Fact
from molgrad.interactions import kinds
from molgrad.molecule.domain import MoleculeDomain
from molgrad.molecule.holding import held

LEAD = canonical("NC(=O)c1cccc2nc(-c3ccccc3)[nH]c12")  # its amide pairs with Gly and Ser of PARP1
DOMAIN = MoleculeDomain()


def amide() -> tuple[int, int]:
    """The atoms of the carboxamide that pair, N and O."""
    mol = read(LEAD).mol
    nitrogen, _, oxygen = mol.GetSubstructMatch(read("NC=O").mol)
    return nitrogen, oxygen


def bonds(kind: str = kinds.HBOND) -> list[Fact]:
    return [Fact(kind, "pairs", (atom,), "A:GLY202") for atom in amide()]


@pytest.mark.parametrize(
    ("child", "spared"),
    [
        ("COc1cccc2nc(-c3ccccc3)[nH]c12", False),
        ("O=C(N1CCOCC1)c1cccc2nc(-c3ccccc3)[nH]c12", False),
        ("CN(C)C(=O)c1cccc2nc(-c3ccccc3)[nH]c12", False),
        ("NC(=O)c1cccc2nc(-c3ccc(F)cc3)[nH]c12", True),
        ("NC(=O)c1cc(F)cc2nc(-c3ccccc3)[nH]c12", True),
    ],
)
def test_a_group_that_pairs_stays(child: str, spared: bool) -> None:
    assert DOMAIN.spares(LEAD, canonical(child), bonds()) is spared
    assert DOMAIN.spares(LEAD, canonical(child), []), "nothing is known to hold it"


def test_a_bent_bond_holds_nothing() -> None:
    assert held(bonds()) == held(bonds(kinds.CONTACT_KEPT)) == frozenset(amide())
    assert held(bonds(kinds.HBOND_BENT)) == frozenset()

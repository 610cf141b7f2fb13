"""Cutting and joining leaves every atom and bond as it stands in space."""

import pytest

from molgrad.chem.crossover import _halves, _joined, crossover
from molgrad.chem.parse import canonical
from tests.chem.drugs import DRUGS

CASES = (
    "C[C@H](Nc1ncnc2ccccc12)c1ccc(F)cc1",  # came back as its mirror image
    "CC[S@](=O)Cc1ccccc1",
    "CC/C=C/c1ccc(OCCC)cc1",
    "CCC/C(CCO)=C(/C)CCN",
)


@pytest.mark.parametrize("smiles", [*CASES, *(s for s in DRUGS.values() if set(s) & set("@/"))])
def test_cut_anywhere_and_rejoined_it_is_the_parent(smiles):
    parent = canonical(smiles)
    halves = _halves(parent)
    assert {_joined(one, other) for one, other in zip(halves[::2], halves[1::2], strict=True)} <= {parent}
    assert halves or smiles not in CASES


def test_a_stereocentre_keeps_its_sense_beside_a_new_group():
    """(R)- and (S)-parents have mirror images as children, whatever the SMILES around the centre looks like."""
    right = list(crossover("C[C@H](Nc1ncnc2ccccc12)c1ccc(F)cc1", "CCOc1ccccc1", 0, 40))
    left = list(crossover("C[C@@H](Nc1ncnc2ccccc12)c1ccc(F)cc1", "CCOc1ccccc1", 0, 40))
    swap = str.maketrans({"@": "x"})

    def mirrored(child):
        return canonical(child.translate(swap).replace("xx", "@").replace("x", "@@"))

    assert any("@" in child for child in right)
    assert {mirrored(child) for child in right} == set(left)

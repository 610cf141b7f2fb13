"""Trans double bonds in small rings, which RDKit reads as cis without a word, are refused with the bond named."""

from __future__ import annotations

import pytest

from molgrad.chem.parse import canonical
from molgrad.chem.small_rings import trans_in_small_rings
from molgrad.errors import InvalidMoleculeError


@pytest.mark.parametrize(
    ("smiles", "bond"),
    [
        ("C1CC/C=C/C1", ((3, 4), 6)),
        ("C1CCC/C=C/1", ((4, 5), 6)),
        ("C/1=C\\CCCC1", ((0, 1), 6)),
        ("C1CCC/C=C/C1", ((4, 5), 7)),
        ("CC/1=C(/C)CCCC1", ((1, 2), 6)),  # methyls cis to one another, so the ring would go on trans
    ],
)
def test_drawn_trans(smiles: str, bond: tuple[tuple[int, int], int]) -> None:
    assert trans_in_small_rings(smiles) == [bond]
    with pytest.raises(InvalidMoleculeError, match=rf"atom {bond[0][0]} .* trans in a ring of {bond[1]} atoms"):
        canonical(smiles)


@pytest.mark.parametrize(
    "smiles",
    [
        "C1CC/C=C\\C1",
        "C1CCC/C=C\\1",
        "C1CCC/C=C/CC1",  # trans-cyclooctene exists
        "O=C1/C(=C/c2ccccc2)/SC(=S)N1",  # outside the ring
        "C/C=C1/CCCC1",
        "C/C=C/C1CC=CCC1",
        "CC1=C(/C)CCC/C1=C\\C",
    ],
)
def test_sound_double_bonds(smiles: str) -> None:
    assert trans_in_small_rings(smiles) == []
    assert canonical(smiles)

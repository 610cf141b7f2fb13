"""Ring systems: what counts as one."""

from __future__ import annotations

import pytest
from rdkit import Chem

from molgrad.chem.ring_systems import joined_rings, ring_systems


@pytest.mark.parametrize(
    ("smiles", "sizes"),
    [
        ("CCO", []),
        ("c1ccc2ccccc2c1", [10]),
        ("c1ccc(cc1)-c1ccccc1", [6, 6]),
        ("C1CCC2(CC1)CCNCC2", [11]),
        ("C1CC2CCC1CC2", [8]),
        ("C1CC1c1ccc2[nH]ccc2c1", [3, 9]),
    ],
)
def test_fused_bridged_and_spiro_rings_are_one_system(smiles: str, sizes: list[int]) -> None:
    assert sorted(len(system) for system in ring_systems(Chem.MolFromSmiles(smiles))) == sizes


def test_a_ring_that_comes_last_can_join_two_others() -> None:
    assert joined_rings([(0, 1, 2), (4, 5, 6), (8, 9), (2, 3, 4)]) == [{8, 9}, {0, 1, 2, 3, 4, 5, 6}]

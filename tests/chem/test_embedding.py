"""Which stereoisomers of ring systems can exist, with textbook cases of both kinds."""

import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from molgrad.chem.embedding import possible


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("C[C@@]12CC[C@@H](C1(C)C)CC2=O", True),  # camphor
        ("C[C@]12CC[C@@H](C1(C)C)CC2=O", False),  # a bridge of one atom across the ring's two faces
        ("C1CC[C@H]2CCCC[C@@H]2C1", True),  # decalins: cis and trans are both bottled
        ("C1CC[C@H]2CCCC[C@H]2C1", True),
        ("C1[C@@H]2C[C@@H]2N([C@@H]1C#N)C(=O)[C@H](C34CC5CC(C3)CC(C5)(C4)O)N", True),  # saxagliptin: a cyclopropane
        ("C1[C@@H]2C[C@H]2N([C@@H]1C#N)C(=O)[C@H](C34CC5CC(C3)CC(C5)(C4)O)N", False),  # fused cis, and trans
        ("O=C1c2ccccc2C[C@@H]2C[C@H]12", True),  # a cyclopropane on a six-ring: cis, and trans
        ("O=C1c2ccccc2C[C@@H]2C[C@@H]12", False),
        ("O=C1CC[C@@H]2CC[C@H]12", True),  # a four-ring on a five-ring: cis, and trans
        ("O=C1CC[C@@H]2CC[C@@H]12", False),
        ("CCO", True),
        ("C[C@H](N)c1ccc2ccccc2c1", True),
    ],
)
def test_known_ring_systems(smiles: str, expected: bool) -> None:
    assert possible(Chem.MolFromSmiles(smiles)) is expected


@pytest.mark.parametrize("tail", ["", "CCN", "c1ccc(S(=O)(=O)N)cc1", "O=C([O-])", "C[N+](C)(C)CC", "N#CC(F)(F)"])
def test_what_hangs_on_the_rings_does_not_decide(tail: str) -> None:
    for core, expected in (("[C@H]2C[C@@H]3C[C@H]2CO3", True), ("[C@H]2C[C@@H]3C[C@@H]2CO3", False)):
        whole = Chem.MolFromSmiles(tail + core)
        assert possible(whole) is expected
        assert (rdDistGeom.EmbedMolecule(Chem.AddHs(whole), 100, 7) >= 0) is expected

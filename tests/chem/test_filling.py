"""What a methyl at a place does, against RDKit's own counts."""

from __future__ import annotations

import pytest
from rdkit import Chem
from rdkit.Chem import QED

from molgrad.chem.filling import methyl_net
from molgrad.chem.parse import canonical


def place(smiles: str, pattern: str) -> int:
    found = Chem.MolFromSmiles(smiles).GetSubstructMatch(Chem.MolFromSmarts(pattern))
    return int(found[0])


def test_qed_is_that_of_the_molecule_with_the_methyl() -> None:
    before, after = canonical("COc1ccccc1"), canonical("CCOc1ccccc1")
    net = methyl_net(before, place(before, "[CH3]O"))
    change = QED.qed(Chem.MolFromSmiles(after)) - QED.qed(Chem.MolFromSmiles(before))
    assert net == f"a methyl there: QED {change:+.2f}, 1 new rotatable bond, no new stereocentre"


@pytest.mark.parametrize(
    ("smiles", "pattern", "said"),
    [
        ("Cc1ccccc1", "[cH]", "no new rotatable bond, no new stereocentre"),
        ("CCC(=O)Nc1ccccc1", "[CH2]", "no new rotatable bond, no new stereocentre"),
        ("c1ccc(CNc2ccccc2)cc1", "[CH2]", "1 new stereocentre"),
    ],
)
def test_bonds_and_centres_are_counted(smiles: str, pattern: str, said: str) -> None:
    smiles = canonical(smiles)
    assert methyl_net(smiles, place(smiles, pattern)).endswith(said)


def test_where_no_methyl_can_be_put_nothing_is_said() -> None:
    assert methyl_net("FC(F)(F)c1ccccc1", 0) == ""
    assert methyl_net("no molecule", 0) == ""
    assert methyl_net("C", 7) == ""

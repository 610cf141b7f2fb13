"""The quick test by elements leaves out no row that matches."""

import pytest
from rdkit import Chem

from benchmarks.measured import read_measured
from molgrad.chem.ionization.groups import GROUPS, SCREEN
from molgrad.chem.ionization.screen import elements_of, needs


@pytest.mark.parametrize(
    ("smarts", "asked"),
    [
        ("[OH:1]c1[c]cc2[c]c(=O)oc2c1", {"O": 2, "c": 6, "o": 1}),  # capped at six
        ("[OH,SH;+0:1]P=[O,S]", {"P": 1}),
        ("[NX2;$(N-C#N),$(N-O):1]=C[!#6]", {"N": 1, "C": 1}),
        ("[nX2;r5:1]C(F)Cl", {"n": 1, "C": 1, "F": 1, "Cl": 1}),
        ("[$(C#N),$(C=O)]", {}),
    ],
)
def test_only_elements_that_must_be_there_are_asked_for(smarts: str, asked: dict[str, int]) -> None:
    assert dict(needs(Chem.MolFromSmarts(smarts))) == asked


def test_no_row_that_matches_a_measured_molecule_is_left_out() -> None:
    mols = [Chem.MolFromSmiles(one.smiles) for one in list(read_measured())[::5]]
    left_out = {
        mol: {id(row) for row in GROUPS} - {id(row) for row in SCREEN.possible(elements_of(mol))} for mol in mols
    }
    assert any(left_out.values())
    assert not [
        group.name
        for mol in mols
        for group in GROUPS
        if id(group) in left_out[mol] and mol.HasSubstructMatch(group.query)
    ]

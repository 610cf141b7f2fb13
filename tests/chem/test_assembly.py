"""Molecules from building blocks: whole, varied, repeatable, and of blocks that RDKit can read."""

from __future__ import annotations

import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors

from molgrad.chem import assembly
from molgrad.chem.assembly import SIZE, _joined, assemble
from molgrad.chem.similarity import scaffold
from molgrad.molecule.domain import MoleculeDomain


@pytest.mark.parametrize("name", ["AROMATIC", "FUSED", "SATURATED", "LINKERS", "ENDS"])
def test_every_block_is_a_molecule_with_places(name: str) -> None:
    blocks = list(filter(None, getattr(assembly, name)))
    assert len(blocks) >= 20
    for block in blocks:
        mol = Chem.MolFromSmiles(block)
        assert mol is not None, block
        places = sum(atom.GetAtomicNum() == 0 for atom in mol.GetAtoms())
        assert places == 2 if name == "LINKERS" else 1 <= places <= 2, block
        assert all(a.GetDegree() == 1 for a in mol.GetAtoms() if a.GetAtomicNum() == 0), block


def test_pieces_in_a_row_by_hand() -> None:
    assert _joined(["*c1ccccc1", "*C(=O)N*", "*C1CCOCC1", "*F"]) is None  # no place is left for the fluorine
    made = _joined(["*c1ccc(*)cc1", "*C(=O)N*", "*C1CCN(*)CC1", "*S(C)(=O)=O", "*F"])
    assert made == Chem.CanonSmiles("Fc1ccc(cc1)C(=O)NC1CCN(CC1)S(C)(=O)=O")


def test_no_bond_joins_two_heteroatoms_but_in_a_ring() -> None:
    rest = ["*NC(=O)*", "*c1ccc(*)cc1", "*F"]
    assert _joined(["*c1ccc2c(c1)CN(*)CC2", *rest]) is None  # an N-N bond, which no coupling makes
    assert _joined(["*c1ccc(*)nn1", *rest]) == Chem.CanonSmiles("Fc1ccc(cc1)C(=O)Nc1cccnn1")


def test_a_place_left_open_becomes_a_hydrogen_and_a_bare_bond_joins_rings() -> None:
    # 6-(pyridin-3-yl)quinoline: what comes next goes to the last place
    assert _joined(["*c1ccc2cc(*)ccc2n1", "", "*c1ccc(*)nc1"]) == Chem.CanonSmiles("c1cnc2ccc(-c3cccnc3)cc2c1")
    biaryl = _joined(["*c1ccc2ccccc2c1", "", "*c1ccccc1*"])
    assert biaryl == Chem.CanonSmiles("c1ccc(cc1)-c1ccc2ccccc2c1")


def test_what_is_too_small_is_refused() -> None:
    assert _joined(["*c1ccccc1", "*F"]) is None


def test_molecules_are_single_sized_and_varied() -> None:
    made = assemble(3, 60)
    assert len({one.smiles for one in made}) == 60
    for one in made:
        mol = Chem.MolFromSmiles(one.smiles)
        assert "." not in one.smiles
        assert SIZE[0] <= mol.GetNumHeavyAtoms() <= SIZE[1]
        assert Descriptors.NumRadicalElectrons(mol) == 0
    assert len({scaffold(one.smiles) for one in made}) > 45


def test_parts_are_told_as_molecules() -> None:
    for one in assemble(3, 20):
        assert all(part == "bond" or Chem.MolFromSmiles(part) is not None for part in one.parts.split(" + ")), one.parts


def test_the_seed_alone_decides() -> None:
    assert assemble(1, 10) == assemble(1, 10)
    assert assemble(1, 10) != assemble(2, 10)


def test_the_domain_offers_none_where_a_part_must_stay() -> None:
    assert len(MoleculeDomain().novel(1, 10)) == 10
    assert MoleculeDomain(keep=["c1ccccc1"]).novel(1, 10) == []

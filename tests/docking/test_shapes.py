"""Ring shapes and amides that are docked, beside what textbooks say of them."""

from __future__ import annotations

import pytest
from rdkit import Chem
from rdkit.Chem import rdMolTransforms

from molgrad.docking.ring_strain import _strains, puckered
from molgrad.docking.shapes import WORTH_DOCKING, Shape, shapes

SEED = 3
RISPERIDONE = "Cc1nc2n(c(=O)c1CC[NH+]1CCC(CC1)c1noc3cc(F)ccc13)CCCC2"
ARYL = "c[CH]1CC[NH+]CC1"  # on a piperidine, opposite to its nitrogen


def found(smiles: str) -> list[Shape]:
    return shapes(Chem.MolFromSmiles(smiles), SEED)


def strains(smiles: str) -> list[float]:
    return [one.strain for one in found(smiles)]


def positions(shape: Shape, smarts: str) -> set[str]:
    """Where the first atom of the pattern lies on the ring of the others, in each conformer of a shape."""
    matches = shape.mol.GetSubstructMatches(Chem.MolFromSmarts(smarts), uniquify=False)
    assert matches
    return {
        "equatorial" if abs(rdMolTransforms.GetDihedralDeg(conformer, *match[:4])) > 120 else "axial"
        for conformer in shape.mol.GetConformers()
        for match in matches
    }


def test_a_ring_that_cannot_choose_has_one_shape() -> None:
    (shape,) = found("C[C@H]1CCC[C@@H](C)C1")  # cis-1,3-dimethylcyclohexane; diaxial it costs 5.5 kcal/mol
    assert shape.strain == 0.0
    assert positions(shape, "[CH3]C1CCCCC1") == {"equatorial"}


def test_both_chairs_of_a_trans_ring_have_one_axial_methyl_group() -> None:
    first, second = found("C[C@@H]1CCC[C@@H](C)C1")
    assert (first.strain, second.strain) == pytest.approx((0.0, 0.0), abs=0.1)
    assert positions(first, "[CH3]C1CCCCC1") == positions(second, "[CH3]C1CCCCC1") == {"axial", "equatorial"}


def test_shapes_of_what_has_no_stereocentre_come_in_mirror_pairs() -> None:
    for smiles in ("CC1CCCCC1", "OC1(c2ccccc2)CC[NH+](C)CC1", "COC1CCN(CC1)c1ncccn1"):
        measured = _strains(smiles)
        assert measured is not None
        _, _, turns, strained = measured
        for turn, strain in zip(turns, strained, strict=True):
            apart = abs((turns + turn + 180.0) % 360.0 - 180.0).max(axis=1)
            assert strained[int(apart.argmin())] == strain
            assert apart.min() < 1.0


def test_half_chairs_of_a_sulfonamide_are_both_docked() -> None:
    assert strains("O=S(=O)(c1ccccc1)N1CCc2ccccc2C1") == pytest.approx([0.0, 0.0], abs=0.1)


@pytest.mark.parametrize("smiles", ["c1ccccc1", "c1ccc2ccccc2c1", "CCCCO", "O=C1NC(=O)c2ccccc12"])
def test_what_has_no_choice_has_one_shape(smiles: str) -> None:
    assert strains(smiles) == [0.0]


@pytest.mark.parametrize("smiles", ["CNC(C)=O", "CC(=O)Nc1ccccc1", "CCNC(=O)NCC", "CC(C)NC(=O)OC", "CCNC(=O)c1ccccc1"])
def test_secondary_amides_stay_trans(smiles: str) -> None:
    amide = Chem.MolFromSmarts("[#6][NH]C=O")
    for shape in found(smiles):
        for conformer in shape.mol.GetConformers():
            for four in shape.mol.GetSubstructMatches(amide):
                assert abs(rdMolTransforms.GetDihedralDeg(conformer, *four)) < 30, "carbon and oxygen on one side"


def test_a_bicycle_is_cut_out_with_all_its_rings() -> None:
    quinuclidine, tropane = strains("C1CN2CCC1CC2"), strains("CN1[C@H]2CC[C@@H]1CCC2")
    assert len(quinuclidine) >= 1
    assert len(tropane) >= 2, "methyl on either side, chair and boat"
    assert max(quinuclidine + tropane) < WORTH_DOCKING


def test_what_follows_on_a_chain_does_not_change_the_strain() -> None:
    short, long = "CCN1CCC(C)CC1", "CC1CCN(CC1)CCCCCCc1ccccc1"
    (first,), (second,) = (puckered(Chem.MolFromSmiles(smiles)) for smiles in (short, long))
    assert first.strains == second.strains


def test_the_same_seed_gives_the_same_shapes() -> None:
    first, again = found("CC1CCN(C)CC1"), found("CC1CCN(C)CC1")
    assert [Chem.MolToMolBlock(one.mol) for one in first] == [Chem.MolToMolBlock(one.mol) for one in again]
    strained = [one.strain for one in first]
    assert strained == sorted(strained)
    assert strained[0] == 0.0
    assert strained[-1] < WORTH_DOCKING


def test_charges_do_not_fold_a_molecule_onto_itself() -> None:
    """In a vacuum the acid lies on the ammonium group, which holds the ring in an axial chair."""
    shape = found("[O-]C(=O)C[C@@H]1CCCC[NH2+]1")[0]
    assert positions(shape, "[CH2;!R]C1[NH2+]CCCC1") == {"equatorial"}


def chairs(smiles: str) -> list[float]:
    """Strains of the shapes of a six-membered ring that are chairs."""
    measured = _strains(smiles)
    assert measured is not None
    torsions, _, turns, strained = measured
    return [
        strain
        for strain, turn in zip(strained, turns, strict=True)
        if all(35 < abs(angle) < 75 for angle in turn[: len(torsions)])
    ]


@pytest.mark.parametrize(
    ("smiles", "low", "high"),
    [
        # A values of Eliel and Wilen, Stereochemistry of Organic Compounds, 1994
        ("CC1CCCCC1", 1.2, 2.2),  # 1.74 kcal/mol
        ("CC(C)C1CCCCC1", 1.2, 3.0),  # 2.21
        ("FC1CCCCC1", 0.05, 1.0),  # 0.25 to 0.42
        ("c1ccccc1C1CCCCC1", 2.0, 4.5),  # 2.8
    ],
)
def test_axial_substituents_cost_their_a_value(smiles: str, low: float, high: float) -> None:
    assert low <= max(chairs(smiles)) <= high


@pytest.mark.parametrize(("smiles", "pattern"), [("CC1CCCCC1", "[CH3]C1CCCCC1"), (RISPERIDONE, ARYL)])
def test_an_unstrained_shape_is_equatorial(smiles: str, pattern: str) -> None:
    said = [(one.strain, positions(one, pattern)) for one in shapes(Chem.MolFromSmiles(smiles), 4)]
    assert all(where == {"equatorial"} for strain, where in said if strain < 0.3)
    assert all(len(where) == 1 for _, where in said), "a shape holds one kind"

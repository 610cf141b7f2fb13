"""How two molecules differ: places, cores and words, against changes made by the library's rules and by hand."""

from itertools import islice

import pytest

from molgrad.chem.matched_pair import change
from molgrad.chem.naming import rings_of
from molgrad.chem.parse import read
from molgrad.chem.positions import NAMED_GROUPS, groups_of
from molgrad.chem.tables import read_table
from molgrad.chem.transforms import neighbours

LEADS = (
    "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1",
    "O=C(Nc1ccc(F)cc1)c1n[nH]cc1NC(=O)c1c(F)cccc1F",
    "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC",
    "C[C@H](N)C(=O)N1CCC(c2ccccc2)CC1",
)


@pytest.mark.parametrize("lead", LEADS)
def test_a_rule_at_one_site_changes_one_place(lead: str) -> None:
    several = []
    for made in islice(neighbours(lead, 1, 60), 60):
        found = change(lead, made.smiles)
        assert change(made.smiles, lead).places == found.places
        if found.places != 1:
            several.append((made.transform, made.smiles, found.places))
    assert several == []


@pytest.mark.parametrize("lead", LEADS)
def test_the_core_is_alike_in_both(lead: str) -> None:
    parent = read(lead).mol
    for made in islice(neighbours(lead, 2, 30), 30):
        found = change(lead, made.smiles)
        child = read(made.smiles).mol
        for a, b in found.core:
            ours, theirs = parent.GetAtomWithIdx(a), child.GetAtomWithIdx(b)
            assert (ours.GetAtomicNum(), ours.IsInRing()) == (theirs.GetAtomicNum(), theirs.IsInRing())
        assert len(found.core) + len(found.lost) == parent.GetNumAtoms()
        assert len(found.core) + len(found.gained) == child.GetNumAtoms()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oc1ccccn1", "O=c1cccc[nH]1"),
        ("Cc1c[nH]cn1", "Cc1cnc[nH]1"),
        ("CC(=O)Nc1ccccc1", "CC(O)=Nc1ccccc1"),
        ("NCCC(=O)O", "[NH3+]CCC(=O)[O-]"),
        ("OCC", "CCO"),
    ],
)
def test_drawings_of_one_compound_do_not_differ(one: str, other: str) -> None:
    found = change(one, other)
    assert (found.places, found.lost, found.gained) == (0, frozenset(), frozenset())
    assert found.text == "the same compound"


@pytest.mark.parametrize(
    ("parent", "child", "count"),
    [
        ("Cc1ccc(NC(C)=O)cc1", "Cc1ccc(NC(C)=O)cc1F", 1),
        ("C[C@H](N)c1ccccc1", "C[C@@H](N)c1ccccc1", 1),
        ("Cc1ccc(NC(=O)C2CCNCC2)cc1", "FC(F)(F)c1ccc(NC(=O)C2CCNCC2C)cc1", 2),
        ("O=C(Nc1ccc(CC2CCNCC2)cc1)c1ccccc1", "O=C(Nc1ccc(OC2CCNCC2)cc1)c1ccccn1", 2),
    ],
)
def test_places_are_counted(parent: str, child: str, count: int) -> None:
    assert change(parent, child).places == count


@pytest.mark.parametrize(
    ("parent", "child", "said"),
    [
        ("O=C(Cc1ccccc1)Nc1ccc(F)cc1", "O=C(Cc1ccccc1)Nc1ccc(C(F)(F)F)cc1", "F para to the amide -> CF3"),
        ("CC(C)Nc1ccccc1", "CC(C)N(C)c1ccccc1", "N-H -> N-CH3"),
        ("CC(=O)NCc1ccccc1", "CC(=O)NCc1ccncc1", "phenyl -> 4-pyridyl"),
        ("CC(=O)NC1CCCCC1", "CC(=O)NN1CCCCC1", "cyclohexyl -> piperidin-1-yl"),
        ("Cc1ccc(NC(=O)c2ccccc2)cc1C", "Cc1ccc(C(=O)Nc2ccccc2)cc1C", "amide turned round"),
        (
            "O=C(c1ccncc1)n1cccc1CCNC(C)=O",
            "O=C(c1ccncc1)n1c(CCNC(C)=O)cc2ccccc21",
            "benzo ring fused to the pyrrole (indole)",
        ),
        (
            "c1ccc(CN2CCCC(Cc3ccncc3)C2)cc1",
            "c1ccc(CN2CCOC(Cc3ccncc3)C2)cc1",
            "CH2 at C4 of the piperidine -> O (morpholine in place of piperidine)",
        ),
        ("CC(=O)N1CCCCC1", "CC(=O)N1CCOCC1", "piperidin-1-yl -> morpholin-4-yl"),
        ("Cc1ccc2[nH]ccc2c1", "Fc1ccc2[nH]ccc2c1", "CH3 at C5 of the indole -> F"),
        ("CCOc1ccc(CO)cc1", "CCOc1ccc(CO)cc1C", "CH3 added ortho to the OCH2CH3"),
        ("c1ccc(COc2ccccn2)cc1", "Cc1ccc(COc2ccccn2)cc1", "CH3 added para to the CH2"),
        ("Cc1ccc(Oc2ccccc2)cc1", "Cc1ccc(Cc2ccccc2)cc1", "O between the two phenyl groups -> CH2"),
        ("COc1ccccc1CCN", "CCOc1ccccc1CCN", "OCH3 ortho to the CH2CH2NH2 -> OCH2CH3"),
        ("O=C(c1ccccc1)c1cccs1", "OC(c1ccccc1)c1cccs1", "C=O -> CH-OH"),
        ("COC(=O)c1cccc(C)c1", "CNC(=O)c1cccc(C)c1", "CO2CH3 meta to the CH3 -> CONHCH3"),
        ("C[C@H](N)c1ccccc1", "C[C@@H](N)c1ccccc1", "the mirror image"),
        ("Fc1cccc(C(=O)NC2CC2)c1", "O=C(NC1CC1)c1ccc(F)cc1", "F meta to the amide C=O moved to para"),
    ],
)
def test_a_change_is_told_as_a_chemist_tells_it(parent: str, child: str, said: str) -> None:
    assert change(parent, child).text == said


RING_NAMES = {name for name, *_ in read_table("ring_names.tsv")}


@pytest.mark.parametrize("lead", LEADS)
def test_no_group_is_named_that_neither_molecule_has(lead: str) -> None:
    for made in islice(neighbours(lead, 5, 120), 120):
        text = f" {change(lead, made.smiles).text} "
        rings = {named.name for one in (lead, made.smiles) for _, named in rings_of(one)}
        groups = {name for one in (lead, made.smiles) for name, _ in groups_of(one)}
        assert {name for name in RING_NAMES if f" {name} " in text} <= rings, text
        assert {name for name, _ in NAMED_GROUPS if f" the {name} " in text} <= groups | rings, text

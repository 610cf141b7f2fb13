"""How two molecules differ: places, cores and words, against changes made by the library's rules and by hand."""

from itertools import islice

import pytest

from molgrad.chem.matched_pair import change
from molgrad.chem.parse import read
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

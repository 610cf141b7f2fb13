"""How two molecules differ: places, cores and words, against changes made by the library's rules and by hand."""

import re
from itertools import islice
from pathlib import Path

import pytest
from rdkit import Chem

from molgrad.chem.matched_pair import change
from molgrad.chem.parse import read
from molgrad.chem.positions import NAMED_GROUPS, groups_of
from molgrad.chem.ring_names import ring_name, rings_of
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
    assert found.text.partition(",")[0] == "the same compound"


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
            "benzo ring fused to C2 and C3 of the pyrrole (indole)",
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
        (
            "CCc1nc(N)ncc1Cc1cc(OC)c(Cl)c(OC)c1",
            "CCc1nc(N)cnc1-c1cc(OC)c(Cl)c(OC)c1",
            "CH2-(2-amino-4-ethylpyrimidin-5-yl) meta to the OCH3 -> 5-amino-3-ethylpyrazin-2-yl",
        ),
        ("Fc1cccc(C(=O)NC2CC2)c1", "O=C(NC1CC1)c1ccc(F)cc1", "F meta to the amide C=O moved to para"),
    ],
)
def test_a_change_is_told_as_a_chemist_tells_it(parent: str, child: str, said: str) -> None:
    assert change(parent, child).text == said


PAIRS = Path(__file__).parents[1] / "data" / "net_changes.tsv"
TABLE = [line.split("\t") for line in PAIRS.read_text().splitlines() if "\t" in line and not line.startswith("#")]


@pytest.mark.parametrize(("parent", "child", "said"), TABLE)
def test_what_a_chemist_would_call_it(parent: str, child: str, said: str) -> None:
    assert change(parent, child).text == said


def test_words_hold_no_counts_and_no_bare_fragments_in_either_direction() -> None:
    assert len(TABLE) >= 150
    for parent, child, _ in TABLE:
        for text in (change(parent, child).text, change(child, parent).text):
            assert not re.search(r"\d atoms|bonds|membered|None|\*|->\s*$|^\s*->", text), text


@pytest.mark.parametrize(
    ("smiles", "name"),
    [
        ("C1CC2CCC1C2", "bicyclo[2.2.1]heptane"),
        ("C1C2CC1C2", "bicyclo[1.1.1]pentane"),
        ("C1CC2CNC1CO2", "2-oxa-5-azabicyclo[2.2.2]octane"),
        ("O=C1C2CCC1CC2", "bicyclo[2.2.1]heptan-7-one"),
        ("C1CC12CCNCC2", "6-azaspiro[2.5]octane"),
        ("C1OCC12CNC2", "2-oxa-6-azaspiro[3.3]heptane"),
        ("C1=CC2CCC1C2", "bicyclo[2.2.1]hept-2-ene"),
        ("O=S1(=O)CC2(C1)CNC2", "2-thia-6-azaspiro[3.3]heptane dioxide"),
        ("C[NH+]1CCCCC1", "piperidine"),
        ("C[n+]1ccccc1", "pyridine"),
        ("C1CC2CC3CC1CC(C2)N3", "ring C1CC2CC3CC1CC(C2)N3"),
    ],
)
def test_rings_have_the_names_of_their_skeletons(smiles: str, name: str) -> None:
    (found,) = rings_of(smiles)
    assert found[1].name == name


def _mol(smiles: str) -> Chem.Mol:
    return read(smiles).mol


def _each(mol: Chem.Mol) -> tuple[tuple[int, ...], ...]:
    return tuple(mol.GetRingInfo().AtomRings())


RING_NAMES = {name for name, *_ in read_table("ring_names.tsv")}


@pytest.mark.parametrize("lead", LEADS)
def test_no_group_is_named_that_neither_molecule_has(lead: str) -> None:
    for made in islice(neighbours(lead, 5, 120), 120):
        text = f" {change(lead, made.smiles).text} "
        rings = {named.name for one in (lead, made.smiles) for _, named in rings_of(one)}
        rings |= {ring_name(mol, frozenset(ring)).name for mol in map(_mol, (lead, made.smiles)) for ring in _each(mol)}
        groups = {name for one in (lead, made.smiles) for name, _ in groups_of(one)}
        assert {name for name in RING_NAMES if f" {name} " in text} <= rings, text
        assert {name for name, _ in NAMED_GROUPS if f" the {name} " in text} <= groups | rings, text

"""The library: every rule does what its example says, only where it is told to, always the same way."""

import re
import time

import pytest
from rdkit import Chem

from molgrad.chem.crossover import crossover
from molgrad.chem.parse import canonical, read
from molgrad.chem.stereo import first_stereoisomer, undefined_stereo
from molgrad.chem.transforms import LIBRARY, Transform, apply_transform, get_transform, neighbours
from molgrad.errors import InvalidMoleculeError, UnknownNameError

TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
RISPERIDONE = "Cc1nc2CCCCn2c(=O)c1CCN1CCC(CC1)c1noc2cc(F)ccc12"
IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"
CHIRAL = "C[C@H](N)C(=O)N1CCC[C@H]1c1ccccc1"


@pytest.mark.parametrize("rule", LIBRARY.values(), ids=lambda rule: rule.name)
def test_every_rule_makes_its_example(rule):
    before, after = rule.example
    wanted = first_stereoisomer(after)[0]
    assert wanted in apply_transform(rule.name, before)


def test_the_library_is_large_and_explained():
    assert len(LIBRARY) >= 150
    assert all(len(rule.reason) > 5 and not rule.reason.endswith(".") for rule in LIBRARY.values())
    assert len({rule.smarts for rule in LIBRARY.values()}) == len(LIBRARY)


def test_effects_are_measured():
    effect = get_transform("scan_chloro").effect
    assert effect["heavy"] == 1
    assert 0.4 < effect["logp"] < 0.9
    assert get_transform("swap_to_carboxamide").effect["tpsa"] > 40


@pytest.mark.parametrize("smiles", [TRIMETHOPRIM, RISPERIDONE, IMATINIB, CHIRAL])
def test_neighbours_are_sound_distinct_single_isomers(smiles):
    found = list(neighbours(smiles, 1, 120))
    assert len({n.smiles for n in found}) == len(found) == 120
    for neighbour in found:
        assert canonical(neighbour.smiles) == neighbour.smiles
        assert "." not in neighbour.smiles
        assert neighbour.smiles != canonical(smiles)
        assert not undefined_stereo(neighbour.smiles)
        assert neighbour.transform in LIBRARY


def test_neighbours_depend_on_the_seed_alone():
    assert list(neighbours(TRIMETHOPRIM, 3, 40)) == list(neighbours(TRIMETHOPRIM, 3, 40))
    assert list(neighbours(TRIMETHOPRIM, 3, 40)) == list(neighbours("c1(OC)c(OC)cc(cc1OC)Cc1cnc(nc1N)N", 3, 40))
    assert list(neighbours(TRIMETHOPRIM, 3, 40)) != list(neighbours(TRIMETHOPRIM, 4, 40))
    assert list(neighbours(TRIMETHOPRIM, 3, 0)) == []


def test_neighbours_are_spread_over_rules():
    rules = {n.transform for n in neighbours(TRIMETHOPRIM, 0, 100)}
    assert len(rules) > 70


def test_neighbours_are_quick():
    list(neighbours(TRIMETHOPRIM, 0, 150))  # rules are parsed once
    start = time.perf_counter()
    assert len(list(neighbours(TRIMETHOPRIM, 1, 150))) == 150
    assert time.perf_counter() - start < 1.5  # 0.05 s alone on a core; the bound is for a busy machine


def test_an_addressed_rule_touches_only_its_atom():
    toluene_like = "Cc1ccc(Cl)cc1"
    smiles = canonical(toluene_like)
    mol = read(smiles).mol
    chlorine = next(a.GetIdx() for a in mol.GetAtoms() if a.GetSymbol() == "Cl")
    methyl = next(a.GetIdx() for a in mol.GetAtoms() if a.GetDegree() == 1 and a.GetSymbol() == "C")
    assert apply_transform("swap_to_cyano", smiles, [chlorine]) == [canonical("Cc1ccc(C#N)cc1")]
    assert apply_transform("swap_to_cyano", smiles, [methyl]) == [canonical("N#Cc1ccc(Cl)cc1")]
    assert len(apply_transform("swap_to_cyano", smiles)) == 2
    assert apply_transform("scan_fluoro", smiles, [chlorine]) == []
    assert apply_transform("scan_fluoro", smiles, []) == []


def test_symmetric_sites_can_each_be_addressed():
    mol = read("c1ccccc1").mol
    for atom in mol.GetAtoms():
        assert apply_transform("scan_chloro", "c1ccccc1", [atom.GetIdx()]) == ["Clc1ccccc1"]


def test_protected_atoms_come_out_as_they_went_in():
    smiles = canonical(TRIMETHOPRIM)
    core = read(smiles).mol.GetSubstructMatch(Chem.MolFromSmarts("Nc1ncc(C)c(N)n1"))
    found = list(neighbours(smiles, 0, 80, protected=core))
    assert len(found) > 40
    pattern = Chem.MolFromSmarts("[NH2]c1nc([NH2])c([CX4,CX3,O,N,S])cn1")
    assert all(Chem.MolFromSmiles(n.smiles).HasSubstructMatch(pattern) for n in found)
    assert apply_transform("scan_fluoro", "c1ccccc1", protected=range(6)) == []
    # Nothing is set between two of them, though that would leave the state of either as it is.
    assert apply_transform("homologate", "NCc1ccccc1", protected=[0]) != []
    assert apply_transform("homologate", "NCc1ccccc1", protected=[0, 1, 2]) == []
    # The ring atom that bears the group keeps its state, so the group may still be exchanged.
    assert apply_transform("swap_to_fluoro", "Clc1ccccc1", protected=range(1, 7)) == ["Fc1ccccc1"]


@pytest.mark.parametrize(
    ("chiral", "other", "rule"),
    [
        ("C[C@H](O)c1ccccc1", "C[C@@H](O)c1ccccc1", "invert_centre"),
        ("CC/C=C/c1ccncc1", "CC/C=C\\c1ccncc1", "switch_double_bond"),
    ],
)
def test_protected_atoms_keep_their_configuration(chiral: str, other: str, rule: str) -> None:
    smiles = canonical(chiral)
    mol = read(smiles).mol
    centres = [a.GetIdx() for a in mol.GetAtoms() if str(a.GetChiralTag()) != "CHI_UNSPECIFIED"]
    marked = [i for b in mol.GetBonds() if b.GetStereoAtoms() for i in (b.GetBeginAtomIdx(), b.GetEndAtomIdx())]
    assert apply_transform(rule, smiles) == [canonical(other)]
    assert apply_transform(rule, smiles, protected=[*centres, *marked]) == []
    assert list(neighbours(smiles, 0, 50, protected=range(mol.GetNumAtoms()))) == []
    free = [n.smiles for n in neighbours(smiles, 0, 300, protected=[*centres, *marked])]
    assert len(free) > 100
    assert canonical(other) not in free
    if marked:  # one that was E stays so whatever its ends are exchanged for
        assert all("/C=C/" in one or "\\C=C\\" in one for one in free)


def test_untouched_stereo_is_kept_and_new_stereo_settled():
    products = apply_transform("scan_fluoro", CHIRAL)
    assert products
    for smiles in products:
        centres = Chem.FindMolChiralCenters(Chem.MolFromSmiles(smiles), useLegacyImplementation=False)
        before = Chem.FindMolChiralCenters(Chem.MolFromSmiles(CHIRAL), useLegacyImplementation=False)
        assert sorted(label for _, label in centres) == sorted(label for _, label in before)
    assert not undefined_stereo(apply_transform("ketone_to_alcohol", "CCC(=O)c1ccccc1")[0])


def test_a_centre_can_be_inverted():
    assert apply_transform("invert_centre", "C[C@H](O)c1ccccc1") == [canonical("C[C@@H](O)c1ccccc1")]


def test_an_unknown_rule_names_its_neighbours():
    with pytest.raises(UnknownNameError, match="scan_fluoro"):
        apply_transform("scan_fluor", TRIMETHOPRIM)


def test_a_bad_molecule_is_refused():
    with pytest.raises(InvalidMoleculeError):
        neighbours("c1ccc", 0, 5)


def test_a_rule_has_one_of_five_kinds():
    with pytest.raises(ValueError, match="kind"):
        Transform("x", "[cH:1]>>[c:1]F", "why", "explode", ("c1ccccc1", "Fc1ccccc1"))


def test_crossover_joins_parts_of_both():
    children = list(crossover(TRIMETHOPRIM, RISPERIDONE, 0, 20))
    assert len(set(children)) == len(children) == 20
    for child in children:
        assert canonical(child) == child
        assert "." not in child
        assert not undefined_stereo(child)
    assert any("c(N)n" in child and "noc" in child for child in children)


def test_crossover_is_bounded_and_repeatable():
    assert list(crossover(TRIMETHOPRIM, RISPERIDONE, 5, 10)) == list(crossover(TRIMETHOPRIM, RISPERIDONE, 5, 10))
    assert list(crossover(TRIMETHOPRIM, RISPERIDONE, 5, 10)) != list(crossover(TRIMETHOPRIM, RISPERIDONE, 6, 10))
    assert list(crossover(TRIMETHOPRIM, "c1ccccc1", 0, 10)) == []
    assert list(crossover(TRIMETHOPRIM, RISPERIDONE, 0, 0)) == []
    start = time.perf_counter()
    list(crossover("CCC" * 30, "OCC" * 30, 0, 10))
    assert time.perf_counter() - start < 2


def test_crossover_keeps_rings_aromatic():
    for child in crossover("CCc1ccncc1", "CCOc1ccccc1", 0, 10):
        mol = Chem.MolFromSmiles(child)
        assert all(mol.GetAtomWithIdx(i).GetIsAromatic() for ring in mol.GetRingInfo().AtomRings() for i in ring)


def test_an_acrylamide_is_not_reversed_into_a_vinyl_amide() -> None:
    assert apply_transform("amide_reverse", "C=CC(=O)Nc1ccccc1") == []
    assert apply_transform("amide_reverse", "CCC(=O)Nc1ccccc1") == [canonical("CCNC(=O)c1ccccc1")]


def test_an_amide_is_not_acylated_into_an_imide() -> None:
    paracetamol, amine = "CC(=O)Nc1ccc(O)cc1", "CNc1ccc(O)cc1"
    assert apply_transform("grow_amine_benzoyl", paracetamol) == []
    assert apply_transform("grow_amine_benzoyl", amine) != []


# Nitrogen whose lone pair takes up a proton at pH 7.4: aliphatic amines, amidines, imidazoles.
BASIC = "[$([NX3;!$(N-a);!$(N-[#6,#16,#15]=[O,S,N]);!$(N-C#N);$(N-[CX4])]),$([NX2]=C-[NX3;!$(NC=O)]),$(n1c[nH]cc1)]"
PARENTS = [
    "Cc1ccc(N2CCCCC2)cc1", "CC(=O)Nc1ccc(C)cc1", "c1ccc2c(c1)CCCC2", "CC1CCCN(c2ccccc2)C1", "Cc1ccc(N2CCOCC2)cc1",
    "CN(C)c1ccc(C)cc1", "c1ccc(Nc2ccncc2)cc1", "CC(=O)c1ccc(-c2ccccc2)cc1", "CNC(=O)c1ccc(OC)cc1", "Nc1ccc(O)cc1",
    "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "c1ccc(-c2ccc[nH]2)cc1", "CCc1ccc(C2CCCCC2)cc1", "CN1CCN(c2ccccc2)CC1",
    "O=C(c1ccccc1)N1CCCCC1", "Cc1ccc(-c2ccc(C)cc2)cc1", "CC(N)Cc1ccccc1", "CNCc1ccccc1", "C1CCNCC1",
]  # fmt: skip


def bases(smiles: str) -> int:
    return len(Chem.MolFromSmiles(smiles).GetSubstructMatches(Chem.MolFromSmarts(BASIC)))


def of_reasons(claim: str, qualified: str) -> list[Transform]:
    return [r for r in LIBRARY.values() if re.search(claim, r.reason) and not re.search(qualified, r.reason)]


@pytest.mark.parametrize("parent", PARENTS)
def test_no_rule_calls_an_aryl_nitrogen_a_base(parent: str) -> None:
    given = of_reasons(r"\b(a|second) base\b|\bbasic\b", r"unless|hardly|barely|weakly|no base|place of a base")
    assert [(rule.name, p) for rule in given for p in apply_transform(rule.name, parent) if not bases(p)] == []


@pytest.mark.parametrize("parent", [p for p in PARENTS if not bases(p)])
def test_no_rule_takes_or_weakens_a_base_where_there_is_none(parent: str) -> None:
    taken = of_reasons(r"(removes|and) the base|place of a base|lowers (the )?basicity|(weaker|more) bas", "an amine")
    assert [rule.name for rule in taken if apply_transform(rule.name, parent)] == []


@pytest.mark.parametrize(
    ("before", "after", "bases", "acids"),
    [
        ("CCC", "CCN", 1, 0),
        ("CCN", "CC(N)=O", -1, 0),
        ("CCN", "NCC(F)(F)F", -1, 0),
        ("c1ccccc1", "Nc1ccccc1", 0, 0),
        ("CC", "CC(N)=N", 1, 0),
        ("CC", "NC(N)=N", 1, 0),
        ("CC(=O)O", "CC(=O)OC", 0, -1),
        ("CC", "CS(=O)(=O)NC(C)=O", 0, 1),
        ("CC", "CN1CCN(C)CC1", 2, 0),
    ],
)
def test_what_a_change_does_to_charges_at_ph_7(before: str, after: str, bases: int, acids: int) -> None:
    effect = Transform("a_change", "[C:1]>>[C:1]", "for the test", "replace", (before, after)).effect
    assert (effect["bases"], effect["acids"]) == (bases, acids)


@pytest.mark.parametrize(
    ("ring", "product"),
    [("4_methylpiperazinyl", "CN1CCN(Cc2ccc(Cl)cc2)CC1"), ("morpholinyl", "Clc1ccc(CN2CCOCC2)cc1")],
)
def test_a_dimethylamine_is_exchanged_and_the_molecule_stays(ring: str, product: str) -> None:
    assert apply_transform(f"amine_to_{ring}", "CN(C)Cc1ccc(Cl)cc1") == [product]

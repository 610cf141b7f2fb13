"""Reading SMILES: atom order, idempotence, salts, and reasons that name the place."""

import subprocess
import sys

import pytest
from rdkit import Chem

from molgrad.chem.parse import canonical, parse, read
from molgrad.chem.problems import MAX_CHARACTERS
from molgrad.errors import InvalidMoleculeError
from molgrad.validation import Validator
from tests.chem.drugs import DRUGS


@pytest.mark.parametrize("smiles", DRUGS.values(), ids=DRUGS)
def test_canonical_is_idempotent_and_numbers_the_atoms(smiles):
    text = canonical(smiles)
    assert canonical(text) == text
    mol = parse(smiles)
    written = Chem.MolFromSmiles(text)
    assert [a.GetSymbol() for a in mol.GetAtoms()] == [a.GetSymbol() for a in written.GetAtoms()]
    assert [sorted(n.GetIdx() for n in a.GetNeighbors()) for a in mol.GetAtoms()] == [
        sorted(n.GetIdx() for n in a.GetNeighbors()) for a in written.GetAtoms()
    ]


@pytest.mark.parametrize("smiles", [DRUGS["aspirin"], DRUGS["risperidone"], DRUGS["sulindac"]])
def test_every_way_to_write_a_molecule_reads_the_same(smiles):
    mol = Chem.MolFromSmiles(smiles)
    for seed in range(20):
        assert canonical(Chem.MolToRandomSmilesVect(mol, 1, randomSeed=seed)[0]) == canonical(smiles)


@pytest.mark.parametrize(
    ("smiles", "words"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("*", "attachment point"),
        ("InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3", "an InChI, not a SMILES; write CCO"),
        ("LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "an InChIKey, which holds no structure"),
        ("[H][H]", "no heavy atom"),
        ("[Na+].[Cl-]", "no organic molecule"),
        ("CC(=O", "character 3"),
        ("CC)C", "character 3"),
        ("C1CC", "character 2: ring bond 1"),
        ("CXC", "character 2: 'X'"),
        ("CC==C", "character 4"),
        ("[C", "character 1"),
        ("C]", "character 2"),
        ("C[Zq]C", "character 2"),
        ("=CC", "character 1"),
        ("CC=", "character 3"),
        ("CC C", "character 3: white space"),
        ("CC(C)(C)(C)C", "atom 1 (C, character 2) has 5 bonds"),
        ("C[N](C)(C)C", "atom 1 (N, character 2) has 4 bonds"),
        ("c1cccc1", "[nH]"),
        ("cC", "must stand in a ring"),
        ("C" * (MAX_CHARACTERS + 1), "at most"),
        ("C" * 600, "600 atoms"),
        ("CC(=O)Oc1ccccc1C(=O)O.CC(=O)Nc1ccc(O)cc1", "mixture"),
    ],
)
def test_a_refusal_says_where_and_why(smiles, words):
    with pytest.raises(InvalidMoleculeError) as caught:
        read(smiles)
    assert words in "; ".join(caught.value.reasons)


@pytest.mark.parametrize(
    ("smiles", "parent", "words"),
    [
        ("CC(=O)[O-].[Na+]", "CC(=O)O", "salt stripped: [Na+]"),
        ("CC(N)Cc1ccccc1.Cl", "CC(N)Cc1ccccc1", "salt stripped: Cl"),
        ("CC[NH3+].[Br-]", "CCN", "neutralised"),
        ("C[N+](C)(C)CCCC.[I-]", "CCCC[N+](C)(C)C", "salt stripped: [I-]"),
        ("NCCc1ccccc1.OC(=O)C(O)C(O)C(=O)O", "NCCc1ccccc1", "tartaric acid"),
        ("CN1CCCCC1.Cc1ccc(S(=O)(=O)O)cc1", "CN1CCCCC1", "toluenesulfonic acid"),
        ("CN1CCCCC1.CN1CCCCC1", "CN1CCCCC1", "repeated fragment"),
        ("CC(=O)Oc1ccccc1C(=O)O.CCO", "CC(=O)Oc1ccccc1C(=O)O", "ethanol"),
    ],
)
def test_salts_are_stripped_and_said(smiles, parent, words):
    parsed = read(smiles)
    assert parsed.smiles == canonical(parent)
    assert words in "; ".join(parsed.notes)


def test_a_single_molecule_keeps_its_charges_and_has_no_notes():
    assert read("CC(=O)[O-]").smiles == "CC(=O)[O-]"
    assert read("[NH3+]CC(=O)[O-]").notes == ()


def test_a_parsed_molecule_belongs_to_the_caller():
    parse("CCO").GetAtomWithIdx(0).SetAtomicNum(7)
    assert [a.GetSymbol() for a in parse("CCO").GetAtoms()] == ["C", "C", "O"]


def test_nothing_is_printed():
    bad = ["CC(=O", "c1cccc1", "CXC", "C(C)(C)(C)(C)C"]
    code = f"from molgrad.chem.parse import examine\nfor smiles in {bad}: examine(smiles)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""


@pytest.mark.parametrize("text", ["éCCO", "CCOé", "C\x00C"])
def test_a_character_that_no_smiles_has_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InvalidMoleculeError, match=r"character [134]: .* belongs to no SMILES|character 2: "):
        parse(text)


@pytest.mark.parametrize("smiles", ["[#119]", "CC[#120]", "[#118]C[#300]", "[2#256]", "[#99999999999999999999]"])
def test_an_element_beyond_the_periodic_table_is_a_reason(smiles: str) -> None:
    with pytest.raises(InvalidMoleculeError, match="there are 118 elements"):
        read(smiles)
    assert not Validator("dockable").check(smiles).ok

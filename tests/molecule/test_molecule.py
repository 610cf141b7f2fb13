"""A Molecule never holds an unsound value; its domain executes edits and refuses what is not druglike."""

import pytest

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Edit, Gradient
from molgrad.chem.parse import canonical
from molgrad.chem.stable import settled
from molgrad.errors import InvalidMoleculeError
from molgrad.molecule.domain import MOLECULES, MoleculeDomain
from molgrad.molecule.molecule import Molecule

TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


def test_the_value_is_canonical():
    molecule = Molecule("C(C)O", role_description="solvent")
    assert molecule.value == molecule.smiles == "CCO"
    assert [atom.GetSymbol() for atom in molecule.mol.GetAtoms()] == ["C", "C", "O"]
    assert molecule.notes == ()
    assert molecule.domain.spec() == MOLECULES.spec()


def test_a_salt_is_stripped_and_said():
    molecule = Molecule(TRIMETHOPRIM + ".Cl")
    assert molecule.value == canonical(TRIMETHOPRIM)
    assert "salt" in molecule.notes[0]


@pytest.mark.parametrize("bad", ["", "c1ccc", "not a molecule", "C*", "[H][H]", "CC[Se]C", "OB(O)c1ccccc1", "C" * 90])
def test_a_bad_value_is_refused_with_reasons(bad):
    with pytest.raises(InvalidMoleculeError) as caught:
        Molecule(bad)
    assert caught.value.reasons


def test_assignment_of_a_bad_value_keeps_the_last_good_one():
    molecule = Molecule(TRIMETHOPRIM + ".Cl")
    before, notes = molecule.value, molecule.notes
    with pytest.raises(InvalidMoleculeError):
        molecule.value = "C[Se]C"
    assert (molecule.value, molecule.notes) == (before, notes)
    molecule.value = "OCC"
    assert (molecule.value, molecule.notes) == ("CCO", ())


def test_it_draws_itself_with_the_atoms_its_gradients_speak_of():
    molecule = Molecule(TRIMETHOPRIM)
    plain = molecule._repr_mimebundle_()["image/svg+xml"]
    assert plain.startswith("<svg")
    molecule.gradients.append(Gradient("Try: swap it", edits=(Edit("replace", {"atoms": [0, 1, 999]}, "swap it"),)))
    marked = molecule._repr_mimebundle_()["image/svg+xml"]
    assert marked.count("<ellipse") == plain.count("<ellipse") + 2


def test_the_domain_is_a_domain():
    assert isinstance(MOLECULES, Domain)
    assert (MOLECULES.name, MOLECULES.default_advisor) == ("molecule", "chemist")
    with pytest.raises(ValueError, match="ring bond"):
        MOLECULES.canonical("c1ccc")


def test_validation_gives_reasons():
    assert MOLECULES.validate(TRIMETHOPRIM) == ()
    assert MOLECULES.validate("C[Se]C")
    assert any("undefined" in reason for reason in MOLECULES.validate("CC(O)c1ccc(F)cc1"))
    assert MoleculeDomain("parse").validate("CC(O)c1ccc(F)cc1") == ()


def test_edits_are_executed_where_they_say():
    smiles = canonical("Cc1ccc(Cl)cc1")
    place = [a.GetIdx() for a in Molecule(smiles).mol.GetAtoms() if a.GetSymbol() == "Cl"]
    edit = Edit("replace", {"transform": "swap_to_cyano", "atoms": place})
    assert MOLECULES.apply(smiles, edit) == [canonical("Cc1ccc(C#N)cc1")]
    assert MOLECULES.apply(smiles, Edit("replace", {"smiles": "N#Cc1ccc(C)cc1"})) == [canonical("Cc1ccc(C#N)cc1")]


@pytest.mark.parametrize(
    "payload",
    [{}, {"transform": "no_such_rule"}, {"smiles": "c1ccc"}, {"smiles": "Cc1ccc(Cl)cc1"}, {"smiles": "C[Se]CCCCC"},
     {"transform": "scan_fluoro", "atoms": ["a"]}, {"transform": "scan_fluoro", "atoms": [99]}],
)  # fmt: skip
def test_an_edit_that_cannot_be_executed_gives_nothing(payload):
    assert MOLECULES.apply("Cc1ccc(Cl)cc1", Edit("replace", payload)) == []


def test_neighbours_are_valid_and_repeatable():
    found = MOLECULES.neighbours(TRIMETHOPRIM, 2, 60)
    assert len(found) == 60
    assert found == MOLECULES.neighbours(TRIMETHOPRIM, 2, 60)
    for value, edit in found:
        assert MOLECULES.validate(value) == ()
        assert MOLECULES.apply(TRIMETHOPRIM, edit) == [value]


def test_crossover_is_valid():
    children = MOLECULES.crossover(TRIMETHOPRIM, "CN1CCN(Cc2ccc(C(=O)Nc3ccccc3)cc2)CC1", 1, 10)
    assert len(children) == 10
    assert not any(MOLECULES.validate(child) for child in children)


def test_features_and_description():
    features = MOLECULES.features(TRIMETHOPRIM)
    assert sum(features.counts.values()) > 21
    assert features.linear[0] == pytest.approx(21**0.5)
    assert MOLECULES.describe(TRIMETHOPRIM)["weight"] == pytest.approx(290.3, abs=0.1)


def test_fragments_are_told_from_leads() -> None:
    indole_acid = "OC(=O)Cc1c[nH]c2ccccc12"  # 13 heavy atoms
    assert MOLECULES.fragments(["CC(N)=O", indole_acid])
    assert not MOLECULES.fragments(["CC(N)=O", indole_acid.replace("Cc1", "CCc1")])


def test_a_rare_tautomer_is_taken_as_the_stable_one():
    molecule = Molecule("Cc1ccnc(O)c1")
    assert molecule.value == MOLECULES.canonical("Cc1ccnc(O)c1") == "Cc1cc[nH]c(=O)c1"
    assert "drawn as a rare tautomer (lactim in a ring of six)" in molecule.notes[0]
    assert Molecule("Cc1cc[nH]c(=O)c1").notes == ()


def test_whatever_makes_a_molecule_makes_its_stable_form():
    parent = "O=C(Nc1ccc(F)cc1)c1ccncc1Cl"
    made = MOLECULES.apply(parent, Edit("replace", {"smiles": "O=C(Nc1ccc(F)cc1)c1ccnc(O)c1"}))
    made += MOLECULES.apply(parent, Edit("grow", {"group": "O", "atoms": [11]}))
    made += [value for seed in range(4) for value, _ in MOLECULES.neighbours(parent, seed, 40)]
    made += [value for value, _ in MOLECULES.scan(parent)]
    made += MOLECULES.crossover(parent, "Cc1cc(O)nc(-c2ccccc2)c1", 1, 20)
    assert made[0] == "O=C(Nc1ccc(F)cc1)c1cc[nH]c(=O)c1"
    assert all(settled(value) == value for value in made)
    assert any("=c1" in value or "c(=O)" in value for value in made[1:])


def test_the_parents_other_tautomer_is_no_child():
    for drawn in ("Cc1cc[nH]c(=O)c1", "Cc1ccnc(O)c1"):
        other = Edit("replace", {"smiles": "Cc1ccnc(O)c1"})
        assert MOLECULES.apply(drawn, other) == []

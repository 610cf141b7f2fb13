"""Enhanced stereo, isotope labels and hydrogens written as atoms, as they come in files and from drawing programs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdkit import Chem

import molgrad as mg
from molgrad.chem.parse import canonical, read
from molgrad.docking import Docker
from molgrad.docking.species import choose
from molgrad.errors import InvalidMoleculeError
from molgrad.molecule.starts import read_starts
from molgrad.receptors import Receptor
from molgrad.validation import Validator

RACEMATE = "C[C@@H](O)c1ccccc1 |&1:1|"
GIVE = "give the isomer that was measured, where it is known"
CIS = "C[C@H](O)[C@@H](F)c1ccccc1 |{}:1,3|"  # two centres whose relation is known
DEUTERATED = "[2H]C([2H])([2H])Oc1ccc(CCN)cc1"


@pytest.fixture(scope="module")
def docker(receptor: Receptor) -> Iterator[Docker]:
    with Docker(receptor, effort="fast", workers=2) as docker:
        yield docker


def test_of_a_racemate_both_enantiomers_are_docked_and_the_winner_is_named(docker: Docker) -> None:
    one, drawn_the_other_way = docker.dock([RACEMATE, RACEMATE.replace("@@", "@")])
    assert one.ok
    assert len(one.provenance.species) == 2
    assert "racemic at 1; 2 stereoisomers docked: best C[C@" in one.note
    assert one.smiles == RACEMATE
    assert one.affinity == drawn_the_other_way.affinity


def test_a_label_is_docked_without_and_kept_in_the_design(docker: Docker) -> None:
    labelled, plain, fluorine = docker.dock([DEUTERATED, "COc1ccc(CCN)cc1", "[18F]c1ccc(CCN)cc1"])
    assert labelled.smiles == DEUTERATED
    assert labelled.docked_smiles == "COc1ccc(CC[NH3+])cc1"
    assert labelled.affinity == plain.affinity
    assert "isotope label 3 x 2H stays in the SMILES" in labelled.note
    assert len(labelled.atom_map) == 11
    assert fluorine.ok
    assert "18F" in fluorine.note


def test_a_pose_of_a_deuterated_molecule_is_explained_in_its_own_heavy_atoms(receptor: Receptor) -> None:
    loss = mg.Docking(receptor, effort="fast", workers=1)
    evaluation = loss.evaluate([DEUTERATED])[0]
    loss.close()
    assert evaluation.details["smiles"] == DEUTERATED
    assert any(fact.kind.startswith("pose_") for fact in evaluation.facts)


@pytest.mark.parametrize("kind", ["&1", "o1"])
def test_members_of_a_group_are_inverted_together(kind: str) -> None:
    choice = choose(canonical(CIS.format(kind)))
    assert [one.smiles for one in choice.species] == ["C[C@@H](O)[C@H](F)c1ccccc1", "C[C@H](O)[C@@H](F)c1ccccc1"]
    assert choice.note == ("racemic at 1, 3" if kind == "&1" else "one of two forms at 1, 3")


def test_groups_are_inverted_each_on_its_own_and_open_centres_besides() -> None:
    assert len(choose(canonical("C[C@H](O)[C@@H](F)c1ccccc1 |&1:1,o1:3|")).species) == 4
    assert len(choose(canonical("C[C@H](O)C(F)c1ccccc1 |&1:1|")).species) == 4
    many = choose(canonical("F[C@H](Cl)[C@H](F)[C@H](F)[C@H](F)[C@H](F)Br |&1:1,&2:3,&3:5,&4:7,&5:9|"))
    assert (len(many.species), many.possible) == (8, 32)


def test_a_start_is_one_form_and_the_user_is_told_which() -> None:
    starts = read_starts([RACEMATE])
    assert starts.values == ("C[C@@H](O)c1ccccc1",)
    assert starts.notes == (f"start {RACEMATE}: racemic at 1; taken as C[C@@H](O)c1ccccc1; " + GIVE,)


def test_a_group_counts_along_the_text_as_it_was_given() -> None:
    texts = [
        "C[C@H](N)CC.Cl |&1:1|",
        "Cl.C[C@H](N)CC |&1:2|",
        "[H]C([H])([H])[C@](N)([H])CC |&1:4|",
        "CC[C@H](N)C |&4:2|",
    ]
    assert {canonical(text) for text in texts} == {"CC[C@@H](C)N |&1:2|"}


def test_one_molecule_has_one_name_however_it_is_written() -> None:
    mol = Chem.MolFromSmiles("C[C@H](O)[C@@H](F)C1C[C@H](N)CN1C |&1:1,3,o1:7|")
    rng, written = random.Random(0), set()
    for _ in range(30):
        order = list(range(mol.GetNumAtoms()))
        rng.shuffle(order)
        written.add(canonical(Chem.MolToCXSmiles(Chem.RenumberAtoms(mol, order), canonical=False)))
    assert len(written) == 1
    assert canonical(written.copy().pop()) == written.pop()


def test_racemate_one_of_two_open_and_pure_are_four_molecules_and_meso_is_pure() -> None:
    texts = [RACEMATE, RACEMATE.replace("&", "o"), "CC(O)c1ccccc1", "C[C@@H](O)c1ccccc1", "C[C@H](O)c1ccccc1"]
    assert len({canonical(text) for text in texts}) == 5
    assert canonical("C[C@H](O)[C@H](O)C |&1:1,3|") == canonical("C[C@H](O)[C@H](O)C")
    assert canonical("C[C@H](O)c1ccccc1 |a:1|") == "C[C@H](O)c1ccccc1"


def test_what_a_drawing_program_adds_does_not_break_reading() -> None:
    assert canonical("C[C@H](O)F |(0,0,;1,0,;2,1,;2,-1,),$a&1:9;;b,c;$,&1:1|") == "C[C@@H](O)F |&1:1|"
    assert canonical("C[C@H](O)F |w:1.0|") == "CC(O)F"
    assert canonical("C/C=C/C |w:1.0|") == "CC=CC"
    assert canonical("CC=CC |t:1|") == "C/C=C/C"
    assert canonical("CC(O)F |(0,0,;1,0,;2,1,;2,-1,),wU:1.0|") == "C[C@@H](O)F"
    assert canonical("C[C@H](O)F |r|") == "C[C@@H](O)F |o1:1|"


@pytest.mark.parametrize(
    ("extension", "said"),
    [
        ("|&1:1", "not closed"),
        ("|&1:x|", "no list of atom numbers"),
        ("|&1:9|", "names atom 9 of 4"),
        ("|&1:1,o1:1|", "another group"),
        ("|rubbish|", "malformed"),
        ("|&1:1| name", "'name' follows the extension"),
        ("|m:0:1.2|", "variable position"),
        ("|Sg:n:0,1::ht|", "polymer"),
    ],
)
def test_a_malformed_extension_is_refused_in_words(extension: str, said: str) -> None:
    with pytest.raises(InvalidMoleculeError, match=said):
        canonical(f"C[C@H](O)F {extension}")


def test_a_group_on_what_is_no_centre_is_told() -> None:
    assert read("CC(O)c1ccccc1 |&1:0|").notes == (
        "1 atom(s) of the extension carry no configuration (@): read without it",
    )
    assert read("C[C@H](O)c1ccccc1 |&1:1|").notes == ()


def test_a_racemate_is_never_proposed_and_is_measured() -> None:
    assert "racemic at 1: write one stereoisomer" in Validator("druglike").check(RACEMATE).text
    molecule = mg.Molecule(RACEMATE)
    assert (molecule.value, molecule.notes) == (RACEMATE, ("racemic at 1",))
    assert mg.QED().evaluate([RACEMATE])[0].score == mg.QED().evaluate(["CC(O)c1ccccc1"])[0].score


@pytest.mark.parametrize(
    ("text", "design", "docked"),
    [
        ("[2H]C([2H])([2H])Oc1ccccc1", "[2H]C([2H])([2H])Oc1ccccc1", "COc1ccccc1"),
        ("[3H]c1ccccc1O", "[3H]c1ccccc1O", "Oc1ccccc1"),
        ("[11CH3]Oc1ccccc1", "[11CH3]Oc1ccccc1", "COc1ccccc1"),
        ("C[13CH2]O", "C[13CH2]O", "CCO"),
        ("[15NH2]c1ccccc1", "[15NH2]c1ccccc1", "Nc1ccccc1"),
        ("[125I]c1ccccc1", "[125I]c1ccccc1", "Ic1ccccc1"),
        ("[2H][C@H](C)O", "[2H][C@H](C)O", "CCO"),
        ("[2H]/C=C/C", "[2H]/C=C/C", "C=CC"),
        ("[2H][C@](C)(O)F", "[2H][C@](C)(O)F", "C[C@@H](O)F"),
        ("[2H]OC(=O)C.[Na+]", "[2H]OC(C)=O", "CC(=O)O"),
    ],
)
def test_isotopes_of_every_kind_are_read(text: str, design: str, docked: str) -> None:
    assert canonical(text) == canonical(design) == design
    assert choose(canonical(text), protonation="none").species[0].state.smiles == docked
    assert Validator("dockable").check(text).ok
    assert "isotope label" in " ".join(Validator("dockable").check(design).notes)


def test_an_edit_of_a_labelled_molecule_is_not_the_molecule_without_its_label() -> None:
    methoxy = mg.Edit("replace", {"group": "methyl", "atoms": [0]})
    assert mg.MoleculeDomain("dockable").apply(DEUTERATED, methoxy) == []
    assert mg.MoleculeDomain("dockable").apply(DEUTERATED, mg.Edit("replace", {"smiles": "CCO"})) == ["CCO"]


def test_a_labelled_start_keeps_its_label_when_its_centre_is_settled() -> None:
    assert read_starts(["[2H]C([2H])([2H])C(N)CO"]).values == ("[2H]C([2H])([2H])[C@@H](N)CO",)
    assert read_starts(["CC([2H])O"]).values == ("[2H]C(C)O",), "a label alone opens no centre"


@pytest.mark.parametrize(
    ("text", "smiles"),
    [
        (r"[H]/N=C(\N)c1ccc(cc1)O", "N=C(N)c1ccc(O)cc1"),
        ("[H]/N=C(/C)CC", "CCC(C)=N"),
        ("[H]/N=N/C#N", "N#CN=N"),
        (r"[H]/N=C(\NC)N", "CNC(=N)N"),
        ("[H]C([H])([H])O[H]", "CO"),
        ("[H][N+]([H])([H])CC", "CC[NH3+]"),
        ("[H][C@](C)(O)F", "C[C@@H](O)F"),
        ("[H]/C(C)=C(/F)Cl", r"C/C=C(\F)Cl"),
        ("CC[NH3+].[H-]", "CCN"),
        ("[H]c1ccccc1", "c1ccccc1"),
    ],
)
def test_hydrogens_written_as_atoms_are_read(text: str, smiles: str) -> None:
    assert canonical(text) == smiles
    assert len(choose(smiles).species) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[H][H]", "hydrogen only"),
        ("[H+]", "hydrogen only"),
        ("[2H][2H]", "hydrogen only"),
        ("CC*", "open attachment point"),
        ("CC[*:1]", "open attachment point"),
        ("CC~C", "a bond of any kind"),
        ("CC[R1]", "R-group"),
        ("CC |$;R1$|", ""),
        ("CCC[CH2]", "unpaired electron"),
        ("C[B-](C)(C)C", "atom 1 is B"),
        ("C[Mg]Br", "is Mg"),
        ("[Zn+2]", "is Zn"),
        ("C[SiH3]", "is Si"),
    ],
)
def test_what_is_no_molecule_to_dock_is_said_in_words(text: str, said: str) -> None:
    verdict = Validator("dockable").check(text)
    assert said in verdict.text
    assert verdict.ok == (not said)


def test_atom_maps_are_left_out_and_told() -> None:
    assert (read("[CH3:1][OH:2]").smiles, read("[CH3:1][OH:2]").notes) == ("CO", ("atom map numbers left out",))


def test_a_csv_cell_with_an_extension_is_a_racemate(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f'smiles,name\n"{RACEMATE}",rac\n', encoding="utf-8")
    assert "racemic at 1" in read_starts([str(tmp_path / "x.csv")]).notes[1]

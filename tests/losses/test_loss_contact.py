"""Contacts asked of a pose: the crystal's, ones of a hand-made scene, and one real dock."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from molgrad.advisors.chemist.aims import read_aims
from molgrad.advisors.chemist.edits import complaints, edits_for
from molgrad.errors import ConflictingSettingsError, ReceptorError, UnknownNameError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.contact import Contact
from molgrad.losses.docking import Docking
from molgrad.molecule.domain import MOLECULES
from molgrad.receptors.receptor import Box, Receptor, load_receptor
from molgrad.receptors.residues import find_residue
from tests.interactions.scenes import Atom, pose, write_receptor
from tests.loss_fakes import FakeDocker

BOX = Box((0, 0, 0), (20, 20, 20))


def measured(path: Path, contact: Contact, smiles: str, block: str, atoms: list[Atom]) -> Evaluation:
    receptor = Receptor("tiny", write_receptor(path, atoms), BOX, "made up")
    docker = FakeDocker(lambda s: -5.0, poses=(block,))
    return (Docking(receptor, docker=docker) + 5 * contact).evaluate([smiles])[0].terms[1]


@pytest.fixture(scope="module")
def crystal() -> tuple[str, str]:
    """The native ligand of 1ia1 as the crystal has it: canonical SMILES and mol block in its order."""
    mol = Chem.SDMolSupplier(str(load_receptor("1ia1").ligand))[0]
    smiles = Chem.MolToSmiles(mol)
    mol = Chem.RenumberAtoms(mol, mol.GetSubstructMatch(Chem.MolFromSmiles(smiles)))
    return smiles, Chem.MolToMolBlock(Chem.AddHs(mol, addCoords=True))


@pytest.mark.parametrize(
    ("residue", "kind", "kept"),
    [
        ("B:GLU32", "hbond", True),  # the acid of DHFR that holds every 2,4-diaminopyrimidine
        ("Ile9:B", "hbond", True),  # backbone carbonyls
        ("ILE:B112", "hbond", True),
        ("PHE36", "hydrophobic", True),
        ("PHE36", "hbond", False),
        ("GLU32", "hydrophobic", False),
        ("GLU32", "any", True),
        ("ASP146", "any", False),
    ],
)
def test_the_crystal_keeps_what_is_known_of_it(residue: str, kind: str, kept: bool, crystal: tuple[str, str]) -> None:
    smiles, block = crystal
    docking = Docking("1ia1", docker=FakeDocker(lambda s: -8.9, poses=(block,)))
    term = (docking + 5 * Contact(residue, kind=kind)).evaluate([smiles])[0].terms[1]  # type: ignore[arg-type]
    (fact,) = term.facts
    assert term.score == (0.0 if kept else 1.0)
    assert (fact.kind, fact.weight) == (("contact_kept", 0.0) if kept else ("contact_lost", 1.0))
    assert fact.value == term.raw["contact_distance"]
    assert term.raw["contact_kept"] == pytest.approx(1.0 - (term.score or 0.0))
    elements = [Chem.MolFromSmiles(smiles).GetAtomWithIdx(i).GetSymbol() for i in fact.atoms]
    if (kind, kept) == ("hbond", True):
        assert elements == ["N"]
        assert fact.value is not None
        assert fact.value < 3.5


@pytest.mark.parametrize(("gap", "penalty"), [(2.9, 0.0), (3.5, 0.0), (4.25, 0.5), (4.7, 0.8), (5.2, 1.0), (9.0, 1.0)])
def test_a_hydrogen_bond_fades_with_distance(gap: float, penalty: float, tmp_path: Path) -> None:
    block = pose("CCO", [(-2.9, 0, 0), (-1.4, 0, 0), (0, 0, 0)])
    term = measured(tmp_path, Contact("ASP27"), "CCO", block, [("OD1", "ASP", 27, (gap, 0, 0), "OA")])
    assert term.score == pytest.approx(penalty, abs=1e-6)
    (fact,) = term.facts
    assert (fact.atoms, fact.partner, fact.value) == ((2,), "A:ASP27", gap)
    if penalty == 1.0:
        assert "lost: nearest to OD1 of A:ASP27 is O at atom 2" in fact.text
        assert "a donor there" in fact.text


@pytest.mark.parametrize(("gap", "made"), [(2.9, True), (3.9, True), (4.1, False), (9.0, False)])
def test_as_a_gate_it_is_kept_or_there_is_no_result(gap: float, made: bool, tmp_path: Path) -> None:
    block = pose("CCO", [(-2.9, 0, 0), (-1.4, 0, 0), (0, 0, 0)])
    receptor = Receptor("tiny", write_receptor(tmp_path, [("OD1", "ASP", 27, (gap, 0, 0), "OA")]), BOX, "made up")
    docking = Docking(receptor, docker=FakeDocker(lambda s: -5.0, poses=(block,)))
    (whole,) = (docking + 5 * Contact("ASP27", gate=True)).evaluate(["CCO"])
    assert whole.terms[0].score == -5.0  # which is kept
    if made:
        assert whole.score == pytest.approx(-5.0 + 5 * max(0.0, gap - 3.5) / 1.5)
    else:
        assert (whole.status, whole.score) == (Status.INVALID, None)
        assert "does not make the hydrogen bond with A:ASP27 that is required" in whole.reason
        assert whole.terms[1].raw["contact_distance"] == gap


def test_a_slip_in_a_residue_is_said(tmp_path: Path) -> None:
    block = pose("CCO", [(-2.9, 0, 0), (-1.4, 0, 0), (0, 0, 0)])
    with pytest.warns(UserWarning, match="tiny: ASX27 is read as A:ASP27"):
        term = measured(tmp_path, Contact("ASX27"), "CCO", block, [("OD1", "ASP", 27, (2.9, 0, 0), "OA")])
    assert term.details["residue"] == "A:ASP27"


@pytest.mark.parametrize(("degrees", "penalty"), [(180, 0.0), (121, 0.0), (90, 0.5), (75, 0.75), (50, 1.0)])
def test_a_hydrogen_bond_fades_with_its_angle(degrees: float, penalty: float, tmp_path: Path) -> None:
    """A backbone NH whose hydrogen stands so many degrees from the straight line to the ligand's oxygen."""
    mol = Chem.MolFromMolBlock(pose("CC(C)=O", [(2.1, 1.3, 0), (1.2, 0, 0), (2.1, -1.3, 0), (0, 0, 0)]), removeHs=False)
    n = np.array([-3.0, 0.0, 0.0])
    # Of the triangle N-H...O: 1 Å from N to H, 3 Å from N to O, and this angle at H.
    at_n = np.pi - np.radians(degrees) - np.arcsin(np.sin(np.radians(degrees)) / 3.0)
    h = n + np.array([np.cos(at_n), np.sin(at_n), 0.0])
    assert np.degrees(np.arccos(np.dot(n - h, -h) / np.linalg.norm(h))) == pytest.approx(degrees)
    atoms: list[Atom] = [
        ("N", "LEU", 28, (-3.0, 0.0, 0.0), "N"), ("H", "LEU", 28, (float(h[0]), float(h[1]), 0.0), "HD"),
        ("CA", "LEU", 28, (-3.8, -1.2, 0.0), "C"), ("C", "LEU", 28, (-3.8, 1.2, 0.0), "C"),
    ]  # fmt: skip
    term = measured(tmp_path, Contact("LEU28"), "CC(C)=O", Chem.MolToMolBlock(mol), atoms)
    assert term.score == pytest.approx(penalty, abs=0.02)


def test_a_hydrophobic_contact_is_as_lost_as_vinas_term(tmp_path: Path) -> None:
    block = pose("CC", [(-1.5, 0, 0), (0, 0, 0)])
    valine: list[Atom] = [
        ("CB", "VAL", 5, (4.0, 0, 0), "C"), ("CG1", "VAL", 5, (3.0, 2.8, 0), "C"),
        ("CG2", "VAL", 5, (3.0, -2.8, 0), "C"),
    ]  # fmt: skip
    near = measured(tmp_path, Contact("VAL5", "hydrophobic"), "CC", block, valine)
    assert near.score == pytest.approx(0.0, abs=0.05)  # three full contacts of the second carbon at 4.0 to 4.1 Å
    one = measured(tmp_path, Contact("VAL5", "hydrophobic"), "CC", block, [("CB", "VAL", 5, (4.0, 0, 0), "C")])
    assert one.score == pytest.approx(1 - 0.035069 / 0.1, abs=0.01)  # Vina's weight: one contact of the three
    far = measured(tmp_path, Contact("VAL5", "hydrophobic"), "CC", block, [("CB", "VAL", 5, (6.0, 0, 0), "C")])
    assert (far.score, far.facts[0].atoms) == (1.0, (1,))
    assert "a hydrophobic group there" in far.facts[0].text


def test_a_residue_that_is_not_there_is_named_with_near_ones_before_anything_is_docked() -> None:
    docker = FakeDocker()
    for wrong, near in (("A:GLU30", "B:ASN30|B:GLU32"), ("B:LEU9", "B:ILE9"), ("TRP", "B:TRP27")):
        with pytest.raises(ReceptorError, match=f"no residue {wrong}; near ones: .*({near})"):
            (Docking("1ia1", docker=docker) + Contact(wrong)).evaluate(["C"])
    assert docker.asked == []
    with pytest.raises(ReceptorError, match="no residue XYZ9999; 'receptor show'"):
        Contact("XYZ9999", receptor=load_receptor("1ia1"))
    with pytest.raises(ReceptorError, match="no atom for a contact: hydrophobic"):
        (Docking("1ia1", docker=docker) + Contact("GLY20", "hydrophobic")).check()


def test_two_chains_must_be_told_apart(tmp_path: Path) -> None:
    file = write_receptor(tmp_path, [("OD1", "ASP", 27, (0, 0, 0), "OA"), ("OD1", "ASP", 27, (5, 0, 0), "OA")])
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], lines[1].replace("ASP A", "ASP B")]) + "\n")
    twice = Receptor("twice", file, BOX, "made up")
    with pytest.raises(ReceptorError, match="several times: A:ASP27, B:ASP27"):
        find_residue(twice, "ASP27")
    names = ("B:ASP27", "b:asp27", "ASP:B27", "ASP27:B", "Asp27:B")
    assert {find_residue(twice, name).label for name in names} == {"B:ASP27"}


def test_which_docking_is_read(tmp_path: Path) -> None:
    block = pose("CCO", [(-2.9, 0, 0), (-1.4, 0, 0), (0, 0, 0)])
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    near = Receptor("near", write_receptor(tmp_path / "a", [("OD1", "ASP", 27, (2.9, 0, 0), "OA")]), BOX, "")
    far = Receptor("far", write_receptor(tmp_path / "b", [("OD1", "ASP", 27, (9.0, 0, 0), "OA")]), BOX, "")
    docks = [Docking(r, docker=FakeDocker(poses=(block,))) for r in (near, far)]
    both = docks[0] + docks[1]
    for receptor, expected in (("near", 0.0), ("FAR", 1.0), (far, 1.0)):
        assert (both + Contact("ASP27", receptor=receptor)).evaluate(["CCO"])[0].terms[2].score == expected
    with pytest.raises(ConflictingSettingsError, match="say which with receptor="):
        (both + Contact("ASP27")).evaluate(["CCO"])
    with pytest.raises(ConflictingSettingsError, match=r"write mg.Docking\(receptor\)"):
        Contact("ASP27").evaluate(["CCO"])
    assert Contact("ASP27").spec() == {"loss": "contact", "residue": "ASP27", "kind": "hbond"}
    assert Contact("ASP27", receptor=far).spec()["receptor"] == "far"


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="hbond"):
        Contact("ASP27", kind="h-bond")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="A:GLU30"):
        Contact(" ")


def test_without_a_pose_it_failed_with_the_reason(tmp_path: Path) -> None:
    atoms: list[Atom] = [("OD1", "ASP", 27, (2.9, 0, 0), "OA")]
    receptor = Receptor("tiny", write_receptor(tmp_path, atoms), BOX, "made up")
    (none,) = (Docking(receptor, docker=FakeDocker()) + Contact("ASP27")).evaluate(["CCO"])
    assert (none.terms[1].status, none.terms[1].reason) == (Status.FAILED, "the dock kept no pose to look at")
    other = measured(tmp_path, Contact("ASP27"), "CCO", pose("CO", [(-1.4, 0, 0), (0, 0, 0)]), atoms)
    assert (other.status, other.reason) == (Status.FAILED, "the pose is of another molecule")


def test_the_chemist_answers_what_is_lost_and_keeps_what_is_kept(crystal: tuple[str, str]) -> None:
    smiles, block = crystal
    docking = Docking("1ia1", docker=FakeDocker(lambda s: -8.9, poses=(block,)))
    whole = (docking + 5 * Contact("GLU32") + 5 * Contact("ASP146")).evaluate([smiles])[0]
    first = complaints([whole])[0]
    assert (first.term, first.fact.kind, first.cost) == ("contact_ASP146", "contact_lost", 5.0)
    edits = edits_for(smiles, [whole], read_aims([whole]), MOLECULES.plausible)
    kept = next(edit for edit in edits if edit.kind == "keep")
    assert kept.payload["atoms"] == list(whole.terms[1].facts[0].atoms)


def test_a_real_dock_is_read() -> None:
    docking = Docking("1ia1", effort="fast", workers=1, cache=False)
    try:
        (whole,) = (docking + 5 * Contact("B:GLU32")).evaluate(["COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"])
    finally:
        docking.close()
    assert whole.ok
    bonds = [f.partner for f in whole.terms[0].facts if f.kind == "pose_hbond"]
    assert ("B:GLU32" in bonds) == (whole.terms[1].score == 0.0)


def test_a_residue_that_no_pose_can_reach_is_refused_before_anything_is_docked() -> None:
    loss = Docking("1ia1", docker=FakeDocker()) + Contact("B:LYS45")
    with pytest.raises(ReceptorError, match="more than 4 Å outside the box"):
        loss.check()

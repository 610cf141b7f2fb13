"""Which molecule a row of results is about: ids, names, structures, salts, tautomers, stereo, and what is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.matching import Level, Matcher, is_id
from molgrad.campaign.results import Result
from molgrad.campaign.store import Store
from molgrad.campaign.table import START_NAMES, Table
from molgrad.chem.relatives import relation
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.identities import Identities

PROPOSED = [
    "C[C@H](N)c1ccccc1",  # m0001
    "Cc1ccc[nH]c1=O",  # m0002, a pyridone
    "CC(=O)CC(=O)c1ccccc1",  # m0003, a 1,3-diketone
    "C/C=C/C(N)=O",  # m0004
    "O=C(O)c1ccccc1",  # m0005
    "O=C1CCCc2ccccc21",  # m0006, a ketone
    "C[C@H](O)c1ccncc1",  # m0007
    "C[C@@H](O)c1ccncc1",  # m0008, its mirror image
]


def matcher(folder: Path, level: Level = "ask", results: tuple[Result, ...] = ()) -> Matcher:
    store = Store(folder / "campaign.db")
    store.set_meta(START_NAMES, {MOLECULES.canonical(PROPOSED[4]): "Benzoic"})
    table = Table(store).fresh()
    table.add_batch("start", [Proposal(MOLECULES.canonical(value)) for value in PROPOSED])
    return Matcher(MOLECULES, table, Identities(MOLECULES), results, level)


@pytest.mark.parametrize(
    ("smiles", "name", "found"),
    [
        ("", "m0001", 1),
        ("", " M0001 ", 1),
        ("", "benzoic", 5),
        ("[NH3+][C@@H](C)c1ccccc1.[Cl-]", "", 1),  # a salt
        ("Oc1ncccc1C", "", 2),  # the lactim
        ("[O-]C(=O)c1ccccc1.[Na+]", "", 5),
        ("C[C@H](N)c1ccccc1", "m0001", 1),
        ("CC(O)=CC(=O)c1ccccc1", "", 3),  # its enol has the InChIKey of no ketone and is one compound all the same
    ],
)
def test_what_is_found(tmp_path: Path, smiles: str, name: str, found: int) -> None:
    match = matcher(tmp_path).match(smiles, name)
    assert (match.problem, match.row and match.row.id) == ("", found)


def test_what_was_changed_is_said(tmp_path: Path) -> None:
    finder = matcher(tmp_path)
    assert "salt stripped" in finder.match("[NH3+][C@@H](C)c1ccccc1.[Cl-]").said
    assert "tautomer" in finder.match("Oc1ncccc1C").said


@pytest.mark.parametrize(
    ("smiles", "level", "words"),
    [
        ("CC(N)c1ccccc1", "stereo", "m0001 C[C@H](N)c1ccccc1, drawn without its stereo"),
        ("C[C@@H](N)c1ccccc1", "stereo", "another stereoisomer"),
        ("CC=CC(N)=O", "stereo", "drawn without its stereo"),
        ("C/C=C\\C(N)=O", "stereo", "another stereoisomer"),
        ("OC1=CCCc2ccccc21", "tautomer", "drawn as another tautomer"),
    ],
)
def test_a_difference_is_asked_about_and_never_guessed(tmp_path: Path, smiles: str, level: Level, words: str) -> None:
    asked = matcher(tmp_path).match(smiles)
    assert (asked.asks, asked.row) == (True, None)
    assert words in asked.problem
    assert f"--match {level}" in asked.problem
    assert "--match exact" in asked.problem


@pytest.mark.parametrize(("level", "found"), [("stereo", 1), ("any", 1), ("exact", None)])
def test_the_user_decides(tmp_path: Path, level: Level, found: int | None) -> None:
    match = matcher(tmp_path, level).match("CC(N)c1ccccc1")
    assert (match.problem, match.row and match.row.id) == ("", found)


def test_the_wrong_level_still_asks(tmp_path: Path) -> None:
    assert matcher(tmp_path, "tautomer").match("CC(N)c1ccccc1").asks
    with pytest.raises(ValueError, match="ask, exact, stereo, tautomer, any"):
        Matcher(MOLECULES, Table(Store(tmp_path / "other.db")).fresh(), Identities(MOLECULES), (), "fuzzy")  # type: ignore[arg-type]


def test_one_of_two_mirror_images_is_not_picked(tmp_path: Path) -> None:
    match = matcher(tmp_path, "stereo").match("CC(O)c1ccncc1")
    assert match.row is None
    assert "one of several" in match.problem
    assert "m0007" in match.problem
    assert "m0008" in match.problem


def test_a_name_and_a_structure_that_disagree_are_named(tmp_path: Path) -> None:
    finder = matcher(tmp_path)
    match = finder.match("O=C(O)c1ccccc1", "m0001")
    assert match.row is None
    assert "its name m0001 is that of C[C@H](N)c1ccccc1 and its structure is Benzoic" in match.problem
    assert "its structure is CCCCO" in finder.match("CCCCO", "m0001").problem
    asked = finder.match("CC(N)c1ccccc1", "m0001")
    assert asked.asks, "the id says which molecule, the drawing lacks its stereo"


def test_what_is_not_there_or_not_readable_is_said(tmp_path: Path) -> None:
    finder = matcher(tmp_path)
    assert finder.match("", "m0099").unknown
    assert "cannot be read" in finder.match("c1cccc", "").problem
    saved = finder.match("c1cccc", "m0001")
    assert (saved.row and saved.row.id, "the name was taken" in saved.warning) == (1, True)
    assert "neither" in finder.match("", " ").problem


def test_a_new_molecule_is_one_however_often_it_is_drawn(tmp_path: Path) -> None:
    finder = matcher(tmp_path)
    first, second = finder.match("Oc1ccncc1", "LAB-7"), finder.match("O=c1cc[nH]cc1")
    assert first.value == second.value
    assert finder.match("", "lab-7").value == first.value, "a row by name only, after one that drew it"
    assert first.row is second.row is None


def test_a_laboratorys_own_name_is_remembered(tmp_path: Path) -> None:
    told = (Result("ic50", None, name="LAB-1", smiles="C[C@H](N)c1ccccc1", proposal=1),)
    finder = matcher(tmp_path, results=told)
    assert (finder.match("", "LAB-1").row or None).id == 1  # type: ignore[union-attr]
    other = finder.match("O=C(O)c1ccccc1", "LAB-1")
    assert (other.row and other.row.id, "was the name of" in other.warning) == (5, True)


def test_what_is_no_relative() -> None:
    assert relation("CCO", "COC") is None
    assert relation("Oc1ccccn1", "O=c1cccc[nH]1") is None  # one compound
    assert relation("Cc1ccccc1C", "Cc1cccc(C)c1") is None
    assert [is_id(text) for text in ("m0007", "M12345", "methanol", "CCO", "m7")] == [True, True, False, False, False]

"""Tautomers: one identity for a compound however it is drawn, and the form that water holds is docked."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import molgrad as mg
from molgrad.autograd.gradient import Proposal
from molgrad.chem.identity import identity, same_compound
from molgrad.chem.parse import canonical
from molgrad.chem.stable import stable_form
from molgrad.chem.tables import read_table
from molgrad.cli.app import app
from molgrad.docking import Docker
from molgrad.docking.species import choose
from molgrad.molecule.domain import MOLECULES
from molgrad.molecule.starts import read_starts
from molgrad.optim.ranking import acceptable
from molgrad.receptors import Receptor

PAIRS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "data" / "compounds.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
RULES = list(read_table("stable_forms.tsv"))


@pytest.fixture(scope="module")
def docker(receptor: Receptor) -> Iterator[Docker]:
    with Docker(receptor, effort="fast", workers=1) as docker:
        yield docker


def test_there_are_enough_pairs() -> None:
    answers = [answer for answer, *_ in PAIRS]
    assert min(answers.count("same"), answers.count("different")) >= 40


@pytest.mark.parametrize(("answer", "name", "first", "second"), PAIRS, ids=[name for _, name, *_ in PAIRS])
def test_two_drawings_are_one_compound_or_two(answer: str, name: str, first: str, second: str) -> None:
    assert same_compound(first, second) == (answer == "same"), name


@pytest.mark.parametrize(("name", "smarts", "drawn", "form", "source"), RULES, ids=[name for name, *_ in RULES])
def test_each_rule_gives_the_stable_form_and_leaves_it(
    name: str, smarts: str, drawn: str, form: str, source: str
) -> None:
    assert (stable_form(drawn).smiles, stable_form(drawn).rules) == (canonical(form), (name,)), smarts
    assert stable_form(form).rules == ()
    assert source


@pytest.mark.parametrize(
    ("drawn", "form"),
    [
        ("Oc1ccnc(O)n1", "O=c1cc[nH]c(=O)[nH]1"),
        ("Oc1ccc(O)nn1", "O=c1ccc(O)n[nH]1"),  # maleic hydrazide: one oxygen keeps its hydrogen
        ("Oc1ccnc(O)c1", "O=c1cc(O)cc[nH]1"),
        ("N=c1cc[nH]c(=O)[nH]1", "Nc1cc[nH]c(=O)n1"),
        ("Nc1nc(O)c2nc[nH]c2n1", "Nc1nc2[nH]cnc2c(=O)[nH]1"),
        ("C[C@H](F)C(O)=Nc1ccccc1", "C[C@H](F)C(=O)Nc1ccccc1"),
        ("Oc1cccc(Cl)n1", "Oc1cccc(Cl)n1"),
        ("Oc1cccnc1", "Oc1cccnc1"),
        ("CC(=O)C=C(C)O", "CC(=O)C=C(C)O"),
        ("Cc1cc(O)n[nH]1", "Cc1cc(O)n[nH]1"),
        ("O=S(=O)(N=c1cccc[nH]1)c1ccccc1", "O=S(=O)(N=c1cccc[nH]1)c1ccccc1"),
    ],
)
def test_stable_forms(drawn: str, form: str) -> None:
    found = stable_form(drawn)
    assert found.smiles == canonical(form)
    assert sorted(found.places) == list(range(len(found.places)))


def test_a_hydroxypyridine_is_docked_as_the_pyridone_and_the_user_is_told(docker: Docker) -> None:
    drawn, pyridone = docker.dock(["Oc1ccccn1", "O=c1cccc[nH]1"])
    assert (drawn.smiles, drawn.docked_smiles) == ("Oc1ccccn1", "O=c1cccc[nH]1")
    assert "drawn as a rare tautomer (lactim in a ring of six), docked as O=c1cccc[nH]1" in drawn.note
    assert drawn.affinity == pyridone.affinity


def test_a_row_that_repeats_a_compound_names_the_first(tmp_path: Path) -> None:
    (tmp_path / "x.smi").write_text("Oc1ccccn1 lactim\nO=c1cccc[nH]1 lactam\nCCO ethanol\nOCC again\nC( bad\n")
    run = CliRunner().invoke(app, ["dock", "--dry-run", "-i", str(tmp_path / "x.smi")])
    notes = {row["name"]: row["note"] for row in csv.DictReader(run.stdout.splitlines())}
    assert notes["lactam"].startswith("the same compound as lactim")
    assert notes["again"].startswith("the same compound as ethanol")
    assert "same" not in notes["lactim"] + notes["ethanol"] + notes["bad"]


def test_what_is_to_be_docked_as_written_is() -> None:
    assert choose("Oc1ccccn1", protonation="none").species[0].smiles == "Oc1ccccn1"
    assert choose("Oc1ccccn1", "Oc1ccccn1").species[0].state.smiles == "Oc1ccccn1"


def test_poses_of_the_stable_form_are_numbered_as_the_drawn_one() -> None:
    (one,) = choose(canonical("Oc1nc(-c2ccccc2)nc2ccc(F)cc12")).species
    drawn, docked = mg.Molecule("Oc1nc(-c2ccccc2)nc2ccc(F)cc12").mol, mg.Molecule(one.smiles).mol
    assert [a.GetSymbol() for a in drawn.GetAtoms()] == [docked.GetAtomWithIdx(i).GetSymbol() for i in one.order]
    assert all(
        docked.GetBondBetweenAtoms(one.order[b.GetBeginAtomIdx()], one.order[b.GetEndAtomIdx()])
        for b in drawn.GetBonds()
    )


def test_a_start_that_is_there_already_as_another_tautomer_is_measured_once() -> None:
    starts = read_starts(["Cc1c[nH]cn1", "Cc1cnc[nH]1", "CCO"])
    assert starts.values == ("Cc1c[nH]cn1", "CCO")
    assert starts.notes == ("start Cc1cnc[nH]1: the same compound as Cc1c[nH]cn1; measured once",)


def test_a_tautomer_of_what_was_measured_is_not_proposed_again() -> None:
    offered = [Proposal("Cc1cnc[nH]1"), Proposal("Cc1ccc2[nH]cnc2c1"), Proposal("Cc1ccc2nc[nH]c2c1")]
    kept, _ = acceptable(mg.MoleculeDomain("dockable"), offered, {"Cc1c[nH]cn1"})
    assert [proposal.value for proposal in kept] == ["Cc1ccc2[nH]cnc2c1"]


def test_an_assay_told_for_another_tautomer_is_told_for_the_molecule(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loss = mg.QED() + mg.Assay("ic50")
        campaign = mg.Campaign(tmp_path / "run", start=["Oc1cccc(C)n1"], loss=loss, engine="chemist")
    record = campaign.tell("Oc1cccc(C)n1", 7.1)
    assert record.value == "Cc1cccc(=O)[nH]1", "the pyridone, which dominates in water"
    assert len(campaign.rows()) == 1
    assert campaign.lineage("Oc1cccc(C)n1")[0].value == "Cc1cccc(=O)[nH]1"


def test_identity_is_quick_and_the_same_for_every_spelling() -> None:
    assert identity("OCC") == MOLECULES.identity("CCO")

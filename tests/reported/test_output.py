"""Names, reasons and model's words that try to act: on a spreadsheet, on a terminal, on the file they stand in."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdkit import Chem
from rich.console import Console

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.campaign import Campaign
from molgrad.docking.result import DockResult
from molgrad.errors import InputFileError, one_line, plain
from molgrad.io import Entry, PoseFile, read_library
from molgrad.io.cells import guarded, unguarded
from molgrad.optim.optimizer import Optimizer
from molgrad.receptors import load_receptor
from molgrad.report.show import show
from molgrad.report.tables import print_best
from molgrad.report.why import print_why
from tests.campaign.test_campaign import campaign
from tests.cli.run import molgrad, molgrads

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "-1+1",
    "+1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\uff1d1+1",
    '=HYPERLINK("http://e";"x")',
]
NUMBERS = ["-1.5", "-7", "+2", "-1e-3", "12"]
SMILES = ["CCO", "[NH4+]", "C[C@H](N)C(=O)O", "[O-]C=O", "C(=O)=O"]
ACTING = "a\x1b[2J\x1b]8;;http://e\x07b\x1b]8;;\x07\x9b31m\x07\x08\u202ecod\u200b\u2066\ufeffe"
SEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_written_as_text_and_read_as_it_was(name: str) -> None:
    assert guarded(name) == f"'{plain(name)}"
    assert unguarded(guarded(name)) == plain(name)


@pytest.mark.parametrize("cell", [*NUMBERS, *SMILES, "3'-deoxyadenosine", "(+)-catechin", "'quoted'", ""])
def test_numbers_smiles_and_ordinary_names_are_left_alone(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@pytest.mark.parametrize("name", ["'=1", "''-a", "'+'"])
def test_a_name_that_is_quoted_already_comes_back_with_its_quotes(name: str) -> None:
    assert unguarded(guarded(name)) == name


def test_the_table_of_docks_holds_no_formula_and_gives_its_names_back(tmp_path: Path) -> None:
    """Nothing here can be docked, so that nothing is."""
    names = [f"{one_line(name)} {i}" for i, name in enumerate(FORMULAS)]
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("smiles", "name"), *((f"=X{i}", name) for i, name in enumerate(names))])
    done = molgrad("dock", "-r", "1ia1", "-i", str(tmp_path / "in.csv"))
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [unguarded(row["name"]) for row in rows] == names
    for row in rows:
        assert row["status"] == "invalid"
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\uff1d"))]
    (tmp_path / "out.csv").write_text(done.stdout)
    assert [entry.name for entry in read_library(tmp_path / "out.csv")] == names


def test_no_command_lets_a_name_act_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "in.smi").write_text(f"C1CC {ACTING}\nC1CC two\n", encoding="utf-8")
    hostile = f"no{ACTING}file.pdb"
    commands = (
        ("dock", "-r", "1ia1", "-i", str(tmp_path / "in.smi")),
        ("dock", "-r", "1ia1", "-i", str(tmp_path / "in.smi"), "--explain"),
        ("dock", "-r", "1ia1", "-i", hostile),
        ("dock", "-r", hostile, "CCO"),
        ("dock", "-r", "1ia1", "-o", f"{tmp_path}/{ACTING}/x.sdf", "CCO"),
        ("optimize", "-r", "1ia1", "-s", ACTING, "-o", str(tmp_path / "o")),
        ("optimize", "-c", hostile),
        ("optimize", "-r", "1ia1", "-s", "CCO", "--engine", ACTING),
        ("receptor", "prepare", hostile),
        ("receptor", "show", hostile),
        (ACTING,),
        ("dock", f"--{ACTING}"),
        ("receptor", "list", ACTING),
    )
    for done in molgrads(*commands):
        assert done.stdout + done.stderr
        assert not SEEN.search(done.stdout + done.stderr), done


def test_the_words_of_a_receptors_files_are_text_on_one_line(tmp_path: Path) -> None:
    words = f"=1+1{ACTING}\nrow\ttwo"
    folder = tmp_path / f"=2+2{ACTING.replace('/', '')}"
    shutil.copytree(load_receptor("1ia1").pdbqt.parent, folder)
    box = (folder / "box.toml").read_text()
    for key in ("origin", "ligands"):
        box = re.sub(f"{key} = .*", lambda _, key=key: f"{key} = {json.dumps(words)}".replace("\x7f", ""), box)
    (folder / "box.toml").write_text(re.sub("pdbqt_sha256.*", "", box))
    (folder / "receptor.pdbqt").write_text(f"REMARK {words}\n" + (folder / "receptor.pdbqt").read_text())
    (folder / "README.md").write_text(f"## What was done\n- {words}\n")
    (folder / "ligand.sdf").write_text("".join([ACTING, *(folder / "ligand.sdf").read_text().partition("\n")[1:]]))
    given = str(folder)
    commands = [("receptor", "list"), ("receptor", "show", given), ("dock", "-r", given, "C1CC")]
    listed, shown, docked = molgrads(*commands, MOLGRAD_RECEPTORS=str(tmp_path))
    assert {line.count("\t") for line in listed.stdout.splitlines()} == {3}
    assert "\n'=2+2" in listed.stdout
    assert "\t'=1+1" in listed.stdout
    assert "\norigin: =1+1" in shown.stdout
    for done in (listed, shown, docked):
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done
        assert not SEEN.search(done.stdout.replace("\t", "") + done.stderr), done


def test_an_error_holds_no_control_characters_in_python_either() -> None:
    assert not SEEN.search(str(InputFileError(f"{ACTING} cannot be read")))


class Hostile(Optimizer):
    """Its reasons are formulas, escapes and HTML."""

    name = "hostile"

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        found = self.task.domain.neighbours(self.best.value, batch, n)
        reason = f"=1+1 {ACTING} <script>alert(1)</script>"
        return [Proposal(value, self.best.value, edit, reason, advisor="hostile") for value, edit in found]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Campaign]:
    with campaign(tmp_path, optimizer=Hostile) as made:
        yield made.run(docks=6)


def test_a_models_words_act_nowhere(run: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    reasons = [row["reason"] for row in csv.DictReader((run.folder / "molecules.csv").open())]
    assert any(reason.startswith("'=1+1") for reason in reasons)
    assert not any(reason.startswith("=") for reason in reasons)
    words = io.StringIO()
    console = Console(file=words, width=80)
    print_best(run, console=console)
    print_why(run.records(), run.domain, console)
    page = show(run, n=20)
    assert "&lt;script&gt;" in page.markup
    assert "<script>" not in page.markup
    for text in (
        words.getvalue(),
        page.markup,
        page.text,
        capsys.readouterr().out,
        (run.folder / "molecules.csv").read_text(),
    ):
        assert "=1+1" in text
        assert not SEEN.search(text)


@pytest.mark.parametrize("name", ["$$$$", "x\n$$$$\ny", "> <affinity>", "M  END", "a\r\n\r\nb", f"n{ACTING}"])
def test_a_name_ends_no_record_of_an_sdf(tmp_path: Path, name: str) -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO"))
    result = DockResult("CCO", docked_smiles="CCO", affinity=-2.0, poses=(block,), affinities=(-2.0,))
    with PoseFile(tmp_path / "poses.sdf") as file:
        file.write(name, result)
        file.write("next", result)
    mols = list(Chem.SDMolSupplier(str(tmp_path / "poses.sdf")))
    assert [mol.GetProp("name").strip() for mol in mols] == [one_line(name), "next"]
    assert [mol.GetProp("affinity") for mol in mols] == ["-2.000", "-2.000"]
    assert isinstance(read_library(tmp_path / "poses.sdf")[0], Entry)


def test_a_pipe_or_device_is_not_replaced_by_poses(tmp_path: Path) -> None:
    place = tmp_path / "pipe"
    os.mkfifo(place)
    with pytest.raises(InputFileError, match="it is a device or pipe"):
        PoseFile(place)
    assert place.is_fifo()

"""`molgrad receptor prepare | show | validate` as a user runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import molgrad
from tests.receptors.structures import NATIVE, crystal, pocket, write


def test_prepare_then_list_then_show(tmp_path: Path) -> None:
    protein, ligand = crystal("1ia1")
    home = str(tmp_path / "mine")
    command = ["receptor", "prepare", str(protein), "--ligand", str(ligand), "--chain", "B", "--name", "dhfr-b"]
    done = molgrad(*command, MOLGRAD_RECEPTORS=home)
    assert done.returncode == 0, done.stderr
    assert "built: chain B, 193 residues with B:NDP195" in done.stdout
    assert "A:TQ3194" in done.stdout
    assert "molgrad receptor redock dhfr-b" in done.stdout
    again = molgrad(*command, MOLGRAD_RECEPTORS=home)
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert "dhfr-b\t10.14 36.03 18.36" in molgrad("receptor", "list", MOLGRAD_RECEPTORS=home).stdout
    shown = molgrad("receptor", "show", "DHFR-B", "--picture", str(tmp_path / "p.svg"), MOLGRAD_RECEPTORS=home).stdout
    for words in ("what was done", "A:TQ3194", "B:GLU32 2.6 Å (polar: OE1 2.6 Å", "others: NDP 1"):
        assert words in shown
    assert (tmp_path / "p.svg").read_text().startswith("<svg")


def test_own_receptors_are_found_where_the_platform_keeps_data(tmp_path: Path) -> None:
    mine = tmp_path / "molgrad" / "receptors" / "mine"
    mine.mkdir(parents=True)
    protein = write(tmp_path / "p.pdb", pocket())
    out = str(mine)
    made = molgrad("receptor", "prepare", str(protein), "--center=10,36,18", "--size", "16", "--out", out)
    assert made.returncode == 0, made.stderr
    assert "\nmine\t" in molgrad("receptor", "list", XDG_DATA_HOME=str(tmp_path)).stdout
    shown = molgrad("receptor", "show", "mine", XDG_DATA_HOME=str(tmp_path)).stdout
    assert "native ligand: none known" in shown
    named = shown.split("residues in or within 4 Å of the box:")[1]
    assert "B:GLU32" in named  # as --contact takes it


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "exactly one of"),
        (["--ligand", "NDQ"], "it holds B:NDP195"),
        (["--ligand", "NDP", "--size", "2"], "between 10 and 60"),
        (["--ligand", "NDP", "--size", "200"], "between 10 and 60"),
        (["--center", "1,2"], "three numbers"),
        (["--center", "100,100,100"], "nearest protein atom"),
        (["--ligand", "NDP", "--template", "NDP"], "NDP=SMILES"),
        (["--ligand", "NDP", "--pdb-id", "1IEP"], "give a protein file, or --pdb-id"),
        (["--ligand", "NDP", "--name", "DRD2"], "came with molgrad or DOCKSTRING"),
        (["--ligand", "NDP", "--out", "p.pdb"], "is a file"),
    ],
)
def test_a_command_that_makes_no_sense_is_one_line(options: list[str], said: str, tmp_path: Path) -> None:
    write(tmp_path / "p.pdb", pocket())
    done = molgrad("receptor", "prepare", "p.pdb", *options, cwd=tmp_path, MOLGRAD_RECEPTORS=str(tmp_path / "mine"))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert not (tmp_path / "mine").exists()


def test_an_entry_cannot_be_fetched_without_a_network(tmp_path: Path) -> None:
    done = molgrad(
        "receptor", "prepare", "--pdb-id", "1iep", "--ligand", "STI", cwd=tmp_path, https_proxy="http://127.0.0.1:9"
    )
    assert done.returncode == 2
    assert "fetch https://files.rcsb.org/download/1IEP.cif.gz on a machine with a network" in done.stderr
    wrong = molgrad("receptor", "prepare", "--pdb-id", "../x", "--ligand", "STI", cwd=tmp_path)
    assert "is no PDB id" in wrong.stderr


def test_an_odd_box_is_said_before_anything_is_docked(tmp_path: Path) -> None:
    from molgrad.receptors import load_receptor

    text = load_receptor("1ia1").pdbqt.read_text()
    (tmp_path / "receptor.pdbqt").write_text(text)
    (tmp_path / "box.toml").write_text("center = [10.1, 36.0, 18.4]\nsize = [8.5, 7.0, 8.0]\n")
    done = molgrad("dock", "--dry-run", "-r", str(tmp_path), "c1ccc(-c2ccc(-c3ccccc3)cc2)cc1", "CCO")
    assert done.returncode == 0, done.stderr
    assert "the box is only 7 Å wide" in done.stderr
    long, short = done.stdout.splitlines()[1:]
    assert "fits only bent or aslant; enlarge the box by" in long
    assert "bent" not in short
    assert "note: " in molgrad("receptor", "show", str(tmp_path)).stdout


@pytest.mark.slow
def test_validate_redocks_and_says_what_it_means(tmp_path: Path) -> None:
    done = molgrad("receptor", "validate", "1ia1", "--exhaustiveness", "2")
    assert done.returncode == 0, done.stderr
    assert NATIVE in done.stdout
    assert "verdict: good" in done.stdout
    half = molgrad("receptor", "validate", "1ia1", "--actives", "a.smi", cwd=tmp_path)
    assert half.returncode == 2
    assert "needs both" in half.stderr

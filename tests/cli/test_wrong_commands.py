"""Commands that make no sense: one clear line, exit code 2, and no traceback."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.run import LEAD, molgrad, molgrads


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return str(folder / name)


WRONG: list[tuple[list[str], str]] = [
    (["dock", "--receptor", "1ia2", "CCO"], "did you mean 1ia1"),
    (["dock", "--receptor", "DRD22", "CCO"], "did you mean"),
    (["dock", "--receptor", "../1ia1", "CCO"], "receptor"),
    (["dock", "--receptor", "1ia1"], "no molecules: give SMILES"),
    (["dock", "CCO"], "--receptor"),
    (["dock", "--receptor", "1ia1", __file__], "give it with -i"),
    (["dock", "--receptor", "1ia1", "--box", "huge", "CCO"], "huge"),
    (["dock", "--receptor", "1ia1", "-i", "missing.smi"], "missing.smi"),
    (["dock", "--receptor", "1ia1", "--out", "no/such/folder/p.sdf", "CCO"], "no/such/folder"),
    (["dock", "--receptor", "1ia1", "--out", ".", "CCO"], "it is a folder"),
    (["dock", "--dry-run", "--explain", "CCO"], "docks nothing"),
    (["receptor", "validate", "1ia1", "--actives", "no.smi", "--inactives", "no.smi"], "no.smi"),
    (["optimize", "--start", LEAD], "which receptor"),
    (["optimize", "--receptor", "1ia1"], "start from what"),
    (["optimize", "--receptor", "1ia1", "--start", "c1ccc"], "ring bond"),
    (
        ["optimize", "--receptor", "1ia1", "--start", LEAD, "--objective", "defualt"],
        "did you mean default",
    ),
    (["optimize", "--receptor", "1ia1", "--start", LEAD, "--docks", "0"], "--docks"),
    (["receptor", "redock", "DRD2"], "native ligand"),
    (["receptor", "redock", "1ia1", "--effort", "fast", "--exhaustiveness", "2"], "not both"),
    (["receptor", "calibrate", "1ia1", "--effort", "quick"], "fast"),
    (["nonsense"], "nonsense"),
]


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> list[subprocess.CompletedProcess[str]]:
    return molgrads(*(arguments for arguments, _ in WRONG), cwd=tmp_path_factory.mktemp("wrong"))


@pytest.mark.parametrize("number", range(len(WRONG)), ids=lambda number: WRONG[number][1])
def test_a_wrong_command_says_what_is_wrong(number: int, wrong: list[subprocess.CompletedProcess[str]]) -> None:
    done = wrong[number]
    assert done.returncode == 2
    assert WRONG[number][1] in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("empty.smi", "", "holds no molecules"),
        ("wrong.csv", "id,colour\n1,red\n", "its columns are: id, colour"),
        ("odd.xyz", "3\n\n", "unknown kind of file"),
    ],
)
def test_a_wrong_file_is_named(name: str, text: str, said: str, tmp_path: Path) -> None:
    done = molgrad("dock", "--receptor", "1ia1", "-i", write(tmp_path, name, text))
    assert done.returncode == 2
    assert said in done.stderr
    assert name in done.stderr


def test_a_model_endpoint_that_is_down_is_said_before_it_costs_anything(tmp_path: Path) -> None:
    done = molgrad(
        "optimize", "--receptor", "1ia1", "--start", "Oc1ccccc1", "--docks", "4", "--exhaustiveness", "1",
        "--engine", "http://127.0.0.1:9/v1#none", "--out", str(tmp_path / "run"),
    )  # fmt: skip
    assert done.returncode == 2
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "run" / "molecules.csv").read_text().count("\n") == 2  # the start is not lost


def test_a_config_with_a_misspelt_key_is_explained(tmp_path: Path) -> None:
    config = write(tmp_path, "run.toml", 'receptr = "1ia1"\n')
    done = molgrad("optimize", "--config", config)
    assert done.returncode == 2
    assert "did you mean receptor" in done.stderr


def test_help_has_its_short_form() -> None:
    commands = ([], ["dock"], ["optimize"], ["receptor", "redock"])
    done = molgrads(*([*command, option] for command in commands for option in ("-h", "--help")))
    for short, long in zip(done[::2], done[1::2], strict=True):
        assert short.returncode == 0
        assert short.stdout == long.stdout != ""

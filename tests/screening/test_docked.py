"""A screen with real docks, killed on the way by the system's own means."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from rdkit import Chem

from tests.cli.run import PROGRAM, environment

MOLECULES = ("CC(=O)Nc1ccc(O)cc1", "Nc1nccc(N)n1", "c1ccc2[nH]ccc2c1", "CC(C)Cc1ccccc1", "NC(=O)c1cccnc1",
             "Cc1ccc(N)cc1", "OC(=O)c1ccccc1O", "COc1ccccc1")  # fmt: skip


def screened(folder: Path, name: str, *, kill_at: int | None = None) -> list[dict[str, str]]:
    """Results of the command; killed once it has so many docks, and given again."""
    command = [*PROGRAM, "screen", "-i", "library.smi", "--receptor", "1ia1", "--docks", "6", "--out", name, "-q"]
    if kill_at is not None:
        running = subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL)
        while running.poll() is None and docked(folder / name / "screen.db") < kill_at:
            time.sleep(0.05)
        running.kill()
        running.wait()
        assert docked(folder / name / "screen.db") < 6
    subprocess.run(command, cwd=folder, env=environment(), check=True, timeout=280, stdout=subprocess.DEVNULL)
    with (folder / name / "results.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def docked(path: Path) -> int:
    if not path.is_file():
        return 0
    try:
        with sqlite3.connect(path) as database:
            return int(database.execute("SELECT count(*) FROM docks").fetchone()[0])
    except sqlite3.Error:  # it is being made
        return 0


@pytest.mark.slow
def test_a_killed_screen_docks_the_same_molecules(tmp_path: Path) -> None:
    (tmp_path / "library.smi").write_text("".join(f"{smiles} mol{i}\n" for i, smiles in enumerate(MOLECULES)))
    whole = screened(tmp_path, "whole")
    assert screened(tmp_path, "killed", kill_at=2) == whole
    poses = [mol for mol in Chem.SDMolSupplier(str(tmp_path / "whole" / "poses.sdf")) if mol.GetProp("pose") == "1"]
    assert [mol.GetProp("name") for mol in poses] == [row["name"] for row in whole]
    scores = [float(mol.GetProp("affinity")) for mol in poses]
    assert scores == sorted(scores)

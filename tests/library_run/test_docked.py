"""A library run with real docks: poses, finalists and their leads."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rdkit import Chem

from molgrad.library_run.library import run_library

TEXT = """
out = "{folder}"
leads = ["Nc1nccc(N)n1 pyrimidine"]
receptors = ["1ia1"]
objectives = ["dockstring"]
docks = 6
[settings]
effort = "fast"
cache = false
replicates = false
[table]
passes_filters = false
better_than_lead = false
[finalists]
count = 1
effort = "fast"
"""


@pytest.mark.slow
def test_the_table_has_poses_and_the_finalist_was_docked_again(tmp_path: Path) -> None:
    path = tmp_path / "library.toml"
    path.write_text(TEXT.format(folder=tmp_path / "out"))
    done = run_library(path)
    with (tmp_path / "out" / "library.csv").open(newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [row["finalist"] for row in table] == ["True"] + ["False"] * (len(table) - 1)
    assert float(table[0]["final_affinity"]) < 0
    poses = list(Chem.SDMolSupplier(str(tmp_path / "out" / "library.sdf")))
    assert [mol.GetProp("smiles") for mol in poses] == [row["smiles"] for row in table]
    assert len(done.candidates) == len(table) > 0

"""`--json`: one object on stdout and nothing else, with the same ids everywhere."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from molgrad.cli.app import app
from molgrad.cli.machine import plain_values

LEAD = "COc1ccc(CN2CCCC2)cc1 my lead"
TERMS = ["--term", 'loss = "qed", weight = 5', "--term", 'loss = "assay", name = "ic50", unit = "nM"']


def run(*words: object, code: int = 0) -> Any:
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == code, (done.output, done.exception)
    return done


def read(*words: object, code: int = 0) -> Any:
    (line,) = run(*words, "--json", code=code).stdout.splitlines()
    return json.loads(line)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("json") / "RUN"
    return folder, read("ask", folder, "-n", 3, "--start", LEAD, *TERMS, "--quiet")


def test_a_plate_its_results_and_their_story(lab: tuple[Path, dict[str, Any]]) -> None:
    folder, plate = lab
    assert [one["role"] for one in plate["wells"]] == ["proposal"] * 3
    ids = [one["id"] for one in plate["wells"]]
    table = pd.read_csv(plate["files"][0])
    assert table["id"].tolist() == ids
    told = folder.parent / "told.csv"
    pd.DataFrame({"id": [*ids, "m0099"], "ic50 (nM)": [5, 20, ">100", 1]}).to_csv(told, index=False)
    found = read("tell", folder, told, code=1)
    assert (found["ok"], found["waiting"]) == (False, 1)  # the lead has no value yet
    assert [row["outcome"] for row in found["tables"][0]["rows"]] == ["stored"] * 3 + ["unmatched"]
    first, *_, last = found["tables"][0]["rows"]
    assert (first["file"], first["line"], first["problem"]) == (told.name, 2, "")
    assert "5 nM" in first["understood"]
    assert last["problem"]
    stands = read("status", folder)
    assert stands["best"][0]["id"] in ids
    assert stands["best"][0]["terms"].keys() == {"qed", "ic50"}
    why = read("why", folder, ids[0])
    assert [step["id"] for step in why["lineage"]] == ["m0001", ids[0]]
    assert why["lineage"][0]["name"] == "my lead"
    assert any("ic50" in line for line in why["lineage"][1]["laboratory"])
    assert why["lineage"][1]["change"]
    files = read("export", folder, "--top", 2, "--csv", "--sdf")
    assert [one["id"] for one in files["molecules"]] == pd.read_csv(files["files"][0])["id"].tolist()


def test_a_run_is_summed_up(tmp_path: Path) -> None:
    found = read("optimize", "-s", LEAD, "--term", 'loss = "qed"', "--docks", 6, "-o", tmp_path / "RUN", "-q")
    assert (found["measured"], found["budget"], len(found["best"])) == (6, 6, 5)
    assert found["best"][0]["loss"] <= found["start"]["loss"]
    assert all(Path(file).is_file() for file in found["files"])


def test_receptors_and_states(tmp_path: Path) -> None:
    listed = read("receptor", "list")
    assert listed[0] == {**listed[0], "name": "1ia1", "error": ""}
    assert len(listed[0]["center"]) == 3
    shown = read("receptor", "show", "1ia1")
    assert "B:GLU32" in {one["residue"] for one in shown["contacts"]}
    assert read("states", "CC(=O)O")["states"][0]["charge"] == -1


def test_what_a_library_run_would_do(tmp_path: Path) -> None:
    run("init", tmp_path / "library.toml")
    assert read("run", tmp_path / "library.toml", "--dry-run")["docks"] == {"trimethoprim-1ia1-lead": 60}


def test_a_campaign_that_failed_is_told_and_the_code_is_1(tmp_path: Path) -> None:
    file = tmp_path / "library.toml"
    file.write_text(
        f"""out = "{tmp_path}/runs"
leads = ["COc1ccc(CN2CCCC2)cc1 lead"]
receptors = ["1ia1"]
objectives = ["fine", "broken"]
docks = 3
finalists = {{count = 0}}
objective.fine.term = [{{loss = "qed"}}]
objective.broken.term = [{{loss = "qed"}}, {{loss = "command", command = "text"}}]
"""
    )
    found = read("run", file, "-q", code=1)
    assert ["list of texts" in one["failure"] for one in found["campaigns"]] == [False, True]
    assert {one["run"] for one in found["molecules"]} == {"lead-1ia1-fine"}
    assert pd.read_csv(tmp_path / "runs" / "library.csv")["id"].tolist() == [one["id"] for one in found["molecules"]]


def test_what_is_no_finite_number_is_null() -> None:
    given = {"a": math.nan, "b": np.float64("inf"), "c": np.int64(3), "d": (Path("x"), {1})}
    assert plain_values(given) == {"a": None, "b": None, "c": 3, "d": ["x", [1]]}

"""`benchmarks/replicate`: the protocol runs, stops, goes on without asking twice, and prints its medians."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.advisors.scripted import competent
from tests.cli.run import environment
from tests.loopback import Loopback

ROOT = Path(__file__).parents[2]
COMMAND = ("--targets", "1ia1", "--exhaustiveness", "1", "--iterations", "1", "--quiet")

if not (ROOT / "benchmarks" / "replicate").is_dir():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


def replicate(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.replicate", "textgrad", *arguments], cwd=ROOT, capture_output=True,
        text=True, env=environment() | variables, timeout=280, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def docks(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("docks") / "docks.db")


def test_with_a_model_it_stops_at_its_budget_and_goes_on(docks: str, tmp_path: Path) -> None:
    folder, more = tmp_path / "run", {"MOLGRAD_LLM_CACHE": "off", "MOLGRAD_CACHE": docks}
    with Loopback(competent) as server:
        first = replicate(*COMMAND, "--engine", server.spec(), "--out", str(folder), "--max-calls", "1", **more)
        assert first.returncode == 0, first.stderr
        assert "budget of 1 model calls" in first.stderr
        assert json.loads((folder / "results.json").read_text())["stopped"]
        whole = replicate(*COMMAND, "--engine", server.spec(), "--out", str(folder), "--price", "1,2", **more)
        asked = len(server.requests)
        again = replicate(*COMMAND, "--engine", server.spec(), "--out", str(folder), "--price", "1,2", **more)
        assert len(server.requests) == asked, "what is finished is not asked again"
    assert whole.returncode == 0, whole.stderr
    assert again.stdout == whole.stdout
    results = json.loads((folder / "results.json").read_text())
    target = results["targets"]["1ia1"]
    assert set(target["medians"]) == {"s", "vina", "qed", "sa", "novelty"}
    assert set(target["best"]) == {"acetamide", "pentane", "benzene"}
    assert 0.0 < target["validity"] <= 1.0
    assert target["usage"]["calls"] == asked
    assert target["usage"]["cost"] > 0
    table = list(csv.DictReader((folder / "molecules.csv").open()))
    assert [row["iteration"] for row in table] == ["0", "1"] * 3
    for row in table:
        assert float(row["s"]) == pytest.approx(float(row["vina"]) + 1 - float(row["qed"]))


def test_with_the_chemist_and_other_settings_are_refused(docks: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    done = replicate(*COMMAND, "--engine", "chemist", "--out", str(folder), MOLGRAD_CACHE=docks)
    assert done.returncode == 0, done.stderr
    assert "model:" not in done.stdout
    other = replicate(*COMMAND, "--engine", "chemist", "--out", str(folder), "--seed", "1", MOLGRAD_CACHE=docks)
    assert (other.returncode, "seed was 0, is now 1" in other.stderr) == (2, True)
    wrong = replicate("--targets", "NOPE", "--out", str(tmp_path / "other"))
    assert (wrong.returncode, "no receptor 'NOPE'" in wrong.stderr) == (2, True), wrong.stderr


def test_no_target_is_refused() -> None:
    done = replicate("--targets", " , ")
    assert done.returncode == 2
    assert "--targets names no receptor" in done.stderr


def test_a_model_that_says_nothing_useful_and_a_run_cut_short_are_said(docks: str, tmp_path: Path) -> None:
    more = {"MOLGRAD_LLM_CACHE": "off", "MOLGRAD_CACHE": docks}
    with Loopback(["rubbish"] * 20) as server:
        command = (*COMMAND, "--engine", server.spec(), "--max-calls", "4", "--out", str(tmp_path / "run"))
        done = replicate(*command, **more)
    assert "the model proposed nothing that can be used" in done.stdout
    assert "stopped: not all are complete" in " ".join(done.stdout.split())

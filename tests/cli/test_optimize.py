"""`molgrad optimize` on real docking: killed or not, with one worker or two, it ends with the same molecules."""

from __future__ import annotations

import csv
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.config.settings import RunSettings
from molgrad.config.toml_file import read_run
from tests.cli.run import PROGRAM, environment, molgrad

COMMAND = [
    "optimize", "--receptor", "1ia1", "--start", "Nc1ncc(Cc2ccccc2)c(N)n1", "--docks", "5", "--batch", "3",
    "--effort", "fast", "--seed", "5", "--quiet",
]  # fmt: skip


def rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "molecules.csv").open()))


def measured(folder: Path) -> int:
    try:
        with sqlite3.connect(f"file:{folder / 'campaign.db'}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT COUNT(*) FROM evaluations WHERE score IS NOT NULL").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def kill_after(folder: Path, n: int) -> None:
    """Start the command in `folder` and kill -9 it once `n` molecules are measured."""
    process = subprocess.Popen(
        [*PROGRAM, *COMMAND, "--out", str(folder)], env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 200
    while measured(folder) < n:
        assert time.monotonic() < deadline
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)  # polling a condition with a deadline, not waiting to pass
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("optimize") / "whole"
    done = molgrad(*COMMAND, "--workers", "1", "--out", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def test_the_folder_holds_what_the_readme_says(undisturbed: Path) -> None:
    table = rows(undisturbed)
    assert len(table) == 5
    assert {"smiles", "status", "loss", "affinity", "qed", "sa", "logp", "parent", "reason"} <= table[0].keys()
    for row in table:
        shares = [float(value) for key, value in row.items() if key.startswith("term_")]
        # The table has six decimals; rounded, four shares differ from the loss by up to 2.5e-6, ten QEDs by 5.5e-6.
        assert sum(shares) == pytest.approx(float(row["loss"]))
        assert float(row["term_docking"]) == pytest.approx(float(row["affinity"]))
        assert float(row["term_qed"]) == pytest.approx(10 * (1 - float(row["qed"])))
    assert (undisturbed / "poses.sdf").read_text().count("$$$$") == 5


def test_it_improves_its_start(undisturbed: Path) -> None:
    losses = [float(row["loss"]) for row in rows(undisturbed)]
    assert min(losses) < losses[0] - 1.0


def test_killed_and_run_again_it_ends_with_the_same_molecules(undisturbed: Path, tmp_path: Path) -> None:
    kill_after(tmp_path / "run", 2)
    assert measured(tmp_path / "run") < 5
    done = molgrad(*COMMAND, "--out", str(tmp_path / "run"), "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "run") == rows(undisturbed)


def test_another_setting_is_refused(undisturbed: Path) -> None:
    done = molgrad(*COMMAND, "--out", str(undisturbed), "--batch", "4")
    assert done.returncode == 2
    assert "batch was 3, is now 4" in done.stderr


def test_a_contact_that_was_asked_for_is_a_term_of_the_run_and_of_its_settings(tmp_path: Path) -> None:
    command = [
        "optimize", "--receptor", "1ia1", "--start", "Nc1ncc(Cc2ccccc2)c(N)n1", "--docks", "1", "--effort", "fast",
        "--quiet", "--workers", "1",
    ]  # fmt: skip
    folder = tmp_path / "run"
    wrong = molgrad(*command, "--contact", "B:GLU33", "--out", str(folder))
    assert (wrong.returncode, "near ones: " in wrong.stderr, "B:GLU32" in wrong.stderr) == (2, True, True)
    assert not folder.exists(), "settings that were never right must not be kept"
    done = molgrad(*command, "--contact", "B:GLU32", "--out", str(folder))
    assert done.returncode == 0, done.stderr
    (row,) = rows(folder)
    assert 0.0 <= float(row["term_contact"]) <= 5.0
    assert float(row["contact_distance"]) > 0
    other = molgrad(*command, "--contact", "B:ILE9", "--out", str(folder))
    assert other.returncode == 2
    assert "residue was" in other.stderr


def test_campaign_toml_makes_the_same_run_again_and_goes_on_with_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "starts.smi").write_text("CC(N)c1ccccc1 open\nC1CC broken\n")
    cached = {"MOLGRAD_CACHE": str(tmp_path / "docks.db")}
    first, second = tmp_path / "first", tmp_path / "second"
    done = molgrad(
        "optimize", "-r", "1ia1", "-s", "starts.smi", "--docks", "2", "--effort", "fast", "--batch", "2", "--quiet",
        "--term", 'loss = "docking"', "--term", 'loss = "qed", weight = 4.0', "-o", str(first), cwd=tmp_path, **cached,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("taken as C[C@@H](N)c1ccccc1") == 1  # said once, when it starts
    assert done.stderr.count("starts.smi, broken: 'C1CC'") == 1
    (tmp_path / "starts.smi").unlink()  # the record needs nothing but itself
    again = molgrad("optimize", "--config", str(first / "campaign.toml"), "--out", str(second), **cached)
    assert again.returncode == 0, again.stderr
    assert rows(second) == rows(first)
    assert len(rows(first)) == 2
    monkeypatch.setenv("MOLGRAD_CACHE", cached["MOLGRAD_CACHE"])
    mg.run(RunSettings(**read_run(first / "campaign.toml")).replaced(out=tmp_path / "python")).close()
    assert rows(tmp_path / "python") == rows(first)
    more = molgrad("optimize", "--config", str(first / "campaign.toml"), "--docks", "3", "--quiet", **cached)
    assert more.returncode == 0, more.stderr
    assert rows(first)[:2] == rows(second)
    assert len(rows(first)) == 3
    assert "docks = 3" in (first / "campaign.toml").read_text()

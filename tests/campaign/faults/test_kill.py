"""A real campaign is killed at random moments and goes on: nothing is lost, nothing measured is measured again."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.cli.run import PROGRAM, environment

pytestmark = pytest.mark.slow

COMMAND = ["optimize", "-r", "1ia1", "-s", "Oc1ccccc1", "--exhaustiveness", "1", "--docks", "4", "--workers", "2"]
COMMAND += ["--batch", "2"]
KILLS = 2
Measured = dict[int, tuple[str, str]]


def run(folder: Path, enough: int | None = None, later: float = 0.0) -> int:
    """Run the command, and kill -9 it some time after so many molecules were measured. Returns its exit code."""
    quiet = subprocess.DEVNULL
    words = [*PROGRAM, *COMMAND, "--no-cache", "--out", str(folder)]
    deadline = time.monotonic() + 250
    with subprocess.Popen(words, env=environment(), stdout=quiet, stderr=quiet) as process:
        while process.poll() is None and (enough is None or len(measured(folder)) < enough):
            assert time.monotonic() < deadline
            time.sleep(0.05)  # polling a condition with a deadline
        if enough is not None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(later)
            process.kill()
        return process.wait()


def measured(folder: Path) -> Measured:
    """What the database holds: the time and data of each evaluation, by its proposal."""
    database = folder / "campaign.db"
    if not database.is_file():
        return {}
    with closing(sqlite3.connect(database)) as db:  # undoes what was half written
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'evaluations'").fetchone():
            return {}
        return {key: (when, data) for key, when, data in db.execute("SELECT proposal, finished, data FROM evaluations")}


def table(folder: Path) -> list[str]:
    return (folder / "molecules.csv").read_text().splitlines()


def test_killed_at_any_moment_it_ends_as_an_undisturbed_run(tmp_path: Path) -> None:
    assert run(tmp_path / "whole") == 0
    rng = random.Random(16)
    before: Measured = {}
    for _ in range(KILLS):
        code = run(tmp_path / "killed", len(before) + rng.randrange(2), rng.uniform(0.0, 2.0))
        assert code in (0, -signal.SIGKILL)
        after = measured(tmp_path / "killed")
        assert {key: after.get(key) for key in before} == before
        before = after
    assert run(tmp_path / "killed") == 0
    after = measured(tmp_path / "killed")
    assert {key: after[key] for key in before} == before
    assert table(tmp_path / "killed") == table(tmp_path / "whole")

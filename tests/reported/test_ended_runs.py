"""SIGTERM and SIGHUP end a command as Ctrl-C does: what is done is written, nothing is left running."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.cli.run import LEAD, PROGRAM, environment

SLOW = [f"CCCCCCCCCCCCCCCC(=O)NCCCCCCCCCCC{'C' * n}" for n in range(6)]  # seconds each
DEAF = """
import time
from molgrad.cli import run

def program():
    try:
        print("ready", flush=True)
        time.sleep(100)
    finally:
        print("ending", flush=True)
        time.sleep(100)

run(program)
"""


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def started() -> Iterator[Start]:
    """Starts a command line, which ends with the test."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: str, number: int = signal.SIGTERM) -> subprocess.Popen[str]:
        restored = partial(signal.signal, number, signal.SIG_DFL)  # whoever runs the tests may ignore it
        pipe = subprocess.PIPE
        running.append(
            subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, env=environment(), preexec_fn=restored)
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # polling a condition with a deadline


def below(pid: int) -> set[int]:
    """The processes that descend from one."""
    listed = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    found = {int(child) for text in listed for child in text.split()}
    return found.union(*(below(child) for child in found))


def gone(pids: set[int]) -> bool:
    alive = [Path(f"/proc/{pid}/stat") for pid in pids if Path(f"/proc/{pid}").exists()]
    return all(") Z " in stat.read_text() for stat in alive)


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells a process's children on Linux")
def test_an_ended_dock_keeps_its_rows_and_poses(tmp_path: Path, started: Start) -> None:
    out = tmp_path / "poses.sdf"
    words = ["dock", "-r", "1ia1", "--workers", "1", "--effort", "fast", "--out", str(out), "CCO", "CCC", *SLOW]
    process = started(*PROGRAM, *words)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]  # the header and two rows
    left = below(process.pid)
    for pid in [process.pid, *left]:  # a batch system sends it to all of a job
        os.kill(pid, signal.SIGTERM)
    rest, said = process.communicate(timeout=30)
    assert process.returncode == 143
    assert [row["name"] for row in csv.DictReader([*lines, *rest.splitlines()])][:2] == ["1", "2"]
    assert re.search(r"stopped; \d of 8 rows are written", said)
    assert out.read_text().count("$$$$") >= 2
    until(lambda: gone(left))


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells a process's children on Linux")
def test_an_ended_optimization_is_exported(tmp_path: Path, started: Start) -> None:
    out = tmp_path / "run"
    words = ["optimize", "-r", "1ia1", "-s", LEAD, "--effort", "fast", "--docks", "500", "--workers", "1"]
    process = started(*PROGRAM, *words, "--no-replicates", "--out", str(out))
    assert process.stderr is not None
    until(lambda: process.stderr.readline().startswith("2/500 docked"))  # a line for each molecule
    left = below(process.pid)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 143
    assert "the same command goes on from there" in said
    assert len((out / "molecules.csv").read_text().splitlines()) >= 3
    assert (out / "poses.sdf").read_text().count("$$$$") >= 2
    until(lambda: gone(left))


def test_a_second_signal_ends_at_once(started: Start) -> None:
    process = started(sys.executable, "-c", DEAF)
    assert process.stdout is not None
    for word in ("ready", "ending"):
        assert process.stdout.readline().strip() == word
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGTERM


def test_a_terminal_that_is_closed_ends_it_too(started: Start) -> None:
    process = started(sys.executable, "-c", DEAF.replace("100", "0.2"), number=signal.SIGHUP)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    process.send_signal(signal.SIGHUP)
    said, _ = process.communicate(timeout=20)
    assert (process.returncode, said.strip()) == (129, "ending")


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """As under nohup, whose commands outlive their terminal."""
    words = [sys.executable, "-c", "import os\nfrom molgrad.cli import run\nrun(lambda: os.kill(os.getpid(), 1))"]
    ignored = partial(signal.signal, signal.SIGHUP, signal.SIG_IGN)
    assert subprocess.run(words, preexec_fn=ignored, env=environment(), check=False).returncode == 0

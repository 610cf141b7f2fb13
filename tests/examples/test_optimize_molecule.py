"""The molecule example against a real server with a scripted model, and with the chemist alone."""

from __future__ import annotations

from pathlib import Path

from tests.advisors.scripted import competent
from tests.examples.run import run
from tests.loopback import Loopback, nobody

COMMAND = ("optimize_molecule.py", "--docks", "3")


def test_a_molecule_is_improved_with_a_model(tmp_path: Path) -> None:
    with Loopback(competent) as server:
        done = run(*COMMAND, "--out", str(tmp_path / "run"), "--engine", server.spec())
        assert len(server.requests) == 1, "one call for the one molecule that was criticised"
    assert done.returncode == 0
    assert "UserWarning: the lead: " in done.stderr, "what the run builds on is told"
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("3 molecules measured, 1 model calls, ")
    assert "(model:loopback)" in done.stdout
    scores = [float(line.split()[0]) for line in lines[:-1]]
    assert scores == sorted(scores)


def test_an_endpoint_that_is_down_is_named(tmp_path: Path) -> None:
    done = run(*COMMAND, "--out", str(tmp_path / "run"), "--engine", f"{nobody()}#m")
    assert done.returncode != 0
    assert "cannot be reached" in done.stderr

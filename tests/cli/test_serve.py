"""`molgrad serve` as a command: what is refused before anything is served, and what the operator is told afterwards."""

from __future__ import annotations

from pathlib import Path

import molgrad as mg
from molgrad.serve.service import Service
from tests.cli.run import molgrads
from tests.serve.bench import called, session


def test_the_command_refuses_in_a_line_and_status_tells_what_was_served(tmp_path: Path) -> None:
    folder, new = tmp_path / "run", str(tmp_path / "new")
    mg.Campaign(folder, start=["Cc1ccc(C(N)=O)cc1"], loss=mg.QED(), engine="chemist", seed=1).close()
    with session(folder, sealed=("1ia1",), receptors=("DRD2",)) as opened:
        called(Service(opened), "hand_in", smiles=["CCO"])
    commands = (["serve", new], ["serve", "--mcp", new, "--receptor", "1ia2"], ["serve", new, "--score"])
    more = (["serve", str(folder), "--sealed", "DRD2"], ["status", str(folder)])
    neither, unknown, unserved, seal, status = molgrads(*commands, *more)
    assert seal.stdout == f"{folder}: DRD2 sealed for every session to come\n"
    assert neither.returncode == unknown.returncode == unserved.returncode == 2
    assert all(done.stdout == "" and done.stderr.count("\n") == 1 for done in (neither, unknown, unserved))
    assert "give --mcp" in neither.stderr
    assert "did you mean 1ia1" in unknown.stderr
    assert "was never served" in unserved.stderr
    assert "session default: 0 docks, 1 calls, 1 handed in" in status.stdout
    assert "sealed 1ia1: 0 scored" in status.stdout
    assert "sealed DRD2: 0 scored" in status.stdout

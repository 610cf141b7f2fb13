"""The example of a parallel library as a process: molecules by one reaction, some docked, some picked with routes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.examples.run import run


@pytest.mark.slow  # docks three molecules
def test_partners_are_exchanged_docked_and_picked_with_their_routes(tmp_path: Path) -> None:
    (tmp_path / "acids.smi").write_text("O=C(O)c1ccncc1 B1\nO=C(Cl)C1CC1 B2\nO=C(O)c1ccsc1 B3\n")
    done = run(
        *("parallel_library.py", "--stock", str(tmp_path / "acids.smi"), "--docks", "3", "--picks", "2"),
        *("--out", str(tmp_path / "out")),
        seconds=200,
    )
    assert done.returncode == 0, done.stderr
    assert "3 molecules that one reaction makes" in done.stdout
    pick = r"kcal/mol  \S+  \S+\.svg\n +partner: \S+  acids\.smi, B\d, no price\n.*(?:coupling|acylation)"
    assert len(re.findall(pick, done.stdout)) == 2

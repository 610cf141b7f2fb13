"""The example with tools, by both protocols, against its own scripted model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.run import run


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_each_tool_is_called_and_what_was_docked_is_in_the_run(tmp_path: Path, api: str) -> None:
    done = run("model_with_tools.py", "--api", api, "--docks", "3", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    for name in ("check", "route", "atom", "find", "dock"):
        assert f"> {name} {{" in done.stdout
    assert "Nc1nc(N)c2cc(Br)ccc2n1  (tool, model:scripted (tools))" in done.stdout
    assert f"by the protocol '{api}', 5 calls of tools" in done.stdout.splitlines()[-1]

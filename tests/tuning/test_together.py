"""A prompt, a piece of code and a molecule of one program, tuned together under one loss."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

import molgrad as mg

EXAMPLE = Path(__file__).parents[2] / "examples" / "tuned_together.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tuned_together", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_each_of_three_kinds_changes_with_its_reason_and_a_stopped_run_goes_on(
    example: ModuleType, tmp_path: Path
) -> None:
    def tuner(folder: Path) -> mg.Tuner:
        model = example.Script()
        return mg.Tuner(
            example.Card(model), example.score, example.EXAMPLES, folder=folder, engine=model, components="one"
        )

    first = tuner(tmp_path / "run").run(rounds=2)
    assert first.notes[-1] == "ended after 2 rounds, as asked"
    first.close()
    again = tuner(tmp_path / "run").run(rounds=4)
    whole = tuner(tmp_path / "whole").run(rounds=4)
    assert again.history == whole.history
    assert again.usage == whole.usage
    frame = again.frame().set_index("candidate")
    assert frame["score"].is_monotonic_decreasing
    assert "c0001 changes compound of c0000 (a phenyl ring in place of the long chain)" in again.history[1]
    assert "c0002 changes code of c0001 (it returned the length of the SMILES)" in again.history[2]
    assert "c0003 changes prompt of c0002 (the lines named no element)" in again.history[3]
    assert frame.loc["c0004", "compound"] != frame.loc["c0003", "compound"]  # the chemist's, where the model repeats
    assert "molecular weight" in frame.loc["c0004", "reason"]
    assert again.best.values["code"] == example.RIGHT


def test_the_example_asks_before_it_runs_code(
    example: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["tuned_together.py"])
    with pytest.raises(SystemExit, match="--run-code"):
        example.main()
    monkeypatch.setattr(sys, "argv", ["tuned_together.py", "--run-code", "--calls", "12"])
    example.main()
    said = capsys.readouterr().out
    assert "c0001 changes compound of c0000" in said
    assert "best, loss" in said

"""The benchmark of prompt optimizers: runs are kept and not repeated, and the table says what was measured."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if not BENCHMARKS.is_dir():
    pytest.skip("the benchmarks are not in an installed package", allow_module_level=True)


@pytest.fixture
def text(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import text  # in the folder of the benchmarks, which is no package

    return text


def test_a_run_is_made_once_and_told(
    text: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "text.jsonl"
    command = ["text.py", "--only", "molgrad-pareto", "--kinds", "independent", "--calls", "60", "--seeds", "1",
               "--results", str(kept)]  # fmt: skip
    monkeypatch.setattr(sys, "argv", command)
    text.main()
    text.main()
    rows = text.read(kept)
    assert len(kept.read_text().splitlines()) == len(rows) == 1
    assert all(sum(row["used"].values()) <= 60 for row in rows)
    assert all(row["truth"] > row["start"] for row in rows)
    assert capsys.readouterr().out.count("| molgrad-pareto | ") == 2


def test_differences_are_paired_by_seed(text: ModuleType) -> None:
    rows = [
        {"method": method, "kind": "code", "calls": 150, "seed": seed, "truth": truth, "tokens": {"student": 1000}}
        for method, truths in {"molgrad-beam": (0.5, 0.7, 0.9), "gepa": (0.4, 0.6, 0.8), "textgrad": (0.9, 0.7)}.items()
        for seed, truth in enumerate(truths)
    ]
    table = text.against(rows, ["molgrad-beam"], ["gepa", "textgrad"], ["code"], [150])
    assert "| code, 150 | beam | +0.10 [+0.10, +0.10] | -0.20 [-0.40, +0.00] |" in table
    assert "| molgrad-beam | 0.70 | 1 |" in text.medians(rows, ["molgrad-beam"], ["code"], [150])


def test_a_peer_whose_driver_ends_keeps_its_best(text: ModuleType, tmp_path: Path) -> None:
    from text_peers import Outcome, Runner

    driver = tmp_path / "driver.py"
    driver.write_text('input(); print(\'BEST {"prompt": "better"}\', flush=True)')
    runner = Runner([sys.executable, str(driver)], sys.stderr)
    try:
        assert runner.run({"kind": "code"}) == Outcome({"prompt": "better"}, "the driver ended")
    finally:
        runner.close()

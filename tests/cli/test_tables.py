"""Tables at 80 columns: no line is longer, no number is cut, whatever the molecules and terms are called."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from molgrad.autograd.composite import summed
from molgrad.campaign.campaign import Campaign
from molgrad.cli.receptor import _print_table
from molgrad.losses.function import FunctionLoss
from molgrad.report.tables import print_best

LONG = "CCCCCCCCCCCCCCCCCCCCOc1ccc(C(=O)N2CCN(C(=O)c3ccc(OCCCCCCCCCC)cc3)CC2)cc1"
VALUES = [-1234567.891 * (place + 1) for place in range(9)]


def of(value: float, place: int) -> FunctionLoss:
    return FunctionLoss(lambda _: value, name=f"a_term_with_a_long_name_{place}")


def test_the_best_of_a_run(tmp_path: Path) -> None:
    loss = summed([of(value, place) for place, value in enumerate(VALUES)])
    text = io.StringIO()
    with Campaign(tmp_path, start=[LONG], loss=loss, scope="free") as run:
        run.run(docks=1)
        print_best(run, console=Console(file=text, width=80))
    lines = text.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines if line[:1] in "┏┃┡│└")
    cells = {cell.strip() for line in lines if line.startswith("│") for cell in line.split("│")}
    assert {f"{value:.3f}" for value in VALUES} <= cells
    assert f"1  {LONG}  m0001" in text.getvalue(), "on one line, to be copied"


def test_receptors_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    center, size = (-123.45, 100.25, -88.75), (60.0, 60.0, 60.0)
    known = {"center": center, "size": size, "error": ""}
    _print_table(
        [{"name": "A_LONG_NAME", "origin": "words " * 40, **known}, {"name": "B", "origin": "x" * 99, **known}]
    )
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(bool(re.search(r"-123\.5 100\.2 -88\.8  +60\.0 60\.0 60\.0", line)) for line in lines) == 2

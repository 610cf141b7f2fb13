"""What ends a run besides its budget: time, a score, a plateau, a number of molecules, a stop file, a request."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.limits import Halt, Limits
from tests.campaign.test_campaign import campaign, measured
from tests.cli.run import environment


def ended(run: Campaign) -> str:
    return run.notes()[0]


def test_a_good_score_a_plateau_and_a_number_of_molecules_end_a_run(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        assert len(run.run(docks=60, evaluations=5).records()) == 5
        assert "5 molecules were measured" in ended(run)
        run.run(docks=60, until_score=-3.0)
        assert run.best(1)[0].evaluation.number() <= -3.0
        assert len(run.records()) < 60
        assert "good enough" in ended(run)
        run.run(docks=300, patience=12)
        assert "no better molecule" in ended(run)
        assert len(run.records()) < 300


def test_time_is_by_the_clock_of_one_run(tmp_path: Path) -> None:
    clock = iter([0.0, 0.0, 100.0, 3700.0])
    with campaign(tmp_path) as run:
        halt = Halt(tmp_path, lambda: next(clock))
        halt.begin(Limits(hours=1.0))  # at 0
        assert halt.reason(run._table) == ""
        assert "hours" in halt.reason(run._table)
        run.run(docks=60, max_hours=1e-9)
        assert len(run.records()) == 2  # the starts are finished


def test_a_stop_file_and_a_request_end_a_run_that_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    with campaign(tmp_path / "whole") as run:
        whole = measured(run.run(docks=20))
    with campaign(tmp_path / "two") as run:
        (tmp_path / "two" / "STOP").touch()
        run.run(docks=20)
        assert len(run.records()) == 2
        assert "STOP" in ended(run)
        assert not (tmp_path / "two" / "STOP").exists()
        run.run(docks=20, watch=lambda event: run.stop("the user said so") if event.spent == 5 else None)
        assert "the user said so" in ended(run)
        assert 5 <= len(run.records()) < 20
        assert measured(run.run(docks=20)) == whole


@pytest.mark.parametrize("limits", [{"hours": 0.0}, {"patience": -1}, {"evaluations": 0}, {"score": float("nan")}])
def test_a_limit_that_cannot_be_kept_is_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not"):
        Limits(**limits)  # type: ignore[arg-type]


SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
import molgrad as mg
from molgrad.cli.optimize import run

def slow(smiles):
    time.sleep(0.1)
    return float(len(smiles))

loss = mg.FunctionLoss(slow, expensive=True)
with mg.Campaign(sys.argv[1], start="CC(=O)Nc1ccc(O)cc1", loss=loss, batch=4) as campaign:
    def told(event):
        print(event.spent, flush=True)
    campaign.run = lambda docks, watch, r=campaign.run: r(docks, watch=told)
    run(campaign, {"docks": 40}, quiet=True)
"""


def test_the_first_ctrl_c_finishes_the_batch_and_the_second_stops_now(tmp_path: Path) -> None:
    for times in (1, 2):
        folder = tmp_path / str(times)
        child = subprocess.Popen(
            [sys.executable, "-c", SLOW, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(),
        )  # fmt: skip
        assert child.stdout is not None
        for line in child.stdout:  # within the first batch after the start
            if line.strip() == "2":
                break
        child.send_signal(signal.SIGINT)
        if times == 2:
            assert child.stderr is not None
            while "again stops now" not in child.stderr.readline():
                time.sleep(0.01)
            child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=120)
        with Campaign(folder) as left:
            done = len(left.records())
        assert (done == 5 and "Ctrl-C" in said) if times == 1 else done < 5, json.dumps([done, said])
        assert (child.returncode == 0) == (times == 1)

"""A lab's campaign, killed at thirty moments, written to by two, under a clock that goes backwards: all is kept."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from molgrad.errors import CampaignLockedError
from tests.campaign.faults.lab import opened, plates, value_of
from tests.campaign.test_campaign import campaign, measured

pytestmark = pytest.mark.slow

KILLS = 30
DOCKS = 120
RUN = f"""
import sys
from pathlib import Path
from tests.campaign.test_campaign import campaign
campaign(Path(sys.argv[1])).run(docks={DOCKS})
"""


def held(folder: Path) -> list[tuple[str, str, float | None, str]]:
    with opened(folder) as run:
        return measured(run)


def test_thirty_kills_at_random_moments_lose_nothing_that_was_told(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.campaign.faults.lab", str(tmp_path), "16", str(KILLS)]
    done = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)
    assert done["killed"] == KILLS
    whole = held(tmp_path / "whole")
    for number in range(done["rounds"]):
        folder = tmp_path / str(number)
        assert held(folder) == whole
        with opened(folder) as run:
            values = {record.value: record.evaluation.raw["activity"] for record in run.records()}
        told = (folder / "told.txt").read_text().split()
        assert {word: values[word] for word in told} == {word: value_of(word) for word in told}
        assert len(set(told)) == len(told)  # nothing was told a second time


def test_a_writer_that_waits_goes_on_when_the_first_is_killed(tmp_path: Path) -> None:
    with campaign(tmp_path / "whole") as run:
        whole = measured(run.run(docks=DOCKS))
    rng, folder = random.Random(16), tmp_path / "two"
    folder.mkdir()
    refused = 0
    for _ in range(4):
        with subprocess.Popen([sys.executable, "-c", RUN, str(folder)]) as first:
            deadline = time.monotonic() + 60
            while first.poll() is None and refused_now(folder) is None and time.monotonic() < deadline:
                time.sleep(0.01)  # polling a condition with a deadline
            refused += bool(refused_now(folder))
            if first.poll() is None:
                time.sleep(rng.uniform(0.0, 0.3))  # the moment of the kill is what is drawn
                first.send_signal(signal.SIGKILL)
    assert refused > 0
    with campaign(folder) as second:
        assert measured(second.run(docks=DOCKS)) == whole


def refused_now(folder: Path) -> bool | None:
    """Whether a second writer is refused by name now; None where there is no first."""
    try:
        with campaign(folder) as second:
            second.run(docks=1)
    except CampaignLockedError as error:
        return "pid" in str(error)
    return None


class Backwards:
    """A clock that goes back by an hour each time it is read."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        self.now -= 3600
        return self.now


def test_a_clock_that_goes_backwards_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "back").mkdir()
    plates(tmp_path / "whole")
    clock = Backwards()
    monkeypatch.setattr(time, "time", clock)
    monkeypatch.setattr(time, "time_ns", lambda: int(clock() * 1e9))
    plates(tmp_path / "back")
    with closing(sqlite3.connect(tmp_path / "back" / "campaign.db")) as db, db:  # as SQLite's own clock would write
        db.execute("UPDATE evaluations SET finished = datetime('2030-01-01', -proposal || ' hours')")
    assert held(tmp_path / "back") == held(tmp_path / "whole")
    os.utime(tmp_path / "back" / "campaign.db", (0, 0))
    for name in ("whole", "back"):
        with opened(tmp_path / name) as run:
            first = run.records()[0]
            run.tell(first, 9.0, replace=True)
            run.tell(first, 1.5, replace=True)  # the one told last counts, whatever the dates
            assert next(r for r in run.records() if r.value == first.value).evaluation.raw["activity"] == 1.5
            run.ask(3)
    assert held(tmp_path / "back") == held(tmp_path / "whole")

"""What models of a large campaign learn from: bounded, and nearly the same after a step."""

from __future__ import annotations

import random

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim import archive
from molgrad.optim.archive import Archive
from molgrad.optim.calibration import Calibration
from molgrad.optim.record import Record


def records(n: int) -> list[Record]:
    rng = random.Random(1)
    made = []
    for number in range(n):
        score = rng.gauss(-8.0, 1.0)
        evaluation = Evaluation("docking", Status.OK, score, sd=0.2 + 0.01 * (number % 7))
        proposal = Proposal(f"value {number}", predicted={"docking": (score + rng.gauss(0.0, 0.5), 0.4)})
        made.append(Record(proposal, evaluation, number // 6))
    return made


def test_a_small_archive_tells_everything() -> None:
    known = Archive(records(50))
    assert list(known.telling()) == known.records


def test_a_large_one_tells_its_best_its_newest_and_a_sample_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "TELLING", 90)
    known = Archive(records(600))
    before = list(known.telling())
    assert len(before) <= 90
    assert {r.value for r in known.ranked(30)} <= {r.value for r in before}
    assert known.records[-30:] == before[-30:]
    assert before == [record for record in known.records if record in before], "in the order measured"
    for record in records(606)[600:]:
        known.add(record)
    assert len({r.value for r in known.telling()} - {r.value for r in before}) <= 12


def test_a_calibration_that_reads_on_is_that_of_all() -> None:
    all_of_them = records(100)
    known, read_on = Archive(), Calibration(Archive())
    for place, record in enumerate(all_of_them):
        known.add(record)
        if place % 5 == 0:  # also within a batch
            read_on.read(known)
    read_on.read(known)
    whole = Calibration(Archive(all_of_them))
    assert read_on.factor("docking") == whole.factor("docking") != 1.0
    assert read_on.stated({"docking": (-8.0, 0.5)}) == whole.stated({"docking": (-8.0, 0.5)})

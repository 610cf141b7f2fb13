"""Deviations are widened or narrowed until as much lies within one as should."""

import random

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.calibration import LEAST, MOST, Calibration, within
from molgrad.optim.record import Record

TERM = "docking"


def measured(score: float, mean: float, sd: float, batch: int, own: float | None = None) -> Record:
    evaluation = Evaluation(TERM, Status.OK, score, sd=own)
    return Record(
        Proposal(f"{batch} {score}", "start", predicted={TERM: (mean, sd), "qed": (0.5, 0.0)}), evaluation, batch
    )


def run(truth: float, claimed: float, batches: int = 12, size: int = 6, own: float | None = None) -> list[Record]:
    """A run whose predictions are off by `truth` and claim to be off by `claimed`, as a search states them."""
    rng = random.Random(4)
    records: list[Record] = []
    for batch in range(1, batches + 1):
        stated = Calibration(Archive(records)).stated({TERM: (-8.0, claimed)})[TERM]
        records += [measured(rng.gauss(-8.0, truth), *stated, batch, own) for _ in range(size)]
    return records


def test_nothing_known_leaves_deviations_as_they_are() -> None:
    assert Calibration(Archive([])).stated({TERM: (-8.0, 0.5), "qed": (0.4, 0.0)}) == {
        TERM: (-8.0, 0.5),
        "qed": (0.4, 0.0),
    }


@pytest.mark.parametrize(("truth", "claimed"), [(1.5, 0.7), (0.6, 0.6), (0.5, 0.9)])
def test_after_a_while_two_thirds_lie_within_one_deviation(truth: float, claimed: float) -> None:
    records = run(truth, claimed, batches=30)
    hit, trials = within(records[30:])[TERM]
    assert 0.6 <= hit / trials <= 0.78
    assert Calibration(Archive(records)).factor(TERM) == pytest.approx(truth / claimed, rel=0.3)


def test_one_wild_miss_does_not_swing_it() -> None:
    calibration = Calibration(Archive([measured(0.0, -8.0, 0.5, 1)]))
    assert calibration.factor(TERM) < 1.4
    wild = Calibration(Archive([measured(0.0, -8.0, 0.1, batch) for batch in range(80)]))
    assert wild.factor(TERM) == MOST
    assert Calibration(Archive([measured(-8.0, -8.0, 5.0, batch) for batch in range(80)])).factor(TERM) == LEAST


def test_the_measurements_own_deviation_is_added() -> None:
    calibration = Calibration(Archive([Record(Proposal("start"), Evaluation(TERM, Status.OK, -7.0, sd=0.4), 0)]))
    assert calibration.stated({TERM: (-8.0, 0.3)})[TERM] == (-8.0, pytest.approx(0.5))


def test_factors_follow_from_the_records() -> None:
    records = run(1.2, 0.5)
    assert Calibration(Archive(records)).factor(TERM) == Calibration(Archive(list(records))).factor(TERM)

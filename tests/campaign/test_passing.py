"""A measurement that failed in a way that may pass is made again when its campaign goes on; a wrong one is not."""

from __future__ import annotations

from pathlib import Path

import molgrad as mg
from molgrad.autograd.domain import Domain
from molgrad.campaign.campaign import Campaign
from molgrad.evaluation import Status
from tests.fakes import Letters, ScriptedAdvisor

STARTS = ["abc", "bc", "cab"]


class Flaky:
    """Measures length, unless it is down, and never what holds "bc" alone."""

    __name__ = "flaky"

    def __init__(self) -> None:
        self.down = True
        self.asked: list[str] = []

    def __call__(self, value: str) -> float:
        self.asked.append(value)
        if value == "bc":
            raise ValueError("no bc")
        if self.down and value == "cab":
            raise TimeoutError("the machine is busy")
        return float(len(value))


def campaign(folder: Path, flaky: Flaky) -> Campaign:
    domain: Domain = Letters()
    loss = mg.FunctionLoss(flaky, "it", retries=0) + mg.FunctionLoss(lambda text: 1.0, "one")
    return Campaign(folder, start=STARTS, loss=loss, engine=ScriptedAdvisor(), domain=domain, seed=1, batch=2)


def test_it_is_measured_when_the_campaign_goes_on(tmp_path: Path) -> None:
    flaky = Flaky()
    with campaign(tmp_path / "run", flaky) as first:
        first.run(docks=3)
        assert [r.evaluation.status for r in first.records()] == [Status.OK, Status.FAILED, Status.FAILED]
        assert any("may pass: 1, measured again" in note and "machine is busy" in note for note in first.notes())
    flaky.asked.clear()
    with campaign(tmp_path / "run", flaky) as still_down:
        still_down.run(docks=3)
        assert [r.evaluation.may_pass for r in still_down.records()] == [False, False, True]
    flaky.down = False
    with campaign(tmp_path / "run", flaky) as later:
        later.run(docks=3)
        assert [r.evaluation.score for r in later.records()] == [4.0, None, 4.0]
        assert later.records()[1].evaluation.reason
    assert flaky.asked == ["cab", "cab"]


def test_an_ask_measures_it_too_and_what_is_only_read_stays(tmp_path: Path) -> None:
    flaky = Flaky()
    with campaign(tmp_path / "run", flaky) as first:
        first.run(docks=3)
        flaky.down = False
        with Campaign(tmp_path / "run", domain=Letters()) as reader:
            assert len(reader.records()) == 3
        first.ask(1)
        assert first.records()[2].evaluation.score == 4.0

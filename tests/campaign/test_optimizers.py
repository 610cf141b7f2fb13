"""A campaign drives any optimizer: by name, somebody else's, and resumed in the middle."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.campaign import Campaign
from molgrad.errors import SettingsChangedError, UnknownNameError
from molgrad.losses.assay import Assay
from molgrad.optim.optimizer import Optimizer, Task
from molgrad.optim.record import Record
from molgrad.testing.optimizer import OptimizerSuite
from tests.campaign.test_campaign import Stop, campaign, measured, stop_after
from tests.fakes import Count


class RandomNeighbours(Optimizer):
    """Neighbours of values drawn at random; counts how often it observed, which does not follow from the records."""

    name = "random_neighbours"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.turns = 0

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        rng = random.Random(f"{self.task.seed} {batch} {self.turns}")
        found = []
        for parent in rng.sample(self.archive.records, min(n, len(self.archive.records))):
            for value, edit in self.task.domain.neighbours(parent.value, rng.randrange(1000), 4):
                if not self.task.domain.validate(value):
                    found.append(Proposal(value, parent.value, edit, edit.reason, advisor=self.name))
        return found

    def observe(self, records: Sequence[Record]) -> None:
        super().observe(records)
        self.turns += 1

    def state(self) -> dict[str, Any]:
        return {"turns": self.turns}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.turns = state["turns"]


class TestRandomNeighbours(OptimizerSuite):
    def make(self, task: Task) -> Optimizer:
        return RandomNeighbours(task)


@pytest.mark.parametrize("optimizer", [RandomNeighbours, "tgd", "population", "pareto", "beam"])
def test_a_campaign_that_was_killed_ends_as_an_undisturbed_one(tmp_path: Path, optimizer: Any) -> None:
    with campaign(tmp_path / "whole", optimizer=optimizer) as run:
        whole = measured(run.run(docks=26))
    assert len(whole) == 26
    for stop in (5, 14):
        with campaign(tmp_path / "broken", optimizer=optimizer) as broken, pytest.raises(Stop):
            broken.run(docks=26, watch=stop_after(stop))
    with campaign(tmp_path / "broken", optimizer=optimizer) as run:
        assert measured(run.run(docks=26)) == whole


def test_tgd_improves_a_campaigns_best(tmp_path: Path) -> None:
    with campaign(tmp_path, optimizer="tgd") as run:
        run.run(docks=20)
        best = run.best(1)[0]
        assert best.evaluation.number() < min(r.evaluation.number() for r in run.records() if r.batch == 0)
        assert {r.proposal.advisor for r in run.records() if r.batch} == {"scripted"}


def test_a_corrected_value_is_observed_anew(tmp_path: Path) -> None:
    loss = Count("c") + Assay("activity", direction="maximize")
    with campaign(tmp_path / "one", loss, optimizer="tgd") as run:
        run.tell("b", 1.0)
        run.tell("ab", 5.0)
        run.ask(2)
        run.tell("ab", 0.5, replace=True)
        once = [r.value for r in run.ask(2)]
        assert {r.proposal.parent for r in run.records() if r.batch == 2} == {"b"}
        assert once


def test_the_settings_say_which_optimizer_and_another_is_refused(tmp_path: Path) -> None:
    campaign(tmp_path).close()
    assert 'optimizer = "population"' in (tmp_path / "campaign.toml").read_text()
    campaign(tmp_path, optimizer="population").close()
    with pytest.raises(SettingsChangedError, match='optimizer was "population", is now "random_neighbours"'):
        campaign(tmp_path, optimizer=RandomNeighbours)


def test_an_unknown_optimizer_is_refused_before_a_folder_is_made(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"no optimizer 'populaton'.*population"):
        campaign(tmp_path / "new", optimizer="populaton")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("name", "value"), [("batch", 0), ("batch", 2.5), ("seed", -1), ("seed", "7")])
def test_a_wrong_seed_or_batch_is_named_before_a_folder_is_made(tmp_path: Path, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name} is a whole number of at least"):
        campaign(tmp_path / "new", **{name: value})
    assert not (tmp_path / "new").exists()


def test_a_campaign_is_read_without_its_optimizer(tmp_path: Path) -> None:
    with campaign(tmp_path, optimizer=RandomNeighbours) as run:
        run.run(docks=6)
        assert len(Campaign(tmp_path, domain=run.domain).records()) == 6

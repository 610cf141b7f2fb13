"""What a campaign says of itself: an end before the budget, docks that were stopped, its name in a notebook."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from molgrad.autograd.gradient import Edit
from molgrad.autograd.loss import Context, Loss
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event
from molgrad.errors import EngineError, SettingsChangedError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.docking import Docking
from molgrad.molecule.domain import MoleculeDomain
from molgrad.receptors.receptor import Box, Receptor
from tests.fakes import Count, Letters, ScriptedAdvisor
from tests.loss_fakes import FakeDocker


class Childless(Letters):
    """Words without neighbours, of which those with a c have a fault."""

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        return []

    def canonical(self, value: str) -> str:
        return value

    def validate(self, value: str) -> tuple[str, ...]:
        return ("c is undefined",) if "c" in value else super().validate(value)


def campaign(folder: Path, loss: Loss | None = None, **more: object) -> Campaign:
    settings: dict[str, object] = {"start": ["b", "ab"], "engine": ScriptedAdvisor(lambda v: [v + "a"])}
    return Campaign(folder, loss=loss or Count("a", expensive=True), **({"domain": Letters()} | settings | more))  # type: ignore[arg-type]


def test_an_exhausted_campaign_names_the_fault_of_its_best(tmp_path: Path) -> None:
    advisor = ScriptedAdvisor(lambda v: [v + "c"])
    with campaign(tmp_path, start=["ac"], engine=advisor, domain=Childless()) as run:
        (note,) = run.run(docks=9).notes()
    assert note.startswith("ended after 1 batch: no further sound molecule could be proposed; ac itself has a fault")
    assert "c is undefined" in note


def test_an_exhausted_campaign_without_a_fault_blames_no_molecule(tmp_path: Path) -> None:
    with campaign(tmp_path, engine=ScriptedAdvisor(), domain=Childless()) as run:
        (note,) = run.run(docks=9).notes()
    assert note == "ended after 1 batch: no further sound molecule could be proposed"


def test_an_exhausted_campaign_names_the_bounds(tmp_path: Path) -> None:
    bounded = MoleculeDomain(similar_to=["c1ccccc1CCN"], min_similarity=1.0)
    with Campaign(tmp_path, start=["c1ccccc1CCN"], loss=Count("N"), domain=bounded) as run:
        (note,) = run.run(docks=9).notes()
    assert note.endswith("could be proposed within similar_to = ['NCCc1ccccc1'], min_similarity = 1.0")


def test_an_open_start_is_taken_as_one_stereoisomer_and_warned_of_once(tmp_path: Path) -> None:
    run: dict[str, Any] = {"start": ["CC(N)c1ccccc1", "C1CC"], "loss": Count("N"), "engine": ScriptedAdvisor()}
    with pytest.warns(UserWarning, match="taken as C"):
        first = Campaign(tmp_path, **run)
    with first:
        assert [row.proposal.value for row in first.rows()] == ["C[C@@H](N)c1ccccc1"]
        taken, left_out = first.notes()
    assert "taken as C[C@@H](N)c1ccccc1; give the isomer" in taken
    assert left_out.startswith("start left out: 'C1CC'")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Campaign(tmp_path, **run) as again:
            assert again.notes() == [taken, left_out]


def test_a_budget_below_the_starts_or_below_what_was_spent_is_said(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        assert run.run(docks=1).notes() == ["docks=1 is enough for 1 of the 2 starts only"]
        assert run.run(docks=4).notes() == []
        (note,) = run.run(docks=3).notes()
        assert note.startswith("4 molecules were measured before and docks=3 counts them: nothing to do")


def test_its_repr_says_where_it_stands(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        assert repr(run) == f"Campaign({str(tmp_path)!r}: 0 measured)"
        run.run(docks=2)
        assert repr(run) == f"Campaign({str(tmp_path)!r}: 2 measured, best -1.000 ab)"


class Down(ScriptedAdvisor):
    name = "down"

    def _critique(self, *_: object) -> object:  # type: ignore[override]
        raise EngineError("does not answer")


def test_another_engine_may_take_over_while_nobody_has_advised(tmp_path: Path) -> None:
    with campaign(tmp_path, engine=Down()) as run, pytest.raises(EngineError):
        run.run(docks=4)
    with campaign(tmp_path) as run:
        run.run(docks=4)
    with pytest.raises(SettingsChangedError, match="engine was"):
        campaign(tmp_path, engine=Down())


class Stopped(FakeDocker):
    """A docker whose watchdog stopped every dock."""

    def stream(self, smiles, docked_states=None, parents=None):  # type: ignore[no-untyped-def]
        from molgrad.docking.result import DockResult, Provenance

        for i, text in enumerate(smiles):
            yield i, DockResult(text, status=Status.FAILED, reason="too slow", provenance=Provenance(timed_out=True))


def receptor(folder: Path) -> Receptor:
    (folder / "r.pdbqt").write_text("")
    return Receptor("tiny", folder / "r.pdbqt", Box((0, 0, 0), (20, 20, 20)), "made up")


def test_docks_that_the_watchdog_stopped_are_counted_whatever_their_reason_says(tmp_path: Path) -> None:
    loss = Docking(receptor(tmp_path), docker=Stopped())
    with Campaign(tmp_path / "run", start=["CCO", "CCN"], loss=loss, engine=ScriptedAdvisor()) as run:
        said = run.run(docks=2).notes()
        assert "docks that the watchdog stopped: 2; a rerun elsewhere may differ from there on" in said
        assert all(r.evaluation.terms or r.evaluation.details["timed_out"] for r in run.records())


def test_a_failure_that_only_speaks_of_a_watchdog_is_none_of_its(tmp_path: Path) -> None:
    class Barking(Count):
        def _evaluate(self, value: str, context: Context) -> Evaluation:
            return Evaluation(self.name, Status.FAILED, reason="a watchdog barked")

    with campaign(tmp_path, Barking("a", expensive=True)) as run:
        assert not any("watchdog" in note for note in run.run(docks=2).notes())


def watched(run: Campaign, docks: int) -> set[str]:
    seen: list[Event] = []
    run.run(docks=docks, watch=seen.append)
    return {event.unit for event in seen}


def test_whoever_watches_is_told_what_the_budget_counts(tmp_path: Path) -> None:
    docking = Docking(receptor(tmp_path), docker=FakeDocker())
    with Campaign(tmp_path / "a", start=["CCO"], loss=docking + Count("C"), engine=ScriptedAdvisor()) as run:
        assert watched(run, 1) == {"docked"}
        assert run.run(docks=1).notes() == []
    with campaign(tmp_path / "b") as run:
        assert watched(run, 2) == {"measured"}


def test_where_nothing_could_be_measured_the_reason_is_said(tmp_path: Path) -> None:
    class Broken(Count):
        def _evaluate(self, value: str, context: Context) -> Evaluation:
            raise RuntimeError(f"no balance for {value}")

    with campaign(tmp_path, loss=Broken("a", expensive=True), engine=ScriptedAdvisor()) as run:
        (note,) = run.run(docks=9).notes()
    assert note == "ended: none of 2 molecules has a score to go on from (RuntimeError: no balance for b)"

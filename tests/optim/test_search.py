"""The population search on letters, where every step can be followed by eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from molgrad.autograd.domain import Features
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.standing import Standing
from molgrad.evaluation import Fact
from molgrad.optim.acquisition import Acquisition
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import Task
from molgrad.optim.picking import _left
from molgrad.optim.record import Record
from molgrad.optim.search import PopulationSearch
from molgrad.optim.settings import FROM_FRAGMENTS, SearchSettings, suited
from tests.fakes import Count, Letters
from tests.loss_fakes import FakeAdvisor


def archive_of(*values: str) -> Archive:
    found = Archive()
    for value, evaluation in zip(values, Count("a").evaluate(values), strict=True):
        found.add(Record(Proposal(value), evaluation))
    return found


def silent(records: Sequence[Record], standing: Standing | None = None) -> list[Gradient]:
    del standing
    return [Gradient("", about=record.value) for record in records]


def search(
    archive: Archive, domain: Letters | None = None, advisor: FakeAdvisor | None = None, **settings: Any
) -> PopulationSearch:
    """A search that has observed an archive."""
    how = SearchSettings(**settings)
    task = Task(Count("a"), domain or Letters(), advisor or FakeAdvisor(), seed=3, settings=how, critics=silent)
    found = PopulationSearch(task)
    found.observe(archive.records)
    return found


def test_looking_ahead_goes_further_than_one_change_and_keeps_the_measured_ancestor() -> None:
    archive = archive_of("b", "bc")
    near = search(archive, rounds=0).propose(4, batch=1)
    far = search(archive, rounds=3).propose(4, batch=1)
    count = Count("a")
    best = [min(e.number() for e in count.evaluate([p.value for p in batch])) for batch in (near, far)]
    assert best[1] < best[0]
    ahead = [p for p in far if p.advisor == "several steps"]
    assert ahead
    assert {p.parent for p in ahead} <= {"b", "bc"}
    assert any(p.reason.count("; then ") > 1 for p in ahead)


def test_the_same_archive_gives_the_same_batch() -> None:
    batches = [search(archive_of("b", "bc")).propose(5, batch=2) for _ in range(2)]
    assert batches[0] == batches[1]
    assert batches[0] != search(archive_of("b", "bc")).propose(5, batch=3)


def test_nothing_known_is_proposed_again() -> None:
    archive = archive_of("b", "bc", "ab", "abc")
    assert not {p.value for p in search(archive).propose(6)} & set(archive.taken)


class Inventive(Letters):
    """Letters that also come from nowhere; keeps how many were asked for each time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def novel(self, seed: int, n: int) -> list[tuple[str, str]]:
        self.asked.append(n)
        return [("".join("abc"[(seed >> i) % 3] for i in range(6)), "at random")][:n]


@pytest.mark.parametrize(("left", "exploiting"), [(None, False), (7, False), (6, True), (1, True)])
def test_the_end_of_a_known_budget_is_an_exploitation_phase(left: int | None, exploiting: bool) -> None:
    archive = archive_of(*(f"b{'c' * k}" for k in range(9)))  # 6 is two fifths of 9 + 6
    domain = Inventive()
    batch = search(archive, domain, novel=1, exploitation=0.4).propose(3, batch=1, left=left)
    assert len(batch) == 3
    assert domain.asked == ([] if exploiting else [1])


class Free(FakeAdvisor):
    """Costs nothing to ask."""

    free = True


@pytest.mark.parametrize(("left", "designing"), [(None, True), (26, True), (22, False)])
def test_the_initial_design_takes_a_fraction_of_a_known_budget(left: int | None, designing: bool) -> None:
    archive = archive_of("b", "bc", "ab", "abc", "c")
    for record in archive_of("x", "xx", "y", "z", "zz").records:
        archive.add(replace(record, batch=1))
    domain = Inventive()
    # of 36: 5.4, of 32: 4.8
    searcher = search(archive, domain, Free(), novel=1, initial_design=15, initial_share=0.15, rounds=0)
    assert searcher.propose(1, batch=2, left=left)
    assert domain.asked == ([4] if designing else [1])  # an initial design chooses among four times as many


class Spelled(Letters):
    """Letters compared by how often each occurs."""

    def features(self, value: str) -> Features:
        return Features({ord(letter): value.count(letter) for letter in sorted(set(value))})


def test_a_pick_lowers_what_is_hoped_of_its_like() -> None:
    loss = Count("b", expensive=True)
    archive = Archive()
    for value, evaluation in zip(("bcc", "ccb"), loss.evaluate(("bcc", "ccb")), strict=True):
        archive.add(Record(Proposal(value), evaluation))
    # All three are far from what is known, so doubt decides; the first two are nearly the same thing.
    pool = [Proposal("aaaaaaab"), Proposal("aaaaaaabb"), Proposal("aacc")]
    chosen = Acquisition(loss, Spelled()).best(pool, archive, 2)
    assert {p.value for p in chosen} != {"aaaaaaab", "aaaaaaabb"}


def test_what_a_pick_leaves_of_a_deviation_by_hand() -> None:
    assert _left(np.array([])) == 1.0
    assert _left(np.array([0.0, 0.6])) == pytest.approx(0.4)
    assert _left(np.array([1.0])) == 0.0


class Telling(Letters):
    """Letters that say what changed."""

    def explain(self, parent: str, value: str, facts: Sequence[Fact], asked: str = "") -> str:
        return f"{parent} became {value}"


def test_a_reason_is_the_net_change_whichever_way_it_was_made() -> None:
    batch = search(archive_of("b", "bc"), Telling()).propose(4, batch=1)
    assert any(p.advisor == "several steps" for p in batch)
    assert all(p.reason == f"{p.parent} became {p.value}" for p in batch if p.parent)


class Fragmentary(Letters):
    """Letters of which single ones are fragments."""

    def fragments(self, values: Sequence[str]) -> bool:
        return all(len(value) == 1 for value in values)


def test_from_fragments_a_search_takes_values_of_its_own_and_from_a_lead_it_does_not() -> None:
    assert suited(Fragmentary(), ["a", "b"]) == FROM_FRAGMENTS
    assert suited(Fragmentary(), ["a", "ab"]) == suited(Letters(), ["a"]) == SearchSettings()


WRONG = [("crossovers", -1, "at least 0"), ("parents", 0, "at least 1"), ("rounds", 1.5, "at least 0")]
WRONG += [("exploitation", 1.2, "a fraction from 0 to 1"), ("novelty", "no", "True or False")]


@pytest.mark.parametrize(("name", "value", "bounds"), WRONG)
def test_a_wrong_setting_is_named_with_its_bounds_when_it_is_given(name: str, value: Any, bounds: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is .*{bounds}, not {value!r}"):
        SearchSettings(**{name: value})


class Crossing(Letters):
    """Letters of which two words make a longer one."""

    def crossover(self, first: str, second: str, seed: int, n: int) -> list[str]:
        return [first + second][:n]


@pytest.mark.parametrize("name", [f.name for f in fields(SearchSettings) if f.type == "int" and f.name != "parents"])
def test_nought_of_anything_counted_is_none_of_it(name: str) -> None:
    batch = search(archive_of("b", "bc", "cbca"), Crossing(), **{name: 0}).propose(9, batch=1)
    assert batch
    assert name != "crossovers" or not any(p.advisor == "crossover" for p in batch)


def test_a_search_where_everything_is_nought_has_nothing_to_propose() -> None:
    settings = {f.name: 0 for f in fields(SearchSettings) if f.type == "int" and f.name != "parents"}
    assert search(archive_of("b", "bc"), Crossing(), **settings).propose(4, batch=1) == []

"""The population search on letters, where every step can be followed by eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from molgrad.autograd.domain import Features
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.optim.acquisition import Acquisition, _left
from molgrad.optim.archive import Archive, Record
from molgrad.optim.search import FROM_FRAGMENTS, STEPS, PopulationSearch, SearchSettings, suited
from tests.fakes import Count, Letters
from tests.loss_fakes import FakeAdvisor


def archive_of(*values: str) -> Archive:
    found = Archive()
    for value, evaluation in zip(values, Count("a").evaluate(values), strict=True):
        found.add(Record(Proposal(value), evaluation))
    return found


def search(**settings: int) -> PopulationSearch:
    return PopulationSearch(Count("a"), Letters(), FakeAdvisor(), seed=3, settings=SearchSettings(**settings))


def silent(records: Sequence[Record]) -> list[Gradient]:
    return [Gradient("", about=record.value) for record in records]


def test_looking_ahead_goes_further_than_one_change_and_keeps_the_measured_ancestor() -> None:
    archive = archive_of("b", "bc")
    near = search(rounds=0).propose(archive, 4, 1, silent, "letters")
    far = search(rounds=3).propose(archive, 4, 1, silent, "letters")
    count = Count("a")
    best = [min(e.number() for e in count.evaluate([p.value for p in batch])) for batch in (near, far)]
    assert best[1] < best[0]
    ahead = [p for p in far if p.advisor == "lookahead"]
    assert ahead
    assert {p.parent for p in ahead} <= {"b", "bc"}
    assert all(p.reason.startswith(STEPS) and p.reason.count(STEPS) == 1 for p in ahead)
    assert any(p.reason.count("; then ") > 1 for p in ahead)


def test_the_same_archive_gives_the_same_batch() -> None:
    batches = [search().propose(archive_of("b", "bc"), 5, 2, silent, "letters") for _ in range(2)]
    assert batches[0] == batches[1]
    assert batches[0] != search().propose(archive_of("b", "bc"), 5, 3, silent, "letters")


def test_nothing_known_is_proposed_again() -> None:
    archive = archive_of("b", "bc", "ab", "abc")
    assert not {p.value for p in search().propose(archive, 6, 1, silent, "letters")} & set(archive.taken)


class Inventive(Letters):
    """Letters that also come from nowhere; keeps how many were asked for each time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def novel(self, seed: int, n: int) -> list[tuple[str, str]]:
        self.asked.append(n)
        return [("".join("abc"[(seed >> i) % 3] for i in range(6)), "at random")][:n]


@pytest.mark.parametrize(("left", "harvested"), [(None, False), (7, False), (6, True), (1, True)])
def test_the_end_of_a_known_budget_goes_to_what_promises_most(left: int | None, harvested: bool) -> None:
    archive = archive_of(*(f"b{'c' * k}" for k in range(9)))  # 6 is two fifths of 9 + 6
    domain = Inventive()
    settings = SearchSettings(novel=1, exploitation=0.4)
    batch = PopulationSearch(Count("a"), domain, FakeAdvisor(), settings=settings).propose(
        archive, 3, 1, silent, "letters", left=left
    )
    assert len(batch) == 3
    assert domain.asked == ([] if harvested else [1])


class Free(FakeAdvisor):
    """Costs nothing to ask."""

    free = True


@pytest.mark.parametrize(("left", "initial_share"), [(None, True), (26, True), (22, False)])
def test_a_survey_takes_a_share_of_a_known_budget(left: int | None, initial_share: bool) -> None:
    archive = archive_of("b", "bc", "ab", "abc", "c")
    for record in archive_of("x", "xx", "y", "z", "zz").records:
        archive.add(replace(record, batch=1))
    settings = SearchSettings(novel=1, initial_design=15, initial_share=0.15, rounds=0)  # of 36: 5.4, of 32: 4.8
    domain = Inventive()
    searcher = PopulationSearch(Count("a"), domain, Free(), settings=settings)
    assert searcher.propose(archive, 1, 2, silent, "letters", left=left)
    assert domain.asked == ([4] if initial_share else [1])  # a survey chooses among four times as many


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

    def difference(self, parent: str, value: str) -> str:
        return f"{parent} became {value}"


def test_what_took_several_steps_begins_with_the_change_in_all() -> None:
    searcher = PopulationSearch(Count("a"), Telling(), FakeAdvisor(), seed=3)
    batch = searcher.propose(archive_of("b", "bc"), 4, 1, silent, "letters")
    ahead = [p for p in batch if p.advisor == "lookahead"]
    assert ahead
    assert all(p.reason.startswith(f"{p.parent} became {p.value}; {STEPS}") for p in ahead)
    assert not any("became" in p.reason for p in batch if p.advisor != "lookahead")


class Fragmentary(Letters):
    """Letters of which single ones are fragments."""

    def fragments(self, values: Sequence[str]) -> bool:
        return all(len(value) == 1 for value in values)


def test_from_fragments_a_search_takes_values_of_its_own_and_from_a_lead_it_does_not() -> None:
    assert suited(Fragmentary(), ["a", "b"]) == FROM_FRAGMENTS
    assert suited(Fragmentary(), ["a", "ab"]) == suited(Letters(), ["a"]) == SearchSettings()

"""The choice of a batch: surrogates learn from their own term, and batches are varied."""

from __future__ import annotations

from molgrad.autograd.composite import Max
from molgrad.autograd.domain import Features
from molgrad.autograd.gradient import Proposal
from molgrad.optim.acquisition import Acquisition
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record
from tests.fakes import Count, Letters


def same_name(letter: str) -> Count:
    loss = Count(letter, expensive=True)
    loss.name = "docking"
    return loss


def test_terms_of_one_name_in_nested_composites_have_surrogates_of_their_own() -> None:
    loss = same_name("a") + Max(same_name("b"), same_name("c"))
    values = ["aaab", "aabb", "abbb", "cbaa"]
    archive = Archive([Record(Proposal(v), e) for v, e in zip(values, loss.evaluate(values), strict=True)])
    terms = [term.loss for term in archive.records[0].evaluation.all_terms()]
    assert terms == ["docking", "max.docking", "max.docking_2"]
    (chosen,) = Acquisition(loss, Letters()).best([Proposal("aaabb")], archive, 1)
    assert chosen.predicted.keys() == set(terms)
    assert chosen.predicted["docking"][0] < chosen.predicted["max.docking_2"][0]


def test_a_batch_is_varied_when_it_can_be() -> None:
    loss = Count("a")
    pool = [Proposal(v) for v in ("aaa", "aaab", "c", "b")]
    chosen = Acquisition(loss, Letters()).best(pool, Archive(), 2)
    assert chosen[0].value == "aaa"
    assert len(chosen) == 2


def test_a_models_idea_gets_a_place_in_the_batch() -> None:
    pool = [Proposal("aaaa"), Proposal("aaab"), Proposal("bbbb", advisor="x", by_model=True)]
    chosen = Acquisition(Count("a"), Letters()).best(pool, Archive(), 2)
    assert [p.value for p in chosen] == ["aaaa", "bbbb"]


def test_unsound_values_are_not_chosen() -> None:
    loss = Count("a", fail=["aaaa"])
    chosen = Acquisition(loss, Letters()).best([Proposal("aaaa"), Proposal("a")], Archive(), 2)
    assert [p.value for p in chosen] == ["a"]


class ByLetter(Letters):
    """Alike is what has the same letters."""

    def features(self, value: str) -> Features:
        return Features({ord(letter): value.count(letter) for letter in set(value)}, ())


SERIES = ("aaaaaaaa", "aaaaaaab", "aaaaaabb", "aaaaabbb", "accccccc", "bbbbbbbb")  # four of one series, the best first


def test_a_wide_look_takes_a_batch_from_different_series() -> None:
    pool = [Proposal(v) for v in SERIES]
    narrow = Acquisition(Count("a"), ByLetter()).best(pool, Archive(), 3)
    wide = Acquisition(Count("a"), ByLetter()).best(pool, Archive(), 3, wide=1.0)
    assert [p.value for p in narrow] == ["aaaaaaaa", "aaaaaaab", "aaaaaabb"]
    assert [p.value for p in wide] == ["aaaaaaaa", "accccccc", "bbbbbbbb"]


def test_a_pool_of_one_series_fills_the_batch_all_the_same() -> None:
    pool = [Proposal("aaaa" + "b" * n) for n in range(8)]
    assert len(Acquisition(Count("a"), ByLetter()).best(pool, Archive(), 6, wide=1.0)) == 6


def test_a_place_is_kept_for_what_is_unlike_the_best_unless_nothing_may_be_risked() -> None:
    values = ("aaaaaaaab", "aaaaaaabb")
    archive = Archive([Record(Proposal(v), e) for v, e in zip(values, Count("a").evaluate(values), strict=True)])
    acquisition, pool = Acquisition(Count("a"), ByLetter(), novelty=True), [Proposal(v) for v in SERIES]
    explore = acquisition.best(pool, archive, 4)
    sure = acquisition.best(pool, archive, 4, explore=False)
    assert [p.value for p in sure] == list(SERIES[:4])
    assert [p.value for p in explore] == [*SERIES[:3], "accccccc"]

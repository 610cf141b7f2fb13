"""Combinations of parts chosen by their scores; the pools grow by critiques."""

from __future__ import annotations

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.optimizer import Optimizer, Task
from molgrad.optim.record import Record
from molgrad.optim.tpe import LOST, TPE, TPESearch
from molgrad.testing.optimizer import OptimizerSuite
from tests.optim.test_pareto import START, BothWords, TwoSpeller
from tests.optim.words import TwoWords

pytest.importorskip("optuna", reason="the extra tpe is not installed")


@pytest.fixture
def two_words() -> Task:
    return Task(BothWords(), TwoWords(), TwoSpeller(), [START], seed=4, role="two words")


class TestTwoWords(OptimizerSuite):
    """The contract holds for values of two parts."""

    def make(self, task: Task) -> Optimizer:
        return TPESearch(task)

    @pytest.fixture
    def task(self, two_words: Task) -> Task:
        return two_words


def observed(task: Task, values: tuple[str, ...]) -> TPESearch:
    search = TPESearch(task)
    evaluations = task.loss.evaluate(values)
    search.observe(
        [Record(Proposal(v, None if v == START else START), e, 0) for v, e in zip(values, evaluations, strict=True)]
    )
    return search


def test_the_best_parts_are_brought_together(two_words: Task) -> None:
    search = observed(two_words, (START, "aa/cc", "ca/cb", "bb/aa", "bc/ba", "cb/bc", "ac/cc", "bb/ab"))
    found = [one for batch in range(1, 5) for one in search.propose(3, batch=batch)]
    assert {one.advisor for one in found} == {TPE}
    assert sum("aa" in one.value.split("/") for one in found) > 12 / 2  # by chance a third: it is one of six twice
    pools = {"first": {"bb", "aa", "ca", "bc", "cb", "ac"}, "second": {"cc", "cb", "aa", "ba", "bc", "ab"}}
    parts = [two_words.domain.parts(one.value) for one in found]  # type: ignore[attr-defined]  # a domain with parts
    assert all(part[name] in pool for part in parts for name, pool in pools.items())


def test_pools_grow_in_every_other_batch(two_words: Task) -> None:
    search = observed(two_words, (START, "aa/cc", "bb/ac", "cb/cc"))
    mixed = search.propose(1)
    assert [one.advisor for one in mixed] == [TPE]
    search.observe([Record(one, e, 1) for one, e in zip(mixed, two_words.loss.evaluate([mixed[0].value]), strict=True)])
    assert [one.advisor for one in search.propose(1)] == ["speller"]


def test_nothing_is_mixed_before_there_is_something_to_choose_by(two_words: Task) -> None:
    assert [one.advisor for one in observed(two_words, (START, "aa/cc", "bb/ac")).propose(1)] == ["speller"]


def test_what_lost_to_its_parent_counts_as_so_much_worse(two_words: Task) -> None:
    search = observed(two_words, (START,))
    lost = Evaluation("both", Status.FAILED, reason="gate: it lost", details={LOST: 0.25})
    search.observe([Record(Proposal("cb/cc", START), lost, 1)])
    assert search._score(search.archive.records[-1]) == search.archive.records[0].evaluation.number() + 0.25

"""The search on the front: parents by what they are best at, merges of what two members changed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Context, Loss
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.merging import MERGE, merged
from molgrad.optim.optimizer import Optimizer, Task
from molgrad.optim.pareto import ParetoSearch
from molgrad.optim.record import Record
from molgrad.testing.optimizer import FewA, LetterDomain, OptimizerSuite, Speller
from tests.optim.words import TwoWords

START = "bb/cc"


class BothWords(Loss):
    """Letters that are no `a`, a term for each word."""

    name = "both"

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        del context
        scores = [1.0 - word.count("a") / len(word) for word in value.split("/")]
        terms = tuple(Evaluation(f"e{i}", Status.OK, score) for i, score in enumerate(scores))
        return Evaluation(self.name, Status.OK, sum(scores) / 2, terms=terms)


class TwoSpeller(Speller):
    """Proposes what the domain of two words calls neighbours."""

    def _propose(self, request, n, avoid, exact):  # type: ignore[no-untyped-def]  # as in the base
        parent = request.parents[0]
        found = parent.domain.neighbours(parent.value, request.seed, n + len(avoid))
        return [Proposal(v, parent.value, e, e.reason, advisor=self.name) for v, e in found if v not in avoid][:n]


@pytest.fixture
def two_words() -> Task:
    return Task(BothWords(), TwoWords(), TwoSpeller(), [START], seed=4, role="two words")


def measured(task: Task, chain: Sequence[tuple[str, str | None]]) -> Optimizer:
    """A search that has observed these values with their parents."""
    search = ParetoSearch(task)
    evaluations = task.loss.evaluate([value for value, _ in chain])
    search.observe([Record(Proposal(v, p), e, i) for i, ((v, p), e) in enumerate(zip(chain, evaluations, strict=True))])
    return search


class TestTwoWords(OptimizerSuite):
    """The contract holds for values of two parts."""

    def make(self, task: Task) -> Optimizer:
        return ParetoSearch(task)

    @pytest.fixture
    def task(self, two_words: Task) -> Task:
        return two_words


def test_what_two_members_changed_since_their_ancestor_is_merged(two_words: Task) -> None:
    search = measured(two_words, [(START, None), ("aa/cc", START), ("bb/aa", START)])
    found = search.propose(1)
    assert [(one.value, one.advisor) for one in found] == [("aa/aa", MERGE)]
    assert found[0].parent in {"aa/cc", "bb/aa"}


def test_a_part_that_both_changed_is_taken_from_the_better(two_words: Task) -> None:
    search = measured(two_words, [(START, None), ("aa/ca", START), ("ab/aa", START)])
    first, second = search.archive.ranked(2)
    made = merged(two_words, search.archive, first, second, 0)
    assert made is None or made.value in {"aa/aa", "ab/ca"}
    assert made is None  # both changed both words: nothing is left of the other


def test_a_descendant_is_not_merged_with_its_ancestor(two_words: Task) -> None:
    search = measured(two_words, [(START, None), ("aa/cc", START), ("aa/ca", "aa/cc")])
    child, parent = search.archive.of("aa/ca"), search.archive.of("aa/cc")
    assert child is not None
    assert parent is not None
    assert merged(two_words, search.archive, child, parent, 0) is None


def test_changes_that_made_it_worse_are_not_merged(two_words: Task) -> None:
    search = measured(two_words, [("aa/cc", None), ("ba/cc", "aa/cc"), ("aa/ca", "aa/cc")])
    worse, better = search.archive.of("ba/cc"), search.archive.of("aa/ca")
    assert worse is not None
    assert better is not None
    assert merged(two_words, search.archive, better, worse, 0) is None


def test_values_without_parts_are_merged_by_their_domains_crossover() -> None:
    class Halves(LetterDomain):
        def crossover(self, first: str, second: str, seed: int, n: int) -> list[str]:
            return [first[:2] + second[2:], second[:2] + first[2:]][:n]

    task = Task(FewA(), Halves(), Speller(), ["bbaa", "aabb"], seed=4)
    search = ParetoSearch(task)
    evaluations = task.loss.evaluate(task.starts)
    search.observe([Record(Proposal(v), e, 0) for v, e in zip(task.starts, evaluations, strict=True)])
    first, second = search.archive.ranked(2)
    made = merged(task, search.archive, first, second, 0)
    assert made is not None
    assert (made.value, made.parent, made.advisor) == ("aaaa", first.value, MERGE)  # the exact terms chose


def test_no_two_merges_in_a_row(two_words: Task) -> None:
    search = measured(two_words, [(START, None), ("aa/cc", START), ("bb/aa", START)])
    merge = search.propose(1)
    lost = Evaluation("both", Status.FAILED, reason="gate: it lost")
    search.observe([Record(merge[0], lost, 3)])
    assert all(one.advisor != MERGE for one in search.propose(1))

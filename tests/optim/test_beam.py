"""Beam search: the best few, each rewritten by several critiques."""

from __future__ import annotations

from molgrad.autograd.gradient import Proposal
from molgrad.optim.beam import GRADIENTS, WIDTH, BeamSearch
from molgrad.optim.optimizer import Task
from molgrad.optim.record import Record
from molgrad.testing.optimizer import FewA, LetterDomain, Speller

VALUES = ("bbbb", "abbb", "aabb", "bcbb", "acbb", "bbcc")


class Paid(Speller):
    """An advisor that costs something; it notes what it was asked."""

    free = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int]] = []

    def propose(self, requests, n, *, avoid=(), exact=None):  # type: ignore[no-untyped-def]  # as in the base
        self.asked += [(request.parents[0].value, request.seed, n) for request in requests]
        return super().propose(requests, n, avoid=avoid, exact=exact)


def begun(values: tuple[str, ...]) -> tuple[BeamSearch, Paid]:
    advisor = Paid()
    search = BeamSearch(Task(FewA(), LetterDomain(), advisor, values, seed=2, role="word"))
    evaluations = search.task.loss.evaluate(values)
    search.observe([Record(Proposal(value), e, 0) for value, e in zip(values, evaluations, strict=True)])
    return search, advisor


def test_only_the_best_few_are_rewritten_each_as_often() -> None:
    search, advisor = begun(VALUES)
    found = search.propose(8)
    best = [record.value for record in search.archive.ranked(WIDTH)]
    assert len(found) == 8
    assert [value for value, _, _ in advisor.asked] == best * GRADIENTS
    assert len({seed for _, seed, _ in advisor.asked}) == len(advisor.asked)  # another critique each time
    assert [proposal.parent for proposal in found[:WIDTH]] == best


def test_one_start_is_rewritten_as_often_as_asked_for() -> None:
    search, advisor = begun(VALUES[:1])
    assert len(search.propose(4)) == 4
    assert [n for _, _, n in advisor.asked] == [2] * GRADIENTS


def test_the_children_race_over_examples() -> None:
    assert BeamSearch.rungs == (2, 4, 8)

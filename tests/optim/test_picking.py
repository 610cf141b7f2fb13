"""A batch pick by pick: a model's places, the bar that its ideas set, and what its order counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from molgrad.autograd.domain import Features, Step
from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.candidates import Candidate, foretold
from molgrad.optim.design import spread
from molgrad.optim.picking import Picker
from molgrad.testing.optimizer import FewA, LetterDomain


def candidate(value: str, total: float, *, by_model: bool = False, lean: float = 0.0) -> Candidate:
    """A value whose total is known; no two are alike."""
    whole = Evaluation("total", Status.OK, total)
    proposal = Proposal(value, "lead", by_model=by_model)
    return Candidate(proposal, whole, Features({ord(letter): 1 for letter in value}), {}, lean=lean)


def picked(n: int, *candidates: Candidate, reserved: Sequence[int] = (1,)) -> list[str]:
    def bounds(found: Sequence[Candidate], kappa: float, doubt: Sequence[float] | None) -> list[float]:
        return [one.exact.number() for one in found]

    picker = Picker(bounds, lambda _, __: False, 0.9, explore=True, novelty=False, reserved=reserved)
    return [one.proposal.value for one in picker.picked(candidates, n)]


def test_without_a_model_the_best_are_picked_in_order() -> None:
    assert picked(3, candidate("a", -1.0), candidate("b", -3.0), candidate("c", -2.0)) == ["b", "c", "a"]


def test_what_is_expected_to_be_worse_than_a_models_ideas_gives_way_to_further_ideas() -> None:
    ideas = [candidate("m", -2.0, by_model=True), candidate("n", -0.5, by_model=True)]
    good, poor = candidate("g", -3.0), candidate("p", -1.0)
    assert picked(3, *ideas, good, poor) == ["g", "m", "n"]  # p is better than n, but no idea of the batch is so poor
    assert picked(3, ideas[0], good, poor) == ["g", "m", "p"]  # there is nothing else, and no place stays empty


def test_a_models_order_and_expectation_decide_among_its_ideas() -> None:
    ideas = [candidate("m", -2.0, by_model=True, lean=0.4), candidate("n", -1.8, by_model=True, lean=0.0)]
    assert picked(1, *ideas, candidate("g", -3.0), reserved=(0,)) == ["n"]


def test_the_expected_total_and_its_deviation() -> None:
    loss = FewA()
    waiting = Evaluation("few_a", Status.PENDING, reason="not measured")
    assert foretold(loss, waiting, {"few_a": (0.4, 0.1)}) == (pytest.approx(0.4), pytest.approx(0.1))
    assert foretold(loss, waiting, {}) is None


class Placed(LetterDomain):
    """Each value changes one place of its own, so that nothing crowds."""

    def step(self, parent: str, value: str) -> Step:
        return Step(1, (ord(value[-1]),), value)


def test_a_designed_batch_has_the_same_bar() -> None:
    ranked = [(-1.0, "p", False), (-3.0, "g", False), (-2.0, "m", True), (-0.5, "n", True)]
    found = [(total, Proposal(value, "lead", by_model=by_model)) for total, value, by_model in ranked]
    assert [one.value for one in spread(found, 3, Placed(), Archive(), (1,))] == ["g", "m", "n"]
    assert [one.value for one in spread(found[:2], 2, Placed(), Archive(), (1,))] == ["g", "p"]

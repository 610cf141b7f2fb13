"""Where no surrogate predicts: proposals by their exact terms, what is predicted of others, and what authors expect."""

from __future__ import annotations

import pytest

from molgrad.autograd.composite import Sum
from molgrad.autograd.gradient import Proposal
from molgrad.optim.ranking import expected_score, rank
from molgrad.optim.trust import GIVES
from tests.fakes import Count

LOSS = Sum([(1.0, Count("a", expensive=True)), (1.0, Count("b"))])  # a is counted at a cost, b is free
PARENT = LOSS.evaluate(["ab"])[0]  # total -2


@pytest.mark.parametrize(
    ("expected", "score"),
    # With a as in the parent and b counted, "bb" comes to -3; what its author expects counts half, within reach.
    [(None, -3.0), (-1.0, -3.0), (-2.0, -3.5), (1.0, -2.0), (-1e5, -3.0 - GIVES / 2), (1e5, -3.0 + GIVES / 2)],
)
def test_an_expectation_counts_half_and_an_absurd_one_no_more_than_a_change_can(expected: float, score: float) -> None:
    proposal = Proposal("bb", "ab", by_model=True, expected=expected)
    assert expected_score(LOSS, LOSS.exact(["bb"])[0], proposal, PARENT) == pytest.approx(score)


def test_a_models_best_idea_stands_before_what_is_expected_to_be_worse() -> None:
    idea = Proposal("cb", "ab", by_model=True, expected=-1.0)
    chemists = [Proposal("bc", "ab", predicted={"count_a": (shift, 0.1)}) for shift in (-0.3, -0.9)]
    ranked = [one for _, one in rank(LOSS, [*chemists, idea], {"ab": PARENT})]
    assert ranked == [chemists[1], idea, chemists[0]]

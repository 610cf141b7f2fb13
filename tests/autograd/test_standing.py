"""Words for the standing of a search."""

from __future__ import annotations

import pytest

from molgrad.autograd.standing import Worth, worth_words


@pytest.mark.parametrize(
    ("worth", "words"),
    [
        (Worth("pose_growth", 11, 7, -0.4), "paid 7 of 11 times, -0.4 in the mean"),
        (Worth("pose_growth", 11, 7, -0.4, 6, 3), "paid 7 of 11 times, -0.4 in the mean (in this run 4 of 5)"),
        (
            Worth("alert", 3, 1, 0.02, 3, 1),
            "paid 1 of 3 times, no change in the mean (in earlier runs, not in this one)",
        ),
        (Worth("pose_unsatisfied", 8, 0, 0.31), "never paid in 8 times, +0.3 in the mean"),
        (Worth("alert", 2, 2, -1.0), ""),
        (Worth("alert", 0, 0, 0.0), ""),
    ],
)
def test_what_a_fact_is_worth_is_said_with_where_it_comes_from(worth: Worth, words: str) -> None:
    assert worth_words(worth) == words

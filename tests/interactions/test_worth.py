"""How much a kind of fact counts, by what acting on it has brought."""

from __future__ import annotations

import pytest

from molgrad.autograd.standing import Worth
from molgrad.interactions.worth import ENOUGH, NONE, counts, joined, pays, stored_worth


def stored(kind: str, tried: int, paid: int, mean: float) -> Worth:
    return Worth(kind, tried, paid, mean, tried, paid)


USUAL = stored(NONE, 100, 40, 0.2)


def test_own_changes_stand_on_stored_ones() -> None:
    found = joined({"room": [-0.4, -0.2, 0.3]}, {"room": stored("room", 4, 3, -0.5)})
    assert found["room"] == Worth("room", 7, 5, round((-2.0 - 0.3) / 7, 3), 4, 3)


def test_a_kind_counts_by_how_often_it_pays_against_changes_that_answer_nothing() -> None:
    known = {"room": stored("room", 100, 60, -0.2), "site": stored("site", 100, 10, 0.4), NONE: USUAL}
    assert counts("room", known) == pytest.approx(1.5, abs=0.1)
    assert counts("site", known) == pytest.approx(0.3, abs=0.1)
    assert counts("unheard of", known) == 1.0
    assert counts("room", {}) == 1.0


def test_a_run_of_its_own_moves_what_stored_runs_say() -> None:
    before = {"room": stored("room", 100, 60, -0.2), NONE: USUAL}
    here = joined({"room": [0.3] * 12, NONE: [-0.1] * 4 + [0.3] * 6}, before)
    assert counts("room", here) < 0.6 < 1.4 < counts("room", before)


def test_a_run_in_which_everything_pays_praises_no_kind_for_it() -> None:
    here = joined({"room": [-0.3] * 12, NONE: [-0.1] * 24}, {NONE: USUAL, "room": stored("room", 10, 4, 0.2)})
    assert counts("room", here) == pytest.approx(1.0, abs=0.15)


def test_what_never_paid_is_not_told() -> None:
    assert not pays("site", {"site": Worth("site", ENOUGH, 0, 0.3)})
    assert pays("site", {"site": Worth("site", ENOUGH - 1, 0, 0.3)})
    assert pays("site", {"site": Worth("site", 100, 1, 0.3)})
    assert pays("site", {})


def test_the_packages_table_is_whole() -> None:
    for kind, worth in stored_worth().items():
        assert worth.kind == kind
        assert 0 <= worth.paid <= worth.tried == worth.stored
    assert NONE in stored_worth()

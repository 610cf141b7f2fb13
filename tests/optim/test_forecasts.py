"""What authors expect of their proposals, held against what came, and what that is worth for the next choice."""

from __future__ import annotations

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.forecasts import ERROR, REACH, SHARE, STEP, Forecasts
from molgrad.optim.hypotheses import Verdict, hypotheses
from molgrad.optim.record import Record


def scored(value: str, score: float | None, parent: str | None = None, expected: float | None = None) -> Record:
    status = Status.FAILED if score is None else Status.OK
    term = Evaluation("docking", status, score, reason="" if score is not None else "died")
    made = Proposal(value, parent, advisor="model:m", by_model=parent is not None, rank=1, expected=expected)
    return Record(
        made, Evaluation("total", status, score, terms=(term,), reason=term.reason), 0 if parent is None else 1
    )


def told(*came: tuple[float | None, float | None]) -> Archive:
    """A lead at -8 with a child for each pair of what was expected and what was measured."""
    children = [
        scored(f"c{i}", None if measured is None else -8.0 + measured, "lead", expected)
        for i, (expected, measured) in enumerate(came)
    ]
    return Archive([scored("lead", -8.0), *children])


def test_expectations_are_held_against_what_was_measured() -> None:
    found = Forecasts().read(told((-1.0, -0.5), (-0.6, 0.2), (0.4, 0.3), (None, -2.0), (-1.0, None)))
    assert [pair for one in found.came for pair in one] == pytest.approx([-1.0, -0.5, -0.6, 0.2, 0.4, 0.3])
    assert str(found) == (
        "3 of your expected changes of the total were measured: 2 of 3 went the way you said, off by 0.47 in the mean. "
        "Where you expected a gain (-0.80 in the mean), -0.15 was measured: 19% of it."
    )


def test_nothing_is_said_before_anything_came() -> None:
    assert str(Forecasts().read(told((None, -1.0)))) == ""
    assert str(Forecasts().read(told((-0.5, 0.5)))).endswith("+0.50 was measured: no gain.")
    assert str(Forecasts().read(told((0.5, 0.6)))).endswith("off by 0.10 in the mean.")


def test_an_author_is_believed_by_what_came_of_earlier_expectations() -> None:
    good = Forecasts().read(told(*[(-1.0, -0.9)] * 12))
    poor = Forecasts().read(told(*[(-1.0, 2.0)] * 12))
    assert (good.error, poor.error) == (pytest.approx(0.1), pytest.approx(3.0))
    assert (good.share, poor.share) == (pytest.approx(0.9), 0.0)
    idea = Proposal("x", "lead", by_model=True, rank=1, expected=-1.0)
    lean = [one.lean(idea, -8.0, (-8.0, 0.5)) for one in (good, Forecasts(), poor)]
    assert lean[0] < lean[1] < lean[2] == pytest.approx(0.0)
    assert lean[1] == pytest.approx(-SHARE * 0.25 / (0.25 + ERROR**2))  # by hand: the weight of two variances


@pytest.mark.parametrize("absurd", [-1e5, 1e5])
def test_an_absurd_expectation_moves_a_prediction_no_further_than_doubt_reaches(absurd: float) -> None:
    lean = Forecasts().lean(Proposal("x", "lead", rank=1, expected=absurd), -8.0, (-8.0, 0.5))
    assert abs(lean) <= REACH * 0.5
    assert (lean < 0.0) is (absurd < 0.0)
    later = Forecasts().read(told(*[(absurd, -0.5)] * 3))  # and three such answers do not spoil the rest
    assert later.error == ERROR


def test_the_order_alone_decides_between_equals() -> None:
    lean = [Forecasts().lean(Proposal("x", "lead", rank=rank), -8.0, (-8.0, 0.5)) for rank in (0, 1, 3)]
    assert lean == pytest.approx([0.0, 0.0, 2 * STEP])


def test_an_expectation_is_a_hypothesis_with_a_verdict() -> None:
    archive = told((-1.0, -0.7), (-0.6, 0.2), (-1.0, None))
    found = [one for one in hypotheses(archive.records) if one.term == "total"]
    assert [(one.value, one.expected, one.measured) for one in found] == [
        ("c0", -1.0, pytest.approx(-0.7)), ("c1", -0.6, pytest.approx(0.2)), ("c2", -1.0, None),
    ]  # fmt: skip
    assert [one.verdict for one in found] == [Verdict.CONFIRMED, Verdict.REFUTED, Verdict.OPEN]
    assert (found[0].source, found[0].sd, found[0].told) == ("model:m", None, "-1.00")

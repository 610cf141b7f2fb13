"""What is best at something: examples, objectives, the total, and compromises between a few objectives."""

from __future__ import annotations

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.objectives import wins
from molgrad.optim.record import Record


def record(value: str, *scores: float, weights: tuple[float, ...] = ()) -> Record:
    """A value measured on examples or by objectives; its total is their weighted sum."""
    factors = weights or (1.0,) * len(scores)
    terms = tuple(
        Evaluation(f"e{i}", Status.OK, score, weight=weight)
        for i, (score, weight) in enumerate(zip(scores, factors, strict=True))
    )
    return Record(Proposal(value), Evaluation("sum", Status.OK, sum(t.contribution or 0.0 for t in terms), terms=terms))


def ranked(*records: Record) -> list[Record]:
    return sorted(records, key=lambda one: one.evaluation.number())


def test_who_solves_what_nobody_else_solves_stays_however_bad_in_total():
    many = [0.0] * 8
    best = record("best", *many, 1.0)
    worse = record("worse", *([1.0] * 8), 0.0)
    covered = record("covered", *([0.0] * 7), 1.0, 1.0)
    found = {one.value: count for one, count in wins(ranked(best, worse, covered))}
    assert found == {"best": 9, "worse": 1}  # eight examples and the total; the last example; nothing of its own


def test_of_equals_the_first_stays():
    assert [one.value for one, _ in wins([record("a", 1.0, 2.0), record("b", 1.0, 2.0)])] == ["a"]


def test_the_middle_of_a_front_of_two_objectives_is_reached():
    middle = record("middle", 0.4, 0.4)
    found = dict.fromkeys(one.value for one, _ in wins(ranked(record("x", 0.0, 1.0), record("y", 1.0, 0.0), middle)))
    assert set(found) == {"x", "y", "middle"}
    assert "beaten" not in {one.value for one, _ in wins(ranked(middle, record("beaten", 0.5, 0.5)))}


def test_a_term_that_is_to_be_high_is_won_by_the_highest():
    low, high = record("low", 0.0, 1.0, weights=(1.0, -1.0)), record("high", 0.0, 3.0, weights=(1.0, -1.0))
    assert [one.value for one, _ in wins(ranked(low, high))] == ["high"]


def test_nothing_measured_nothing_won():
    assert wins([]) == []

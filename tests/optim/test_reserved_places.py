"""A model's places in a batch follow its measured success."""

from __future__ import annotations

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive, describe_lineage
from molgrad.optim.candidates import reserved_places
from molgrad.optim.record import Record


def measured(value: str, parent: str | None, score: float | None, advisor: str) -> Record:
    status = Status.FAILED if score is None else Status.OK
    evaluation = Evaluation("total", status, score, reason="died" if score is None else "")
    return Record(
        Proposal(value, parent, reason=f"made {value}", advisor=advisor, by_model=advisor.startswith("model:")),
        evaluation,
    )


def history(model: str, others: str) -> Archive:
    """A start with a child for each letter: + better, - worse, x failed."""
    scores = {"+": -1.0, "-": 1.0, "x": None}
    found = [measured("start", None, 0.0, "user")]
    for advisor, signs in (("model:m", model), ("chemist", others)):
        found += [measured(f"{advisor}{i}", "start", scores[sign], advisor) for i, sign in enumerate(signs)]
    return Archive(found)


def test_with_no_history_a_third_is_the_models() -> None:
    assert reserved_places(Archive(), 6) == {1, 4}
    assert reserved_places(Archive(), 1) == {0}
    assert reserved_places(Archive(), 0) == frozenset()


@pytest.mark.parametrize(
    ("model", "others", "count"),
    [("++++++", "------", 3), ("------", "++++++", 1), ("+-+-+-", "+-+-+-", 2), ("xxxxxx", "+-+-+-", 1)],
)
def test_success_decides_between_one_place_and_half(model: str, others: str, count: int) -> None:
    reserved = reserved_places(history(model, others), 6)
    assert len(reserved) == count
    assert all(0 <= place < 6 for place in reserved)


def test_one_lucky_child_proves_little() -> None:
    assert history("+", "").success(by_model=True) == pytest.approx(2 / 3)
    assert history("", "+x-").success(by_model=False) == pytest.approx(2 / 5)


def test_a_lineage_tells_each_step_and_how_many_are_left_out() -> None:
    line = [measured("a0", None, 0.0, "user")]
    line += [measured(f"a{i}", f"a{i - 1}", -float(i), "chemist") for i in range(1, 9)]
    assert describe_lineage(line[:1]) == ""
    assert describe_lineage(line[:2]).splitlines() == ["a0: total 0.00", "-> a1: total -1.00 (-1.00); made a1"]
    lines = describe_lineage(line).splitlines()
    assert lines[0] == "(3 earlier steps left out)"
    assert lines[-1] == "-> a8: total -8.00 (-1.00); made a8"
    assert len(lines) == 7

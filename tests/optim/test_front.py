"""Fronts and hypervolumes against cases worked out by hand and by throwing darts."""

from __future__ import annotations

import numpy as np
import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.errors import UnknownNameError
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.front import front, hypervolume
from molgrad.optim.record import Record


def record(name: str, dock: float | None, qed: float) -> Record:
    status, reason = (Status.OK, "") if dock is not None else (Status.FAILED, "no pose")
    terms = (Evaluation("docking", status, dock, reason=reason), Evaluation("qed", Status.OK, qed))
    whole = Evaluation("total", status, None if dock is None else dock + qed, reason=reason, terms=terms)
    return Record(Proposal(name), whole)


def test_the_front_by_hand() -> None:
    records = [
        record("best dock", -10.0, 0.5), record("best qed", -7.0, 0.1), record("between", -9.0, 0.2),
        record("beaten", -8.9, 0.3), record("failed", None, 0.0), record("twin", -9.0, 0.2),
    ]  # fmt: skip
    assert [r.value for r in front(records, ["docking", "qed"])] == ["best dock", "best qed", "between"]
    assert [r.value for r in front(records, ["docking"])] == ["best dock"]
    with pytest.raises(UnknownNameError, match="did you mean docking"):
        front(records, ["dockin"])


def test_hypervolume_of_two_boxes_by_hand() -> None:
    # two rectangles 3 x 1 and 1 x 2 that share 1 x 1
    assert hypervolume([(0.0, 2.0), (2.0, 1.0)], (3.0, 3.0)) == pytest.approx(3 + 2 - 1)
    assert hypervolume([(0.0, 2.0), (0.5, 2.5)], (3.0, 3.0)) == pytest.approx(3.0)  # a dominated point adds nothing
    assert hypervolume([(4.0, 0.0)], (3.0, 3.0)) == 0.0


def test_hypervolume_in_three_dimensions_agrees_with_darts() -> None:
    rng = np.random.default_rng(1)
    points = rng.random((12, 3))
    darts = rng.random((200_000, 3))
    hit = (points[None, :, :] <= darts[:, None, :]).all(axis=2).any(axis=1).mean()
    assert hypervolume([tuple(p) for p in points.tolist()], (1.0, 1.0, 1.0)) == pytest.approx(hit, abs=0.005)


def test_lengths_must_match() -> None:
    with pytest.raises(ValueError, match="2 objectives"):
        hypervolume([(1.0,)], (2.0, 2.0))

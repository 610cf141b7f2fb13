"""One of a thing is told as one: a call, an example, a worked example."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.errors import ScoreError, counted
from molgrad.evaluation import Evaluation, Status
from molgrad.programs.scoring import require_scores
from molgrad.tuning.trials import _said


def test_one_is_told_as_one_and_several_as_several() -> None:
    assert [counted(n, "call") for n in (0, 1, 1200)] == ["0 calls", "1 call", "1200 calls"]
    assert (counted(1, "copy", "copies"), counted(2, "copy", "copies")) == ("1 copy", "2 copies")
    assert (_said(0.5, 1), _said(0.5, 2)) == ("mean 0.5 over 1 example", "mean 0.5 over 2 examples")
    domain = mg.Demos(k=2).domain
    one, two = ("\n\n".join(f"Question: {n}\nAnswer: {n}" for n in range(k)) for k in (1, 2))
    assert domain.difference("", one) == "1 worked example added, 0 taken out"
    assert domain.difference("", two) == "2 worked examples added, 0 taken out"
    with pytest.raises(ScoreError, match="for any of 1 example: no digits"):
        require_scores([Evaluation("score", Status.FAILED, reason="no digits")])

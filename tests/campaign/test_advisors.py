"""Advisors of others that answer wrongly: the error names them, and no traceback of ours stands for theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from molgrad.autograd.advisor import Subject
from molgrad.autograd.gradient import Gradient
from molgrad.campaign.campaign import Campaign
from molgrad.errors import EngineError
from molgrad.losses.function import FunctionLoss
from tests.fakes import Letters, ScriptedAdvisor


class Odd(ScriptedAdvisor):
    """Answers with what it is told to; keeps no critique itself."""

    def __init__(self, advice: Any = None, critiques: int | None = None) -> None:
        super().__init__()
        self._advice, self._count = advice, critiques

    def critiques(self, subjects: Sequence[Subject], keep: Any = None) -> list[Gradient]:
        return [Gradient("shorter") for _ in subjects][: self._count]

    def propose(self, requests: Any, n: int, **more: Any) -> Any:
        return [[] for _ in requests] if self._advice is None else self._advice


def run(folder: Path, engine: Any) -> int:
    loss = FunctionLoss(lambda text: float(len(text)), "length")
    with Campaign(folder, start=["abc"], loss=loss, engine=engine, domain=Letters(), seed=1, batch=2) as campaign:
        campaign.run(docks=4)
        return len(campaign.records())


def test_critiques_that_the_advisor_did_not_keep_are_kept(tmp_path: Path) -> None:
    assert run(tmp_path, Odd()) == 4


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        (Odd(critiques=0), "scripted gave 0 critiques of 1"),
        (Odd([]), "scripted gave 0 lists as proposals for 1"),
        (Odd(3), "scripted gave 3 as proposals"),
        (Odd([["ab"]]), "scripted gave 'ab' as a proposal"),
        (object(), "is no advisor: see"),
    ],
)
def test_an_advisor_that_answers_wrongly_is_named(engine: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=said):
        run(tmp_path, engine)

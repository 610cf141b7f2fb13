"""What an advisor gets from its base class, and what a campaign's budget counts."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.autograd.advisor import AdvisorBase, ChainStep
from molgrad.autograd.composite import measured_by
from molgrad.autograd.variable import Variable
from molgrad.docking.result import DockResult
from molgrad.errors import EngineError
from molgrad.losses.docking import Docking
from tests.fakes import Count


class Silent(AdvisorBase):
    name = "silent"


def test_the_base_refuses_to_judge_and_hands_feedback_on() -> None:
    advisor = Silent()
    assert (advisor.free, advisor.reads_notes, advisor.model, advisor.offers, advisor.notes) == (
        False, False, None, (0, 0), (),
    )  # fmt: skip
    with pytest.raises(EngineError, match="silent does not judge a poem by 'Is it good\\?'"):
        advisor.judge("Is it good?", "...", "poem")
    said = advisor.chain(ChainStep("drawing", "sketch", "x", "picture", "y", "too {round} " * 100))
    assert said.startswith("The picture came of this sketch by drawing. To improve it: too {round}")
    assert len(said) < 700


def test_the_unit_of_cost_is_asked_of_the_loss() -> None:
    class Nobody:
        def stream(self, *_: object) -> list[tuple[int, DockResult]]:
            return []

    docking = Docking("1ia1", docker=Nobody())  # type: ignore[arg-type]  # never docks
    assert [loss.unit_of_cost for loss in (Count("a"), docking)] == ["measured", "docked"]
    assert (Count("a") + 2 * mg.max(docking, Count("b"))).unit_of_cost == "docked"
    assert (Count("a") + Count("docking")).unit_of_cost == "measured"


def test_losses_are_found_again_where_a_graph_was_measured() -> None:
    variable = Variable("aab", role_description="word")
    first, second = Count("a"), Count("b") + mg.max(Count("a"), Count("c"))
    terms = [first(variable).evaluation, *second(variable).evaluation.terms]  # type: ignore[union-attr,list-item]
    found = measured_by(variable, terms)  # type: ignore[arg-type]
    assert found is not None
    assert [loss.name for loss in found.all_terms()] == ["count_a", "count_b", "count_a", "count_c"]
    variable.value = "b"
    assert measured_by(variable, terms) is None  # type: ignore[arg-type]

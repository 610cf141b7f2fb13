"""TGD on words: acceptance, rollback, lessons, best-so-far, and what it refuses to do."""

from __future__ import annotations

import pytest

from molgrad.autograd.composite import Sum
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError, NoScoreError
from molgrad.optim.tgd import TGD
from tests.fakes import Count, Letters, ScriptedAdvisor


def word(value: str, **more: object) -> Variable:
    return Variable(value, role_description="word", domain=Letters(), **more)  # type: ignore[arg-type]


def once(optimizer: TGD, variable: Variable, loss: Count | Sum) -> float:
    optimizer.zero_grad()
    total = loss(variable)
    total.backward(optimizer.engine)
    optimizer.step()
    return total.evaluation.number() if total.evaluation and total.evaluation.ok else float("nan")


def test_a_better_child_is_kept() -> None:
    variable, loss = word("ab"), Count("a")
    optimizer = TGD([variable], loss=loss, engine=ScriptedAdvisor(lambda v: [v + "a"]))
    scores = [once(optimizer, variable, loss) for _ in range(3)]
    assert scores == [-1.0, -2.0, -3.0]
    assert optimizer.best.value == "abaa"


def test_a_worse_child_is_rolled_back_and_becomes_a_lesson() -> None:
    advisor = ScriptedAdvisor(lambda v: [v[:-1] + "b", v + "a"])
    variable, loss = word("ca", requires_grad=True), Count("a", expensive=True)
    optimizer = TGD([variable], loss=loss, engine=advisor)
    once(optimizer, variable, loss)
    assert variable.value == "cb"
    once(optimizer, variable, loss)
    step = optimizer.steps[-1][0]
    assert step.rolled_back
    assert step.proposal is not None
    assert step.proposal.parent == "ca"
    assert variable.value == "caa"
    assert "Tried cb" in advisor.gradients[-1]
    assert "0.000 against -1.000" in advisor.gradients[-1]
    assert optimizer.best.value == "ca"


def test_a_failed_child_is_rolled_back_and_never_the_best() -> None:
    variable, loss = word("a"), Count("a", expensive=True, fail=["aa"])
    optimizer = TGD([variable], loss=loss, engine=ScriptedAdvisor(lambda v: ["aa", "ba"]))
    once(optimizer, variable, loss)
    assert variable.value == "aa"
    once(optimizer, variable, loss)
    assert variable.value == "ba"
    assert optimizer.best.value == "a"


def test_proposals_are_ranked_by_the_exact_terms() -> None:
    variable = word("b")
    loss = Count("a", expensive=True) + 2 * Count("c")
    optimizer = TGD([variable], loss=loss, engine=ScriptedAdvisor(lambda v: ["ab", "cb", "ccb"]))
    once(optimizer, variable, loss)
    assert variable.value == "ccb"


def test_expensive_terms_are_not_measured_to_rank() -> None:
    dear = Count("a", expensive=True)
    variable = word("b")
    loss = dear + Count("c")
    once(TGD([variable], loss=loss, engine=ScriptedAdvisor(lambda v: ["ab", "cb"])), variable, loss)
    assert dear.measured == ["b"]


def test_unsound_proposals_are_never_assigned() -> None:
    variable, loss = word("a"), Count("a")
    optimizer = TGD([variable], loss=loss, engine=ScriptedAdvisor(lambda v: ["x", "", "a" * 40]))
    once(optimizer, variable, loss)
    assert variable.value == "a"
    assert "refused" in optimizer.steps[0][0].note


def test_frozen_variables_are_never_rewritten() -> None:
    frozen, free, loss = word("b", requires_grad=False), word("a"), Count("a")
    optimizer = TGD([frozen, free], loss=loss, engine=ScriptedAdvisor(lambda v: [v + "a"]))
    once(optimizer, free, loss)
    assert (frozen.value, free.value) == ("b", "aa")


def test_step_without_a_gradient_asks_nobody() -> None:
    advisor = ScriptedAdvisor(lambda v: [v + "a"])
    variable = word("a")
    (step,) = TGD([variable], loss=Count("a"), engine=advisor).step()
    assert advisor.gradients == []
    assert step.after == "a"
    assert "backward" in step.note


def test_a_value_is_not_judged_before_it_is_measured() -> None:
    variable, loss = word("a"), Count("a")
    optimizer = TGD([variable], loss=loss, engine=ScriptedAdvisor(lambda v: [v + "a"]))
    once(optimizer, variable, loss)
    (step,) = optimizer.step()
    assert (step.before, step.after) == ("aa", "aa")
    assert "not been measured" in step.note


def test_best_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(NoScoreError, match="call the loss first"):
        _ = TGD([word("a")], loss=Count("a"), engine=ScriptedAdvisor()).best


def test_without_a_loss_the_backward_root_judges() -> None:
    variable, loss = word("ca"), Count("a")
    optimizer = TGD([variable], engine=ScriptedAdvisor(lambda v: ["cb", "caa"]))
    once(optimizer, variable, loss)
    assert variable.value == "cb"
    once(optimizer, variable, loss)
    assert variable.value == "caa"
    assert optimizer.best.value == "ca"


def test_nobody_to_propose_is_said() -> None:
    variable, loss = word("a"), Count("a")
    loss(variable).backward()
    with pytest.raises(EngineError, match="set_backward_engine"):
        TGD([variable], loss=loss).step()


def test_memory_bounds_what_the_advisor_is_told() -> None:
    advisor = ScriptedAdvisor(lambda v: [v[:-1] + x for x in "bc"] + ["b" * k for k in range(1, 9)])
    variable, loss = word("ca"), Count("a", expensive=True)
    optimizer = TGD([variable], loss=loss, engine=advisor, memory=2)
    for _ in range(6):
        once(optimizer, variable, loss)
    assert advisor.gradients[-1].count("Tried") == 2

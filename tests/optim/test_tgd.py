"""TGD on words: acceptance, rollback, lessons, best-so-far, and what it refuses to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from molgrad.autograd.composite import Sum
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError, NoScoreError
from molgrad.llm.types import Completion
from molgrad.losses.druglikeness import QED
from molgrad.molecule.molecule import Molecule
from molgrad.optim.tgd import TGD
from tests.fakes import Count, Letters, ScriptedAdvisor


def word(value: str, **more: object) -> Variable:
    return Variable(value, role_description="word", domain=Letters(), **more)  # type: ignore[arg-type]


def once(optimizer: TGD, variable: Variable, loss: Count | Sum) -> float:
    optimizer.zero_grad()
    total = loss(variable)
    total.backward(optimizer.advisor)
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
    with pytest.warns(UserWarning, match=r"'word'\) has no gradient; call backward\(\)"):
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


class Faulty(Letters):
    """Words of which those with a c have a fault."""

    def canonical(self, value: str) -> str:
        return value

    def validate(self, value: str) -> tuple[str, ...]:
        return ("c is undefined",) if "c" in value else super().validate(value)


def test_a_fault_of_the_value_itself_is_named_when_nothing_can_be_made_of_it() -> None:
    variable, loss = Variable("ac", role_description="word", domain=Faulty()), Count("a")
    optimizer = TGD([variable], loss=loss, engine=ScriptedAdvisor(lambda v: [v + "a"]))
    once(optimizer, variable, loss)
    note = optimizer.steps[0][0].note
    assert "aca: c is undefined" in note
    assert "ac itself has a fault that its children keep (c is undefined)" in note


def test_an_answer_without_a_proposal_is_said() -> None:
    variable, loss = word("a"), Count("a")
    optimizer = TGD([variable], loss=loss, engine=ScriptedAdvisor())
    once(optimizer, variable, loss)
    assert optimizer.steps[0][0].note == "the answer of scripted held no proposal that can be used"
    assert variable.value == "a"


def test_an_answer_that_repeats_what_was_tried_is_told_from_none() -> None:
    variable, loss = word("a"), Count("a")
    optimizer = TGD([variable], loss=loss, engine=Repeating())
    once(optimizer, variable, loss)
    assert optimizer.steps[0][0].note == "no sound new proposal"


class Repeating(ScriptedAdvisor):
    """Proposes the parent itself, whatever it is told to avoid."""

    def _propose(self, request, n, avoid, exact):  # type: ignore[no-untyped-def]
        return [Proposal(parent.value, parent.value) for parent in request.parents]


class Prose:
    """A model that talks and proposes nothing."""

    name = "prose"

    def complete(self, messages, *, schema=None, seed=None):  # type: ignore[no-untyped-def]
        return Completion("I would make it a little more polar, perhaps.")


def test_a_model_that_answers_in_prose_leaves_the_value_and_a_note() -> None:
    variable, loss = word("a"), Count("a")
    optimizer = TGD([variable], loss=loss, engine=Prose())  # type: ignore[arg-type]
    once(optimizer, variable, loss)
    assert variable.value == "a"
    assert optimizer.steps[0][0].note == "the answer of model:prose held no proposal that can be used"


def test_a_molecule_with_many_open_centres_stays_and_says_why() -> None:
    molecule, loss = Molecule("OC1C(O)C(O)C(N)C(F)C1c1ccccc1"), QED()
    optimizer = TGD([molecule], loss=loss, engine="chemist")
    loss(molecule).backward("chemist")
    (step,) = optimizer.step()
    assert step.proposal is None
    assert "itself has a fault that its children keep" in step.note
    assert "is undefined: write one stereoisomer" in step.note


def test_judge_goes_back_at_once_and_only_from_a_worse_value() -> None:
    variable, loss = word("ca"), Count("a", expensive=True)
    optimizer = TGD([variable], loss=loss, engine=ScriptedAdvisor(lambda v: ["cb", "caa"]))
    assert not optimizer.judge()
    once(optimizer, variable, loss)
    assert not optimizer.judge()  # the child is not measured yet
    loss(variable)
    assert (optimizer.judge(), variable.value) == (True, "ca")
    once(optimizer, variable, loss)
    loss(variable)
    assert (optimizer.judge(), variable.value) == (False, "caa")


@pytest.mark.parametrize("given", ["abc", ["abc"], Variable("CCO", role_description="drug")])
def test_what_is_no_list_of_variables_is_refused(given: object) -> None:
    with pytest.raises(TypeError, match=r"TGD takes a list of variables, such as \[prompt\]"):
        TGD(given)  # type: ignore[arg-type]


@pytest.mark.parametrize("window", ["memory", "gradient_memory", "momentum"])
def test_a_negative_window_is_refused(window: str) -> None:
    with pytest.raises(ValueError, match="not -1"):
        TGD([Variable("ab", role_description="word", domain=Letters())], **{window: -1})  # type: ignore[arg-type]


def test_from_its_state_a_trajectory_goes_on_exactly() -> None:
    """Two twins; one of them is made anew from the other's state, as JSON, before each step."""

    def made(variable: Variable) -> TGD:
        advisor = ScriptedAdvisor(lambda value: [value + "c", value + "a"])
        return TGD([variable], loss=loss, engine=advisor, seed=3, gradient_memory=2, momentum=3, constraints=["short"])

    loss = Count("a") + Count("b")
    one, other = word("ab"), word("ab")
    first, second = made(one), made(other)
    for _ in range(5):
        for variable, optimizer in ((one, first), (other, second)):
            optimizer.zero_grad()
            loss(variable).backward(optimizer.advisor)
        fresh = word("ab")
        third = made(fresh)
        third.restore(json.loads(json.dumps(second.state(), allow_nan=False)))
        other, second = fresh, third
        assert second.step() == first.step()
        assert other.briefing == one.briefing
        assert second.state() == first.state()
    assert second.best.value == first.best.value
    assert len(second.history) == 5
    assert second.steps == first.steps


@pytest.mark.parametrize(("name", "value"), [("proposals", 0), ("seed", -1), ("memory", 1.5)])
def test_a_wrong_setting_is_named_with_its_bounds(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name} is a whole number of at least [01], not {value}"):
        TGD([word("ab")], **{name: value})

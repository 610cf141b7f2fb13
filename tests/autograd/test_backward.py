"""Feedback on its way through the graph: who gets it, how often, with what weight."""

from __future__ import annotations

import pytest

from molgrad.autograd.composite import Max
from molgrad.autograd.engine import set_backward_engine
from molgrad.autograd.functional import aggregate, apply, concat, total
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.autograd.variable import Variable
from molgrad.autograd.walk import topological
from molgrad.errors import BackwardError, NoScoreError
from molgrad.evaluation import Evaluation, Fact, Status
from tests.loss_fakes import Counted, FakeAdvisor, fixed, ok


def text(value: str = "CCO", *, requires_grad: bool = True) -> Variable:
    return Variable(value, role_description="molecule", requires_grad=requires_grad)


def words(variable: Variable) -> list[str]:
    return [gradient.text for gradient in variable.gradients]


def test_without_an_engine_the_facts_worded_are_the_gradient() -> None:
    v = text()
    fact = Fact("clash", "the tert-butyl clashes", (3,), value=1.0)
    loss = fixed(ok("a", 1.0, text="one")) + fixed(ok("b", 2.0, facts=(fact,)))
    loss(v).backward()
    assert words(v) == ["one", "the tert-butyl clashes"]
    assert v.gradients[1].evaluation is not None
    assert v.gradients[1].evaluation.facts == (fact,)


def test_one_critique_for_each_molecule_with_every_measurement_and_weight() -> None:
    first, second, advisor = text("CCO"), text("CCN"), FakeAdvisor()
    loss = Counted("a") + 10 * (Counted("b") + 2 * Counted("c"))
    total([loss(first), loss(second)]).backward(advisor)
    assert [v for v, _ in advisor.critiqued] == [first, second]
    for _, evaluations in advisor.critiqued:
        assert [(e.loss, e.weight) for e in evaluations] == [("a", 1.0), ("b", 10.0), ("c", 20.0)]
    assert words(first) == ["critique"]
    assert first.gradients[0].proposals[0].value == "CCOC"


def test_weights_multiply_along_the_graph_and_a_node_reached_twice_adds_up() -> None:
    v, advisor = text(), FakeAdvisor()
    node = Counted("a")(v)
    (2 * node + node * 3).backward(advisor)
    ((_, (evaluation,)),) = advisor.critiqued
    assert evaluation.weight == 5.0


def test_max_reaches_only_the_worst() -> None:
    v, advisor = text(), FakeAdvisor()
    Max(Counted("small", lambda s: 1), Counted("large", lambda s: 2))(v).backward(advisor)
    assert [e.loss for e in advisor.critiqued[0][1]] == ["large"]


def test_frozen_variables_get_nothing_and_are_not_asked_about() -> None:
    v, frozen, advisor = text(), text("CCN", requires_grad=False), FakeAdvisor()
    loss = Counted("a")
    total([loss(v), loss(frozen)]).backward(advisor)
    assert frozen.gradients == []
    assert [x for x, _ in advisor.critiqued] == [v]
    with pytest.raises(BackwardError, match="requires_grad"):
        loss(frozen).backward(advisor)


def test_backward_from_what_was_only_given_says_what_to_do() -> None:
    with pytest.raises(BackwardError, match="apply a loss"):
        text().backward()


def test_gradients_add_up_until_zero_grad() -> None:
    v, loss = text(), Counted("a")
    loss(v).backward()
    loss(v).backward()
    assert len(v.gradients) == 2
    v.zero_grad()
    assert (v.gradients, v.get_gradient_text()) == ([], "")


def test_editing_the_words_drops_what_came_with_them() -> None:
    gradient = Gradient("old", edits=(Edit("grow"),), proposals=(Proposal("C"),), source="model")
    gradient.text = "old"
    assert gradient.proposals
    gradient.text = "new"
    assert (gradient.edits, gradient.proposals, gradient.source) == ((), (), "edited by hand")


def test_an_edit_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="grow, replace"):
        Edit("paint")


def test_aggregate_and_concat_reach_every_input() -> None:
    for join in (aggregate, concat):
        inputs = [text(value) for value in "ABCD"]
        judge = fixed(ok("text", None, text="too long"))
        judge(join(inputs)).backward()
        assert [words(v) for v in inputs] == [["too long"]] * 4


def test_concat_joins_in_order_and_a_repeated_input_hears_it_once() -> None:
    v, w = text("A"), text("B")
    joined = concat([v, w, v], "-")
    assert joined.value == "A-B-A"
    fixed(ok("text", None, text="hm"))(joined).backward()
    assert (words(v), words(w)) == (["hm"], ["hm"])


def test_any_python_function_chains_back_to_each_argument() -> None:
    v, w, advisor = text("C"), text("N"), FakeAdvisor()

    def joined(a: str, b: str) -> str:
        """Two fragments joined."""
        return a + b

    result = apply(joined, v, w, role_description="product")
    assert result.value == "CN"
    fixed(ok("text", None, text="too polar"))(result).backward(advisor)
    assert words(v) == words(w) == ["for molecule: too polar"]
    assert [(s.operation, s.value, s.output, s.feedback) for s in advisor.chained] == [
        ("Two fragments joined.", "C", "CN", "too polar"),
        ("Two fragments joined.", "N", "CN", "too polar"),
    ]


def test_without_an_engine_the_chain_says_where_the_words_come_from() -> None:
    v = text("C")
    result = apply(str.lower, v, role_description="product", description="lower case")
    fixed(ok("text", None, text="too polar"))(result).backward()
    (said,) = words(v)
    assert "product" in said
    assert "lower case" in said
    assert "too polar" in said


def test_two_ways_to_a_leaf_do_not_repeat_the_same_words() -> None:
    v = text("A")
    fixed(ok("text", None, text="hm"))(total([concat([v]), v])).backward()
    assert words(v) == ["hm"]


def test_a_failed_or_pending_measurement_still_speaks() -> None:
    v = text()
    loss = fixed(Evaluation("dock", Status.FAILED, reason="no conformer")) + Counted("a")
    node = loss(v)
    node.backward()
    assert words(v) == ["no conformer", "a says 3"]
    with pytest.raises(NoScoreError, match="no conformer"):
        float(node)


def test_float_of_what_was_not_measured_says_so() -> None:
    with pytest.raises(NoScoreError, match="apply a loss"):
        float(text())


def test_a_stored_evaluation_makes_the_same_graph_without_measuring() -> None:
    a, b = Counted("a"), Counted("b", expensive=True)
    loss = a + 2 * Max(b, Counted("c", lambda s: 1))
    stored = Evaluation.from_json(loss.evaluate(["CCO"])[0].to_json())
    v, advisor = text(), FakeAdvisor()
    node = loss.node(v, stored)
    node.backward(advisor)
    assert (a.asked, b.asked, float(node)) == (["CCO"], ["CCO"], 9.0)
    assert [(e.loss, e.weight) for e in advisor.critiqued[0][1]] == [("a", 1.0), ("max.b", 2.0)]


def test_measurements_remember_the_value_they_were_about() -> None:
    v, loss = text("C"), Counted("a")
    loss(v)
    v.value = "CC"
    loss(v)
    assert [(m.value, m.evaluation.score) for m in v.measurements] == [("C", 1.0), ("CC", 2.0)]


def test_the_global_engine_is_used_when_none_is_given() -> None:
    v, advisor = text(), FakeAdvisor()
    set_backward_engine(advisor)
    Counted("a")(v).backward()
    assert words(v) == ["critique"]


def test_topological_order_puts_causes_first_and_does_not_vary() -> None:
    v, w = text("A"), text("B")
    joined = concat([w, v])
    top = concat([joined, v])
    assert topological(top) == [v, w, joined, top]  # read from the back: each before its inputs, in order

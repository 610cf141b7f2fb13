"""TextGrad 0.1.8's faults, by number, each as far as it touches the core: they must not come back here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from molgrad.autograd.composite import Function
from molgrad.autograd.engine import get_backward_engine, set_backward_engine
from molgrad.autograd.functional import aggregate, apply, concat, scale, total
from molgrad.autograd.variable import Variable
from molgrad.autograd.walk import topological
from molgrad.errors import NoScoreError
from molgrad.losses.text import TextLoss
from tests.loss_fakes import Counted, FakeAdvisor, fixed, ok

DEEP = 20_000


def text(value: str = "CCO", *, requires_grad: bool = True, role: str = "molecule") -> Variable:
    return Variable(value, role_description=role, requires_grad=requires_grad)


def same(value: str) -> str:
    """Nothing."""
    return value


def test_fault_03_aggregate_reaches_all_of_four_inputs() -> None:
    inputs = [text(v) for v in ("C", "CC", "CCC", "CCCC")]
    loss = Counted("a")
    aggregate([loss(v) for v in inputs]).backward()
    assert [v.get_gradient_text() for v in inputs] == ["a says 1", "a says 2", "a says 3", "a says 4"]


@pytest.mark.parametrize("as_sum", [True, False])
def test_fault_04_sum_and_plus_add_each_gradient_once(as_sum: bool) -> None:
    v = text()
    node = Counted("a")(v)
    whole = total([node, node]) if as_sum else node + node
    whole.backward()
    assert float(whole) == 2 * float(node)  # it counts twice
    assert len(v.gradients) == 1  # and is said once
    assert v.gradients[0].weight == 2.0


def test_fault_05_a_long_value_is_never_cut() -> None:
    long = " ".join(f"word{i}" for i in range(500))
    v, advisor = text(long), FakeAdvisor()
    Counted("a")(v).backward(advisor)
    TextLoss("Judge.", engine=advisor)(v)
    fixed(ok("text", None, text=long))(apply(same, v)).backward(advisor)
    assert advisor.critiqued[0][0].value == long
    assert advisor.judged[0][1] == long
    assert (advisor.chained[0].value, advisor.chained[0].feedback) == (long, long)


def test_fault_06_asking_for_the_gradient_after_clearing_it_is_fine() -> None:
    v = text()
    Counted("a")(v).backward()
    v.zero_grad()
    v.zero_grad()
    assert v.get_gradient_text() == ""
    Counted("b")(v).backward()
    assert v.get_gradient_text() == "b says 3"


def test_fault_07_zero_grad_leaves_nothing_of_the_old_gradient() -> None:
    v, advisor = text(), FakeAdvisor()
    Counted("a")(v).backward(advisor)
    assert v.gradients[0].proposals
    v.zero_grad()
    Counted("b")(v).backward(advisor)
    (gradient,) = v.gradients
    assert [e.loss for e in advisor.critiqued[-1][1]] == ["b"]
    assert len(gradient.proposals) == 1


def test_fault_08_descriptions_do_not_grow_with_the_graph() -> None:
    node = text("A")
    for i in range(100):
        node = total([node, text("B", role=f"fragment number {i}")])
    assert len(node.role_description) < 300
    measured = Counted("a")(text())
    for _ in range(100):
        measured = 1.0 * measured + Counted("b")(text())
    assert max(len(line) for line in measured.evaluation.text.splitlines()) < 200  # type: ignore[union-attr]


def test_fault_11_what_the_values_were_and_scored_is_kept() -> None:
    v, loss = text("CCCC"), Counted("a")
    for value in ("CCCC", "CC", "CCC"):
        v.value = value
        loss(v)
    assert min(v.measurements, key=lambda m: m.evaluation.number()).value == "CC"


def test_fault_12_a_variable_may_refuse_a_value() -> None:
    class Sound(Variable):
        def _sound(self, value: str) -> str:
            if not value.isupper():
                raise ValueError(f"{value} is not sound")
            return value

    v = Sound("CC", role_description="molecule")
    with pytest.raises(ValueError, match="not sound"):
        v.value = "cc"
    assert v.value == "CC"


def test_fault_13_numbers_are_values_and_losses() -> None:
    v = Variable(0.5, role_description="temperature")
    assert v.value == "0.5"
    node = Function(float)(v)
    assert float(node) == 0.5
    assert [m.evaluation.score for m in v.measurements] == [0.5]
    with pytest.raises(NoScoreError, match="words"):
        float(fixed(ok("text", None, text="hm"))(v))


def test_fault_16_order_is_that_of_the_program_and_the_same_in_every_process() -> None:
    program = (
        "from molgrad.autograd.functional import concat\nfrom molgrad.autograd.walk import topological\n"
        "from molgrad.autograd.variable import Variable\n"
        "v = [Variable(str(i), role_description=f'r{i}') for i in range(20)]\n"
        "top = concat([concat(v[10:]), concat(v[:10]), *v[5:15]])\n"
        "print([x.value for x in topological(top)], [p.value for p in top.predecessors])\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1
    v = [text(str(i)) for i in range(20)]
    assert concat(v).predecessors == tuple(v)


def test_fault_17_braces_and_percents_are_text() -> None:
    awkward = 'a {b} {0} {} %s {"json": [1]} {{x}}'
    v, advisor = text(awkward, role="role {r}"), FakeAdvisor()
    TextLoss(awkward, engine=advisor)(v)
    assert advisor.judged == [(awkward, awkward, "role {r}")]
    for engine in (None, advisor):
        fixed(ok("text", None, text=awkward))(apply(same, v, description=awkward)).backward(engine)
        assert awkward in v.gradients[-1].text


def test_fault_18_a_given_engine_wins_over_the_global_one() -> None:
    everywhere, given, v = FakeAdvisor(), FakeAdvisor(), text()
    set_backward_engine(everywhere)
    Counted("a")(v).backward(given)
    TextLoss("Judge.", engine=given)(v)
    assert (len(given.critiqued), len(given.judged)) == (1, 1)
    assert (everywhere.critiqued, everywhere.judged) == ([], [])
    assert get_backward_engine() is everywhere


def test_fault_19_the_engine_is_not_asked_about_frozen_variables() -> None:
    frozen, v, advisor = text("CCN", requires_grad=False), text(), FakeAdvisor()
    result = apply(lambda a, b: a + b, v, frozen, description="joined")
    fixed(ok("text", None, text="hm"))(result).backward(advisor)
    assert [s.value for s in advisor.chained] == ["CCO"]
    assert (frozen.gradients, frozen.value) == ([], "CCN")


def test_fault_20_importing_makes_no_files(tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    program = "import molgrad, molgrad.autograd.functional, molgrad.autograd.composite"
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=env, check=True)
    assert list(tmp_path.iterdir()) == []


def deep_calls(v: Variable) -> Variable:
    node = v
    for _ in range(DEEP):
        node = apply(same, node)
    return fixed(ok("text", None, text="hm"))(node)


def deep_concat(v: Variable) -> Variable:
    node = v
    for _ in range(DEEP):
        node = concat([node])
    return fixed(ok("text", None, text="hm"))(node)


def deep_weights(v: Variable) -> Variable:
    node = Counted("a")(v)
    for _ in range(DEEP):
        node = node * 1.0
    return node


@pytest.mark.parametrize("build", [deep_calls, deep_concat, deep_weights])
def test_fault_20_a_chain_of_20000_nodes_does_not_overflow_the_stack(build: object) -> None:
    v, advisor = text(), FakeAdvisor()
    advisor.chain = lambda step: step.feedback  # type: ignore[method-assign]  # the words would grow as long as the chain
    build(v).backward(advisor)  # type: ignore[operator]
    assert len(v.gradients) == 1


def test_fault_20_a_sum_of_1200_measurements_written_with_plus() -> None:
    v, loss, advisor = text(), Counted("a"), FakeAdvisor()
    node = sum((loss(v) for _ in range(1199)), start=loss(v))
    assert float(node) == 1200 * 3.0
    assert len(node.evaluation.all_terms()) == 1200  # type: ignore[union-attr]
    node.backward(advisor)
    assert len(advisor.critiqued[0][1]) == 1200
    assert len(topological(node)) > 1200


def test_sum_of_a_list_starts_from_nothing() -> None:
    loss = Counted("a")
    node = sum([loss(text("C")), loss(text("CC"))])
    assert float(node) == 3.0
    assert [t.loss for t in node.evaluation.terms] == ["a", "a_2"]
    assert float(scale(node, 2)) == 6.0

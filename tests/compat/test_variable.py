"""The variable: TextGrad's constructor and methods on molgrad's class."""

from __future__ import annotations

import base64
import copy
import pickle
from pathlib import Path

import pytest

import molgrad
import molgrad.compat.textgrad as tg
from molgrad.errors import BackwardError, EngineError
from tests.compat.stubs import Stub, text

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)


def test_a_variable_is_molgrads_own() -> None:
    v = text("hello")
    assert isinstance(v, molgrad.Variable)
    assert (v.value, v.get_value(), str(v), v.get_role_description()) == ("hello", "hello", "hello", "answer")
    v.set_value("bye")
    v.set_role_description("farewell")
    assert (v.value, v.role_description, v.requires_grad) == ("bye", "farewell", True)
    assert repr(v) == "Variable(value=bye, role=farewell, grads=)"


def test_a_role_is_required_and_an_empty_value_allowed() -> None:
    with pytest.raises(TypeError, match="role_description"):
        tg.Variable("hello")  # type: ignore[call-arg]
    assert tg.Variable(role_description="nothing yet").value == ""


def test_whole_numbers_are_written_out_and_other_kinds_refused_here_only() -> None:
    assert tg.Variable(7, role_description="n").value == "7"
    for value in (4.2, None, ["a"]):
        with pytest.raises(AssertionError, match="a value is a text"):
            tg.Variable(value, role_description="n")  # type: ignore[arg-type]
    assert molgrad.Variable(4.2, role_description="n").value == "4.2"


def test_gradients_can_be_added_as_variables_and_read_under_both_names() -> None:
    v, words = text(), text("too long", role="feedback to answer")
    v.gradients.add(words)
    v.gradients.add(words)
    v.gradients.update([text("too dull")])
    assert v.get_gradient_text() == "too long\ntoo dull"
    first = next(iter(v.gradients))
    assert (first.value, first.get_value(), first.role_description) == ("too long", "too long", "feedback to answer")
    v.gradients = set()
    assert (len(v.gradients), v.get_gradient_text()) == (0, "")


def test_a_frozen_variable_takes_no_gradient_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    v = text(requires_grad=False, role="the question")
    v.gradients.add(text("ask better"))
    assert v.gradients == []
    assert "the question is frozen" in caplog.text


def test_clearing_leaves_neither_gradients_nor_contexts_and_may_be_repeated() -> None:
    v, words = text(), text("too long")
    v.gradients.add(words)
    v.gradients_context[words] = {"context": "c"}
    v.reset_gradients()
    v.reset_gradients()
    assert (len(v.gradients), len(v.gradients_context)) == (0, 0)
    assert v.gradients_context[words] is None


def test_a_short_value_is_for_those_who_ask() -> None:
    v = text(" ".join(str(i) for i in range(30)))
    assert v.get_short_value(2) == "0 1 (...) 28 29"
    assert text("one two").get_short_value() == "one two"


def test_plus_and_sum_join_texts_and_roles() -> None:
    a, b = text("a", role="first"), text("b", role="second", requires_grad=False)
    whole = a + b
    assert (whole.value, whole.role_description, whole.requires_grad) == ("ab", "first and second", True)
    below = tg.sum([a, b, a])
    assert below.value == "a\nb\na"
    assert below.role_description == "a combination of the following: first, second"
    assert below.predecessors == (a, b)
    assert not tg.sum([b]).requires_grad
    assert sum([a, b]).value == "ab"  # the built-in one
    with pytest.raises(TypeError, match="unsupported operand"):
        a + "b"


def test_a_variable_cannot_hide_predecessors_that_require_gradients() -> None:
    with pytest.raises(ValueError, match="requires them"):
        tg.Variable("x", predecessors=[text()], requires_grad=False, role_description="r")


def test_images_come_as_bytes_or_from_a_file_and_take_no_gradients(tmp_path: Path) -> None:
    path = tmp_path / "ant.png"
    path.write_bytes(PNG)
    given = tg.Variable(PNG, role_description="image", requires_grad=False)
    read = tg.Variable(image_path=str(path), role_description="image")
    assert given.value == read.value == PNG
    assert not read.requires_grad
    assert given.content[0]["type"] == "image_url"  # type: ignore[index]
    with pytest.raises(ValueError, match="takes no gradients"):
        tg.Variable(PNG, role_description="image")
    with pytest.raises(ValueError, match="not both"):
        tg.Variable("x", str(path), role_description="image")
    with pytest.raises(OSError, match="No such file"):
        tg.Variable(image_path=str(tmp_path / "none.png"), role_description="image")


def test_variables_can_be_copied_and_pickled() -> None:
    v = text()
    v.gradients.add(text("shorter"))
    for twin in (copy.deepcopy(v), pickle.loads(pickle.dumps(v))):  # noqa: S301 - our own
        twin.gradients.add(text("duller"))
        assert (twin.value, twin.get_gradient_text()) == ("a draft", "shorter\nduller")
    assert v.get_gradient_text() == "shorter"


def test_the_graph_can_be_looked_at_with_and_without_gradients() -> None:
    image = tg.Variable(PNG, role_description="image", requires_grad=False)
    v = text("what is it?", role="question")
    answer = tg.MultimodalLLMCall(Stub("an ant"))([image, v])
    answer.backward(Stub("ask about legs"))
    with_words, without = answer.generate_graph(print_gradients=True), answer.generate_graph()
    assert "ask about legs" in with_words.dot
    assert "ask about legs" not in without.dot
    assert "an image of 70 bytes" in without.svg
    assert "what is it?" in without.svg


def test_backward_without_an_engine_or_a_loss_says_what_to_do() -> None:
    v = text()
    with pytest.raises(EngineError, match="set_backward_engine"):
        (v + v).backward()
    with pytest.raises(BackwardError, match="given, not computed"):
        v.backward(Stub())


class Shout(tg.Function):
    """An operation as TextGrad's users write them, with a backward that adds gradients itself."""

    def forward(self, v: tg.Variable) -> tg.Variable:
        loud = tg.Variable(v.value.upper(), predecessors=[v], role_description="shout")
        loud.set_grad_fn(tg.BackwardContext(self.backward, loud=loud, v=v))
        return loud

    def backward(self, loud: tg.Variable, v: tg.Variable, backward_engine: object) -> None:
        words = backward_engine(f"{loud.value}: {loud.get_gradient_text()}", system_prompt="s")  # type: ignore[operator]
        gradient = tg.Variable(words, role_description="feedback to v")
        v.gradients.add(gradient)
        v.gradients_context[gradient] = {"context": "a shout", "response_desc": "r", "variable_desc": "v"}


def test_a_backward_function_of_ones_own_is_called_with_the_engine_and_its_words_travel_on() -> None:
    engine = Stub("softer")
    v = text("hey")
    node = Shout()(v + text("!"))
    assert "Shout.backward" in repr(node.get_grad_fn())
    tg.LLMCall(Stub("far too loud"))(node).backward(engine)
    assert "HEY!: softer" in engine.prompts[1]
    assert v.get_gradient_text() == "softer\nThis was said in view of: a shout"
    assert len(v.gradients) == 1

"""Calls of engines and functions on the graph, and how feedback goes back through them."""

from __future__ import annotations

import pytest

import molgrad.compat.textgrad as tg
from molgrad.compat.textgrad.autograd.algebra import Aggregate, Sum
from molgrad.compat.textgrad.autograd.functional import formatted_llm_call, llm_call
from molgrad.compat.textgrad.autograd.llm_ops import filled
from tests.compat.stubs import Stub, text
from tests.compat.test_variable import PNG

AWKWARD = 'if (x) { return "{0} {b}" } %s {'


def test_a_foreign_engine_is_called_with_a_prompt_and_a_system_prompt() -> None:
    engine = Stub("42")
    answer = tg.LLMCall(engine, text("be brief", role="system"))(text("6 x 7?"))
    assert (answer.value, answer.role_description) == ("42", "response from the language model")
    assert engine.asked == [("6 x 7?", "be brief")]
    assert [p.value for p in answer.predecessors] == ["be brief", "6 x 7?"]
    assert llm_call(text("6 x 7?"), engine, "product").role_description == "product"
    assert engine.asked[-1] == ("6 x 7?", None)


def test_an_engine_that_answers_none_gives_an_empty_text() -> None:
    assert tg.LLMCall(Stub(lambda prompt, system: None))(text()).value == ""


def test_feedback_reaches_every_input_that_requires_it_and_no_other() -> None:
    system, question = text("be brief", role="system prompt"), text("6 x 7?", role="question", requires_grad=False)
    answer = tg.BlackboxLLM(Stub("43"), system)(question)
    loss = tg.TextLoss("Is it right?", engine=Stub("no"))(answer)
    backward = Stub("count slowly")
    loss.backward(backward)
    assert (answer.get_gradient_text(), system.get_gradient_text()) == ("count slowly", "count slowly")
    assert question.gradients == []
    assert len(backward.asked) == 2
    first, second = backward.prompts
    for shown in ("Is it right?", "43", "no"):
        assert shown in first
    for shown in ("be brief", "6 x 7?", "43"):
        assert shown in second


def test_long_values_are_shown_whole_and_each_once() -> None:
    long = " ".join(f"word{i}" for i in range(400))
    backward, v = Stub(), text(long)
    tg.TextLoss("Judge.", engine=Stub("hm"))(v).backward(backward)
    assert backward.prompts[0].count(long) == 1


def test_braces_in_values_templates_and_roles_are_text() -> None:
    engine = Stub("ok")
    call = tg.FormattedLLMCall(engine, 'Q: {q}\n{{"json": [1]}} { "x": 2 } {}', {"q": None})
    v = text(AWKWARD, role="role {r}")
    answer = call({"q": v}, response_role_description="reply")
    assert engine.prompts == [f'Q: {AWKWARD}\n{{"json": [1]}} {{ "x": 2 }} {{}}']
    assert answer.role_description == "reply"
    answer.backward(Stub(AWKWARD))
    assert v.get_gradient_text() == AWKWARD


def test_the_fields_must_be_those_that_were_named() -> None:
    call = tg.FormattedLLMCall(Stub(), "{a} {b}", {"a": None, "b": None})
    with pytest.raises(AssertionError, match=r"\['a', 'b'\]"):
        call({"a": text()})
    node = formatted_llm_call({"a": text("x")}, "r", Stub("ok"), "{a}", {"a": None})
    assert (node.value, node.role_description) == ("ok", "r")


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("{a}", {"a": "{b}", "b": "x"}, "{b}"),
        ("{{a}} {{{a}}}", {"a": "1"}, "{a} {1}"),
        ("{Ground truth answer}!", {"Ground truth answer": "4"}, "4!"),
        ("no field", {}, "no field"),
        ("{a!r} {c}", {"a": "1"}, "{a!r} {c}"),
    ],
)
def test_a_template_is_filled_without_formatting(template: str, values: dict[str, str], expected: str) -> None:
    assert filled(template, values) == expected


def test_a_function_of_variables_is_explained_by_its_purpose() -> None:
    def equal(prediction: tg.Variable, truth: tg.Variable) -> int:
        return int(prediction.value == truth.value)

    check = tg.StringBasedFunction(equal, function_purpose="tells whether the prediction is right")
    prediction, truth = text("7"), text("10", role="truth", requires_grad=False)
    loss = check(inputs={"prediction": prediction, "truth": truth})
    assert loss.value == "0"
    backward = Stub("count again")
    loss.backward(backward)
    assert prediction.get_gradient_text() == "count again"
    for shown in ("tells whether the prediction is right", "10", "7"):
        assert shown in backward.prompts[0]
    half = tg.StringBasedFunction(lambda v: 0.5, "half")  # numbers are results, too
    assert half(inputs={"v": prediction}).value == "0.5"


def test_what_the_function_raises_passes() -> None:
    def broken(v: tg.Variable) -> str:
        raise RuntimeError("no such tool")

    with pytest.raises(RuntimeError, match="no such tool"):
        tg.StringBasedFunction(broken, "breaks")({"v": text()})


@pytest.mark.parametrize("join", [tg.sum, tg.aggregate])
def test_a_batch_hands_its_feedback_to_each_input_once(join: object) -> None:
    inputs = [text(v, role=f"r{v}") for v in "abcd"]
    losses = [tg.TextLoss("Judge.", engine=Stub(f"bad {v.value}"))(v) for v in inputs]
    join(losses).backward(Stub(lambda prompt, system: f"advice {len(prompt)}"))  # type: ignore[operator]
    assert [len(v.gradients) for v in inputs] == [1, 1, 1, 1]


def test_plus_adds_each_gradient_once() -> None:
    v = text()
    judge = tg.TextLoss("Judge.", engine=Stub("bad"))
    (judge(v) + judge(v)).backward(Stub("advice"))
    assert [g.text for g in v.gradients] == ["advice"]  # the same words by two ways are one gradient


def test_a_chain_of_2000_sums_does_not_overflow() -> None:
    v = text()
    node = tg.TextLoss("Judge.", engine=Stub("bad"))(v)
    for _ in range(2000):
        node = tg.sum([node])
    node.backward(Stub("advice"))
    assert v.get_gradient_text() == "advice"
    assert len(node.role_description) < 400


def test_images_and_texts_go_to_the_engine_as_a_list() -> None:
    engine = Stub(lambda prompt, system: str([type(part).__name__ for part in prompt]))
    image = tg.Variable(PNG, role_description="image", requires_grad=False)
    question = text("what is this?", role="question")
    answer = tg.MultimodalLLMCall(engine, "look closely")([image, question])
    assert answer.value == "['bytes', 'str']"
    backward = Stub("ask about the legs")
    answer.backward(backward)
    assert question.get_gradient_text() == "ask about the legs"
    assert "image: [an image of" in backward.prompts[0]
    fields = tg.OrderedFieldsMultimodalLLMCall(engine, ["Image", "Question"])
    fields({"Question": question, "Image": image})
    assert engine.asked[-1][0] == ["Image:", PNG, "Question: what is this?"]
    with pytest.raises(AssertionError, match="Image"):
        fields({"Question": question})


def test_a_critic_that_takes_images_is_shown_those_of_the_call() -> None:
    image = tg.Variable(PNG, role_description="image", requires_grad=False)
    question = text("what is this?", role="question")
    backward = Stub("ask about the legs")
    backward.is_multimodal = True  # type: ignore[attr-defined]
    tg.MultimodalLLMCall(Stub("an ant"), "look closely")([image, question]).backward(backward)
    ((prompt, _),) = backward.asked
    assert isinstance(prompt, list)
    assert [type(part) for part in prompt] == [str, bytes]
    assert prompt[1] == PNG
    assert "what is this?" in prompt[0]
    assert question.get_gradient_text() == "ask about the legs"


def test_an_engine_that_takes_no_images_is_refused() -> None:
    engine = Stub()
    engine.is_multimodal = False  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="Stub takes no images"):
        tg.MultimodalLLMCall(engine)


def test_an_llm_call_takes_one_variable_not_a_list() -> None:
    with pytest.raises(AttributeError, match="value"):
        tg.LLMCall(Stub())([text()])


def test_modules_name_their_parameters() -> None:
    class Program(tg.Module):
        def __init__(self) -> None:
            self.first = tg.BlackboxLLM(Stub("a"), text("be brief", role="first prompt"))
            self.second = tg.BlackboxLLM(Stub("b"), "frozen")

        def forward(self, v: tg.Variable) -> tg.Variable:
            return self.second(self.first(v))

    program = Program()
    assert program(text()).value == "b"
    assert [name for name, _ in program.named_parameters()] == ["first prompt"]
    program.parameters()[0].gradients.add(text("longer"))
    program.zero_grad()
    assert program.parameters()[0].gradients == []


def test_sums_and_batches_are_operations_too() -> None:
    parts = [text("a"), text("b")]
    assert Sum()(parts).value == tg.sum(parts).value == "a\nb"
    assert Aggregate()(parts).predecessors == tuple(parts)

"""A loss over several variables: feedback reaches each, in sight of the others, texts and pictures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

import molgrad as mg
from molgrad.errors import EngineError
from molgrad.evaluation import Evaluation, Status
from tests.loopback import Loopback, Reply, Request, error

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def variable(value: str, role: str, requires_grad: bool = True) -> mg.Variable:
    return mg.Variable(value, role_description=role, requires_grad=requires_grad)


def far(answer: str, expected: str) -> tuple[float, str]:
    return abs(float(answer) - float(expected)), f"expected {expected}"


def section(request: Request, name: str) -> str:
    return request.prompt.partition(f"<{name}>\n")[2].partition(f"\n</{name}>")[0]


def test_a_function_of_two_values_measures_both_and_criticises_each_beside_the_other() -> None:
    answer, expected = variable("40", "answer"), variable("42", "target")
    loss = mg.FunctionLoss(far, "distance")
    with Loopback(lambda r: f"{section(r, 'input_role')}: {section(r, 'operation')}") as server:
        total = loss(answer, expected)
        total.backward(server.spec())
    assert (float(total), total.evaluation and total.evaluation.text) == (2.0, "expected 42")
    assert "target: 42" in answer.get_gradient_text()
    assert "answer: 40" in expected.get_gradient_text()
    assert [m.evaluation.score for m in answer.measurements if m.loss is loss] == [2.0]


def test_a_frozen_one_takes_no_feedback_and_is_what_the_score_rests_on() -> None:
    answer, loss = variable("40", "answer"), mg.FunctionLoss(far, "distance")
    for target in ("42", "43", "42"):
        loss(answer, variable(target, "target", requires_grad=False))
    first, second, third = answer.measurements
    assert first.basis.same(third.basis)
    assert not first.basis.same(second.basis)


@pytest.mark.parametrize(
    ("function", "status"),
    [
        (lambda a: 1.0, "takes 1 positional argument but 2 were given"),
        (lambda a, b: None, "returned None"),
        (lambda a, b: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_failure_is_told_as_of_one_variable(function: Callable[..., float], status: str) -> None:
    total = mg.FunctionLoss(function, "f")(variable("a", "x"), variable("b", "y"))
    assert total.evaluation is not None
    assert total.evaluation.status is Status.FAILED
    assert status in total.evaluation.reason


def test_an_optimizer_improves_one_by_a_loss_over_two() -> None:
    answer, target = variable("40", "answer"), variable("42", "target", requires_grad=False)
    loss = mg.FunctionLoss(far, "distance", best=0)

    def says(request: Request) -> str:
        if "The output was computed" in request.prompt:
            return "say " + request.prompt.partition("target: ")[2][:2]
        asked = re.findall(r"say (\d+)", request.prompt)[0]
        return json.dumps({"critique": "", "proposals": [{"value": asked, "reason": "r"}]})

    with Loopback(says) as server:
        optimizer = mg.TGD([answer], loss=loss, engine=server.spec())
        for _ in range(3):
            optimizer.zero_grad()
            loss(answer, target).backward(server.spec())
            optimizer.step()
        assert (answer.value, len(server.requests)) == ("42", 2)
    assert (optimizer.best.value, float(optimizer.best)) == ("42", 0.0)


def test_words_about_two_variables_reach_both() -> None:
    def says(request: Request) -> str:
        return "too short" if "<instruction>" in request.prompt else f"more in the {section(request, 'input_role')}"

    with Loopback(says) as server:
        question, answer = variable("Why?", "question"), variable("So.", "answer")
        judged = mg.TextLoss("Does it answer?", server.spec())(question, answer)
        judged.backward(server.spec())
        asked = server.prompts[0]
    assert judged.value == "too short"
    assert "question:\nWhy?\n" in asked
    assert "answer:\nSo.\n" in asked
    assert question.get_gradient_text() == "more in the question"
    assert answer.get_gradient_text() == "more in the answer"


def test_a_sum_of_losses_over_two_keeps_its_terms_and_weights() -> None:
    loss = 2 * mg.FunctionLoss(far, "distance") + mg.FunctionLoss(lambda a, b: len(a + b), "length")
    answer = variable("40", "answer")
    total = loss(answer, variable("42", "target", requires_grad=False))
    assert total.evaluation is not None
    assert [(t.loss, t.score, t.weight) for t in total.evaluation.terms] == [
        ("distance", 2.0, 2.0),
        ("length", 4.0, 1.0),
    ]
    assert float(total) == 8.0
    total.backward()
    assert "expected 42" in answer.get_gradient_text()
    assert answer.measurements[0].loss is not None


def test_a_loss_of_one_value_says_so() -> None:
    with pytest.raises(TypeError, match="qed measures one variable, not 2"):
        mg.QED()(mg.Molecule("CCO"), mg.Molecule("CCN"))
    with pytest.raises(TypeError, match="in batches"):
        mg.FunctionLoss(far, "f", batch=2)(variable("1", "a"), variable("2", "b"))


def picture(request: Request) -> str:
    """What a model that sees says: what it was shown."""
    content = request.body["messages"][-1]["content"]
    kinds = ["text"] if isinstance(content, str) else [part["type"] for part in content]
    return " ".join(kinds)


def test_a_judge_is_shown_the_pictures_that_it_judges() -> None:
    photo = mg.ImageVariable(PNG, role_description="photograph")
    answer = variable("a cat", "answer")
    with Loopback(picture) as server:
        judge = mg.MultiFieldEvaluation("Is it right?", engine=server.spec())
        assert judge(photo=photo, answer=answer).value == "text image_url"
        judged = mg.TextLoss("Is it right?", server.spec())(photo, answer)
        assert judged.value == "text image_url"
        judged.backward(server.spec())
        assert answer.get_gradient_text() == "text image_url"
        assert mg.FormattedLLMCall(server.spec(), "Look at {photo}.")(photo=photo).value == "text image_url"


def test_a_judge_without_eyes_is_shown_the_texts() -> None:
    def blind(request: Request) -> str | Reply:
        return error(404, "this model does not support image input") if "image" in picture(request) else "words"

    with Loopback(blind) as server:
        judge = mg.MultiFieldEvaluation("Is it right?", engine=server.spec())
        found = judge(photo=mg.ImageVariable(PNG), answer=variable("a cat", "answer"))
        assert found.value == "words"
        assert "[image/png, 68 bytes" in server.prompts[-1]


def test_a_dead_endpoint_is_raised_from_a_loss_over_several() -> None:
    def asks(a: str, b: str) -> Evaluation:
        raise EngineError("nobody is there")

    with pytest.raises(EngineError, match="nobody"):
        mg.FunctionLoss(asks, "asks")(variable("a", "x"), variable("b", "y"))

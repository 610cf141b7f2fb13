"""Judgements in words."""

from __future__ import annotations

import pytest

import molgrad.compat.textgrad as tg
from molgrad.errors import UnparsableAnswerError
from tests.compat.stubs import Stub, text
from tests.compat.test_variable import PNG


def test_a_text_loss_asks_its_engine_with_the_instruction_as_system_prompt() -> None:
    engine = Stub("too long")
    tg.set_backward_engine(engine)
    v = text()
    loss = tg.TextLoss(text("Judge {this}.", role="instruction", requires_grad=False))(v)
    assert loss.value == "too long"
    assert engine.asked == [("a draft", "Judge {this}.")]
    loss.backward()
    assert len(engine.asked) == 2
    assert v.get_gradient_text() == "too long"


def test_fields_are_shown_under_their_roles_which_may_hold_anything() -> None:
    engine = Stub("<ACCURACY> 1 </ACCURACY>")
    roles = ["Question for the task", "truth {0}", "prediction"]
    loss = tg.MultiFieldTokenParsedEvaluation(
        text("Right? {x}", role="instruction", requires_grad=False), roles, engine,
        parse_tags=["<ACCURACY>", "</ACCURACY>"],
    )  # fmt: skip
    prediction = text("{4}")
    verdict = loss([text("2+2?", requires_grad=False), text("4", requires_grad=False), prediction])
    assert engine.prompts == ["Right? {x}\n**Question for the task**: 2+2?\n**truth {0}**: 4\n**prediction**: {4}"]
    assert prediction.role_description == "prediction"
    assert loss.parse_output(verdict) == "1"
    verdict.backward(Stub("drop the braces"))
    assert prediction.get_gradient_text() == "drop the braces"


@pytest.mark.parametrize("answer", ["1", "<ACCURACY> 1", "1 </ACCURACY>", ""])
def test_a_verdict_without_tags_says_what_is_missing(answer: str) -> None:
    loss = tg.MultiFieldTokenParsedEvaluation("Right?", ["a"], Stub())
    with pytest.raises(UnparsableAnswerError, match="<ACCURACY>"):
        loss.parse_output(text(answer))


def test_fields_and_roles_are_as_many() -> None:
    loss = tg.MultiFieldEvaluation("Right?", ["a", "b"], Stub("yes"))
    assert loss([text("x"), text("y")]).value == "yes"
    with pytest.raises(ValueError, match="shorter"):
        loss([text("x")])


def test_an_answer_to_a_choice_is_judged_with_its_question() -> None:
    engine = Stub("weak reasoning")
    v = text("B, because")
    loss = tg.MultiChoiceTestTime("Be {critical}.", engine=engine)("Which of A, B?", v)
    assert engine.prompts == ["Be {critical}.\nQuestion: Which of A, B?\nAnswer of the language model: B, because"]
    loss.backward(Stub("argue more"))
    assert v.get_gradient_text() == "argue more"


def test_an_answer_about_an_image_is_judged_with_the_image() -> None:
    engine = Stub("it is no ant")
    image = tg.Variable(PNG, role_description="image", requires_grad=False)
    answer = text("an ant")
    loss = tg.ImageQALoss("Is it right?", engine=engine)(image, text("what?", requires_grad=False), answer)
    assert engine.asked[0][0] == ["Evaluation Instruction: Is it right?", "Question: what?", "Image:", PNG,
                                  "Answer: an ant"]  # fmt: skip
    loss.backward(Stub("look again"))
    assert answer.get_gradient_text() == "look again"

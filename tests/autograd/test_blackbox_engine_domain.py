"""Model calls as functions, engines by name, and plain text as a domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.domain import Domain
from molgrad.autograd.engine import get_backward_engine, resolve_advisor, set_backward_engine
from molgrad.autograd.gradient import Edit
from molgrad.autograd.text_domain import TEXT
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError
from molgrad.llm.resolve import resolve_model
from molgrad.llm.types import Completion, LanguageModel, Message, Usage
from molgrad.programs.calls import BlackboxLLM
from tests.loss_fakes import FakeAdvisor, fixed, ok


class FakeModel:
    name = "fake-model"

    def __init__(self, function: Callable[[str], str]) -> None:
        self.function = function
        self.heard: list[list[Message]] = []

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        self.heard.append(list(messages))
        return Completion(self.function(messages[-1]["content"]), Usage(1, 10, 2))


def test_the_chain_rule_goes_call_by_call_through_two_models() -> None:
    prompt = Variable("Be brief.", role_description="system prompt")
    question = Variable("why {x}?", role_description="question", requires_grad=False)
    first, second = BlackboxLLM(FakeModel(str.upper), prompt), BlackboxLLM(FakeModel(str.title))
    answer = second(first(question, role_description="draft"))
    assert (first.model.heard[0][0]["content"], answer.value) == ("Be brief.", "Why {X}?")  # type: ignore[attr-defined]
    advisor = FakeAdvisor()
    fixed(ok("text", None, text="too long"))(answer).backward(advisor)
    assert [(s.role, s.feedback) for s in advisor.chained] == [
        ("draft", "too long"),
        ("system prompt", "for draft: too long"),
    ]
    assert prompt.get_gradient_text() == "for system prompt: for draft: too long"
    assert question.gradients == []
    assert first.usage == Usage(1, 10, 2)


def test_a_frozen_prompt_and_input_make_a_frozen_answer() -> None:
    x = Variable("x", role_description="question", requires_grad=False)
    assert not BlackboxLLM(FakeModel(str.upper), "Be brief.")(x).requires_grad


def test_an_empty_answer_is_refused() -> None:
    with pytest.raises(EngineError, match="empty"):
        BlackboxLLM(FakeModel(lambda text: " \n"))(Variable("x", role_description="question"))


def test_fakes_satisfy_the_protocols() -> None:
    assert isinstance(FakeAdvisor(), Advisor)
    assert isinstance(FakeModel(str.upper), LanguageModel)
    assert isinstance(TEXT, Domain)


def test_an_engine_is_returned_as_it_is_and_none_removes_it() -> None:
    advisor = FakeAdvisor()
    assert set_backward_engine(advisor) is get_backward_engine() is resolve_advisor(advisor) is advisor
    assert set_backward_engine(None) is None
    assert get_backward_engine() is None
    model = FakeModel(str.upper)
    assert resolve_model(model) is model


def test_what_is_no_engine_is_refused() -> None:
    with pytest.raises(EngineError, match="not int"):
        resolve_advisor(3)  # type: ignore[arg-type]


def test_plain_text_is_a_domain() -> None:
    assert TEXT.canonical("  a text \n") == "a text"
    for wrong in ("", " \n", "x" * 200_001):
        with pytest.raises(ValueError, match="the text"):
            TEXT.canonical(wrong)
    edit = Edit("replace", {"old": "a", "new": "b"})
    assert TEXT.apply("a cat", edit) == ["b cat"]
    assert TEXT.apply("dog", edit) == []
    assert TEXT.features("a b a").counts == TEXT.features("b A a").counts
    assert TEXT.features("a b a").linear == (3.0,)
    assert (TEXT.neighbours("a", 0, 5), TEXT.crossover("a", "b", 0, 5)) == ([], [])
    assert TEXT.describe("a b") == {"words": 2.0}

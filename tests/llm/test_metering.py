"""Calls made within are sent by way of a meter, from threads too, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import molgrad as mg
from molgrad.errors import BudgetReachedError, EmptyAnswerError
from molgrad.llm.budget import Budget, BudgetedModel, Purse
from molgrad.llm.metering import metered, reached
from molgrad.llm.parallel import gather
from molgrad.llm.types import Completion, LanguageModel, Message, Usage


class Echo:
    def __init__(self, name: str, says: str = "yes") -> None:
        self.name, self.says = name, says

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        del messages, schema, seed
        return Completion(self.says, Usage(1, 2, 3))


def question() -> mg.Variable:
    return mg.Variable("?", role_description="question", requires_grad=False)


def test_programs_and_advisors_share_one_purse_in_threads_too() -> None:
    purse = Purse(Budget(calls=3))

    def meter(model: LanguageModel) -> LanguageModel:
        return BudgetedModel(model, purse)

    program, advisor = mg.BlackboxLLM(Echo("answers")), mg.ModelAdvisor(Echo("advises"))
    with metered(meter):
        gather([lambda: program(question())] * 2, workers=2)
        assert advisor.judge("Judge.", "text", "role").text == "yes"
        with pytest.raises(BudgetReachedError, match="3 model calls for answers"):
            program(question())
    assert purse.spent == Usage(3, 6, 9)
    program(question())
    assert purse.spent.calls == 3
    assert reached(program.model) is program.model


def test_an_empty_answer_is_an_error_about_one_question() -> None:
    with pytest.raises(EmptyAnswerError, match="empty text"):
        mg.BlackboxLLM(Echo("mute", " "))(question())

"""Worked examples in a prompt: filled from right answers, shown as questions and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

import molgrad as mg
from molgrad.llm.types import Completion, Message
from molgrad.programs.demos import DemosDomain, demonstrated, read_demos, shown
from molgrad.programs.rows import rows_of
from tests.programs.test_rows import Parrot, pipeline

ROWS = [("1 + 1?", "2"), ("2 + 2?", "4"), ("3 + 3?", "6"), ("4 + 4?", "8"), ("5 + 5?", "10")]


@pytest.mark.parametrize(
    "pair",
    [
        ("a", "b"),
        ("first\n\nthird", "Answer: no\nQuestion: mine\n\n  indented"),
        ("Question: twice", "Answer: twice"),
        ("é\u2028{x}", "```\ncode\n```"),
    ],
)
def test_whatever_stands_in_a_pair_is_read_back(pair: tuple[str, str]) -> None:
    text = shown([pair, ("next", "one")])
    found = read_demos(text)
    assert [[part.split() for part in one] for one in found] == [
        [part.split() for part in p] for p in (pair, ("next", "one"))
    ]
    assert shown(found) == text


@pytest.mark.parametrize("text", ["anything", "Question: a", "Question: a\nQuestion: b\nAnswer: c", "Answer: a"])
def test_other_texts_are_no_worked_examples(text: str) -> None:
    with pytest.raises(ValueError, match="worked example"):
        read_demos(text)


def test_no_example_at_all_is_a_sound_start() -> None:
    demos = mg.Demos(k=2)
    assert (demos.value, demos.pairs, demos.requires_grad) == ("", [], True)
    demos.value = shown(ROWS[:2])
    assert demos.pairs == ROWS[:2]
    with pytest.raises(ValueError, match="3 worked examples, more than 2"):
        demos.value = shown(ROWS[:3])
    with pytest.raises(ValueError, match="at least 1"):
        mg.Demos(k=0)


def test_sets_are_drawn_from_right_rows_alike_for_a_seed() -> None:
    domain = DemosDomain(2)
    found = domain.bootstrapped(ROWS, 3, 4)
    assert found == domain.bootstrapped(ROWS, 3, 4) != domain.bootstrapped(ROWS, 4, 4)
    assert len(set(found)) == 4
    assert all(len(read_demos(text)) == 2 and set(read_demos(text)) <= set(ROWS) for text in found)
    assert domain.bootstrapped(ROWS[:1], 3, 4) == [shown(ROWS[:1])]
    assert domain.bootstrapped([], 3, 4) == domain.bootstrapped([("", "x")], 3, 4) == []


def test_the_prompt_shows_them_before_the_question() -> None:
    class Seen(Parrot):
        def complete(self, messages: Sequence[Message], *, schema: Any = None, seed: int | None = None) -> Completion:
            self.messages = messages
            return super().complete(messages)

    model, demos = Seen(), mg.Demos()
    demos.value = shown(ROWS[:1])
    question = mg.Variable("7 + 7?", role_description="question", requires_grad=False)
    answer = mg.LLMCall(model)(demos, question)
    assert model.messages[-1]["content"] == "Question: 1 + 1?\nAnswer: 2\n7 + 7?"
    assert demonstrated(rows_of(answer, demos)) == [("7 + 7?", "answer 1")]


def test_in_a_pipeline_the_step_is_shown_not_the_program() -> None:
    answer, plan_prompt, answer_prompt, _ = pipeline()
    assert demonstrated(rows_of(answer, plan_prompt)) == [("how many?", "answer 1")]
    assert demonstrated(rows_of(answer, answer_prompt)) == [("answer 1", "answer 2")]


def test_the_difference_is_told() -> None:
    before, after = shown(ROWS[:2]), shown(ROWS[1:4])
    assert DemosDomain(4).difference(before, after) == "2 worked examples added, 1 taken out"

"""What a parameter did in a run is read off the graph: the calls it fed, with their other inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import molgrad as mg
from molgrad.llm.types import Completion, Message
from molgrad.programs.rows import rows_of, told


class Parrot:
    """Answers with the number of its calls so far."""

    name = "parrot"

    def __init__(self) -> None:
        self.calls = 0

    def complete(self, messages: Sequence[Message], *, schema: Any = None, seed: int | None = None) -> Completion:
        self.calls += 1
        return Completion(f"answer {self.calls}")


def pipeline() -> tuple[mg.Variable, mg.Variable, mg.Variable, mg.Variable]:
    """Two calls with a prompt each: the plan and the answer that follows from it."""
    model = Parrot()
    plan_prompt, answer_prompt = (mg.Variable(f"{x}!", role_description=f"{x} prompt") for x in ("plan", "answer"))
    question = mg.Variable("how many?", role_description="question", requires_grad=False)
    plan = mg.BlackboxLLM(model, plan_prompt)(question, role_description="plan")
    answer = mg.LLMCall(model, answer_prompt)(question, plan)
    return answer, plan_prompt, answer_prompt, plan


def test_each_step_of_a_pipeline_has_its_own_row() -> None:
    answer, plan_prompt, answer_prompt, _ = pipeline()
    (first,) = rows_of(answer, plan_prompt, "expected 42")
    assert (dict(first.inputs), first.output, first.answer) == ({"question": "how many?"}, "answer 1", "answer 2")
    (second,) = rows_of(answer, answer_prompt, "expected 42")
    assert dict(second.inputs) == {"question": "how many?", "plan": "answer 1"}
    assert (second.output, second.answer, second.words) == ("answer 2", "", "expected 42")


def test_what_only_joins_texts_is_followed_through() -> None:
    model, prompt = Parrot(), mg.Variable("be brief", role_description="prompt")
    question = mg.Variable("why?", role_description="question", requires_grad=False)
    whole = mg.concat([prompt, mg.Variable("and kind", role_description="rest", requires_grad=False)])
    (row,) = rows_of(mg.LLMCall(model)(whole, question), prompt)
    assert dict(row.inputs) == {"question": "why?"}


def test_a_parameter_of_two_calls_has_two_rows_and_a_stranger_none() -> None:
    model, prompt = Parrot(), mg.Variable("be brief", role_description="prompt")
    call = mg.BlackboxLLM(model, prompt)
    question = mg.Variable("why?", role_description="question", requires_grad=False)
    answer = call(call(question))
    assert [row.output for row in rows_of(answer, prompt)] == ["answer 1", "answer 2"]
    assert rows_of(answer, mg.Variable("x", role_description="other")) == []


def test_several_examples_are_told_as_one_text_within_bounds() -> None:
    answer, _, answer_prompt, _ = pipeline()
    rows = rows_of(answer, answer_prompt, "expected 42") * 2
    text = told(rows)
    assert [line for line in text.splitlines() if line.startswith("Example")] == ["Example 1", "Example 2"]
    assert "plan: answer 1\noutput: answer 2\nfeedback: expected 42" in text
    assert "feedback: expected 42" in told(rows, limit=4)
    assert rows[0].to_json()["Generated Outputs"] == "answer 2"


def test_inputs_of_one_role_are_told_apart() -> None:
    parts = [mg.Variable(text, role_description="document", requires_grad=False) for text in "ab"]
    prompt = mg.Variable("join", role_description="prompt")
    (row,) = rows_of(mg.LLMCall(Parrot(), prompt)(*parts), prompt)
    assert dict(row.inputs) == {"document": "a", "document 2": "b"}

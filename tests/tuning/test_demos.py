"""Worked examples are tuned with the prompts: right answers to training examples, each at the step that shows it."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.llm.openai import OpenAIModel
from molgrad.testing import rubric
from molgrad.testing.rubric import Task


class Shown(mg.Module):
    """The pipeline of the rubric with worked examples for its second step."""

    def __init__(self, task: Task, url: str) -> None:
        student = OpenAIModel("student", base_url=url, api_key="x")
        self.read = mg.Variable(task.prompts["read"], role_description="first prompt")
        self.write = mg.Variable(task.prompts["write"], role_description="second prompt")
        self.examples = mg.Demos(k=2)
        self._calls = [mg.LLMCall(student, self.read), mg.LLMCall(student, self.write)]

    def forward(self, question: mg.Variable) -> mg.Variable:
        first, second = self._calls
        return second(self.examples, first(question))


@pytest.mark.parametrize("search", ["pareto", "tpe"])
def test_right_answers_of_the_step_become_worked_examples(search: str) -> None:
    if search == "tpe":
        pytest.importorskip("optuna", reason="the extra tpe is not installed")
    task = rubric.make("pipeline", 106)
    with task.serve() as url:
        critic = OpenAIModel("critic", base_url=url, api_key="x")
        program = Shown(task, url)
        made = mg.Tuner(
            program, task.score, task.train, task.validation, search=search, engine=critic, workers=1, judged=6
        ).run(calls=110)
    trials = made._store.trials()
    held = [program.examples.domain.canonical(made._domain.parts(t.proposal.value)["examples"]) for t in trials]
    assert held[0] == ""
    questions = [line for text in held for line in text.splitlines() if line.startswith("Question: ")]
    assert questions
    trained = {one.question.split()[1] for one in task.train}
    assert all(line.startswith("Question: Notes on ") for line in questions)
    assert {line.split()[3].rstrip(":") for line in questions} <= trained


def test_nothing_is_begun_that_the_budget_cannot_validate() -> None:
    task = rubric.make("pipeline", 105)
    with task.serve() as url:
        critic = OpenAIModel("critic", base_url=url, api_key="x")
        made = mg.Tuner(Shown(task, url), task.score, task.train, task.validation, engine=critic, judged=6, seed=3)
        made.run(calls=150)
    assert len(made._store.proposals()) == len(made._store.trials())  # no candidate is left undecided
    assert "do not reach for a further candidate" in made.notes[-1]

"""The package gepa as a search of the Tuner: its candidates, answers and budget are the Tuner's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.llm.openai import OpenAIModel
from molgrad.testing import rubric
from molgrad.testing.rubric import Task

pytest.importorskip("gepa", reason="the extra gepa is not installed")


class Pipeline(mg.Module):
    """The two calls of the rubric's pipeline."""

    def __init__(self, task: Task, url: str) -> None:
        student = OpenAIModel("student", base_url=url, api_key="x")
        self.read = mg.Variable(task.prompts["read"], role_description="first prompt")
        self.write = mg.Variable(task.prompts["write"], role_description="second prompt")
        self.examples = mg.Demos(k=2)
        self._calls = [mg.BlackboxLLM(student, self.read), mg.BlackboxLLM(student, self.write)]

    def forward(self, question: mg.Variable) -> mg.Variable:
        for call in self._calls:
            question = call(question)
        return question


def tuner(task: Task, url: str, folder: Path | None = None, **options: Any) -> mg.Tuner:
    critic = OpenAIModel("critic", base_url=url, api_key="x")
    given = {"folder": folder, "search": "gepa", "engine": critic, "seed": 1, "workers": 1, "judged": 4, **options}
    return mg.Tuner(Pipeline(task, url), task.score, task.train[:24], task.validation, minibatch=6, **given)


def test_it_learns_and_the_frame_tells_of_its_candidates() -> None:
    task = rubric.make("pipeline", 101)
    with task.serve() as url:
        made = tuner(task, url).run(calls=110)
        assert sum(task.calls.values()) == made.usage.calls <= 110
    assert made.best.values["examples"] == ""  # worked examples are no text that gepa may write
    assert task.truth(dict(made.best.values)) > 2 * task.truth(task.prompts)
    trials = made._store.trials()
    assert trials[0].kind == "start"
    assert {trial.kind for trial in trials[1:]} <= {"validated", "gate"}
    values = {trial.proposal.value for trial in trials}
    assert all(trial.proposal.parent in values for trial in trials[1:])
    assert made.best.score == min(t.evaluation.score for t in trials if t.evaluation.score is not None)


def test_a_smaller_budget_gone_on_with_comes_to_the_same_and_pays_nothing_twice(tmp_path: Path) -> None:
    task = rubric.make("pipeline", 102)
    with task.serve() as url:
        whole = tuner(task, url).run(calls=60)
    with task.serve() as url:
        for calls in (15, 31, 60):
            parts = tuner(task, url, tmp_path / "run").run(calls=calls)
        assert sum(task.calls.values()) == parts.usage.calls == whole.usage.calls
    assert parts.best == whole.best
    assert parts.frame().equals(whole.frame())


def test_rounds_that_are_played_back_do_not_end_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("molgrad.tuning.gepa._IDLE", 3)
    task = rubric.make("pipeline", 105)
    with task.serve() as url:
        first = tuner(task, url, tmp_path / "run").run(rounds=6).usage.calls
        second = tuner(task, url, tmp_path / "run").run(rounds=9)
    assert second.usage.calls > first
    assert second._ended == "ended after 9 rounds, as asked"


def test_each_step_is_told_of_its_own_part() -> None:
    task = rubric.make("pipeline", 103)
    asked: list[str] = []

    class Seen(OpenAIModel):
        def complete(self, messages: Any, **options: Any) -> Any:
            asked.append(str(messages[-1]["content"]))
            return super().complete(messages, **options)

    with task.serve() as url:
        tuner(task, url, engine=Seen("critic", base_url=url, api_key="x")).run(calls=80, rounds=2)
    first = next(prompt for prompt in asked if task.prompts["read"] in prompt)
    assert first.count("## Generated Outputs\nNotes on") == 6
    assert "## Final Answer" in first
    assert "### input" in first
    second = next(prompt for prompt in asked if task.prompts["write"] in prompt)
    assert "## Final Answer" not in second


def test_without_a_model_nobody_rewrites() -> None:
    task = rubric.make("pipeline", 104)
    with task.serve() as url, pytest.raises(mg.errors.EngineError, match="rewritten by a language model"):
        tuner(task, url, engine="chemist").run(calls=20)

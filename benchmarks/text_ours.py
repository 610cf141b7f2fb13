"""molgrad's searches on the tasks of benchmarks/text.py."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from text_peers import Outcome

import molgrad as mg
from molgrad.llm import open_model
from molgrad.testing.rubric import Task

ROLES = {
    "prompt": "system prompt of a language model that writes labels",
    "read": "system prompt of the first of two calls of a language model, which makes notes on a sample",
    "write": "system prompt of the second of two calls of a language model, which writes the label from the notes",
}
SEARCHES = ("trajectory", "pareto", "beam", "tpe")


def program_of(task: Task, url: str) -> tuple[Callable[[mg.Variable], mg.Variable], list[mg.Variable]]:
    """The task's model calls, one or two in a row, and their prompts."""
    student = open_model(f"{url}#student", cache=False)
    prompts = [mg.Variable(text, role_description=ROLES[name]) for name, text in task.prompts.items()]
    calls = [mg.BlackboxLLM(student, prompt) for prompt in prompts]

    def program(question: mg.Variable) -> mg.Variable:
        for call in calls:
            question = call(question)
        return question

    return program, prompts


def tuner(search: str) -> Callable[[Task, str, int, int], Outcome]:
    """A search of the Tuner."""

    def run(task: Task, url: str, seed: int, calls: int) -> Outcome:
        program, prompts = program_of(task, url)
        critic = open_model(f"{url}#critic", cache=False)
        with tempfile.TemporaryDirectory() as room:
            made: Any = mg.Tuner(
                program, task.score, list(task.train), list(task.validation), folder=Path(room) / "run",
                parameters=dict(zip(task.prompts, prompts, strict=True)), search=search, engine=critic, seed=seed,
            )  # fmt: skip
            made.run(calls=calls)
            return Outcome(dict(made.best.values))

    return run


METHODS: Mapping[str, Callable[[Task, str, int, int], Outcome]] = {
    f"molgrad-{search}": tuner(search) for search in SEARCHES
}

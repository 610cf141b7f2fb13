"""A run that is killed again and again goes on to the result of one that was not, and keeps what it paid for."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.llm.types import Completion, Message, Usage
from tests.tuning.pupils import EXAMPLES, RULES, rules, wrong

WORKERS = 2


class Model:
    """Notes a rule or applies it where its prompt states it; as an editor it adds the rules that the feedback reveals.

    Args:
        dies: at which call it kills its own process; None for never.
    """

    name = "model"

    def __init__(self, dies: int | None = None) -> None:
        self.dies, self.asked = dies, 0
        self._lock = threading.Lock()

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        del schema, seed
        with self._lock:
            self.asked += 1
            if self.asked == self.dies:
                os.kill(os.getpid(), signal.SIGKILL)
        system, said = str(messages[0]["content"]), str(messages[-1]["content"])
        if "within ``` blocks" in said:
            return Completion(self._rewritten(said), Usage(1))
        return Completion(self._edited(said) if "Answer the feedback" in said else self._said(system, said), Usage(1))

    @staticmethod
    def _said(system: str, said: str) -> str:
        word = said.split()[2]
        known = RULES[word] if word in rules(system) else ""
        if system.startswith("Note"):
            return f"{said} [{known}]" if known else said
        return known or (said.split("[")[1].rstrip("]") if "[" in said else "no idea")

    @staticmethod
    def _edited(said: str) -> str:
        (value,) = re.findall(r"<value>\n(.*?)\n</value>", said, re.DOTALL)
        new = [one for one in dict.fromkeys(re.findall(r"feedback: (\w+ means \w+)", said)) if one not in value][:1]
        return json.dumps({"critique": "", "proposals": [{"value": ". ".join([value, *new]), "reason": "one rule"}]})

    @staticmethod
    def _rewritten(said: str) -> str:
        """The same in the form of the package gepa."""
        value = said.split("```")[1].strip()
        new = [one for one in dict.fromkeys(re.findall(r"Feedback\n(\w+ means \w+)", said)) if one not in value][:1]
        return "```\n" + ". ".join([value, *new]) + "\n```"


class TwoSteps(mg.Module):
    """Notes, then says."""

    def __init__(self, model: Model) -> None:
        self.note = mg.BlackboxLLM(model, mg.Variable("Note it", role_description="prompt that notes"))
        self.say = mg.BlackboxLLM(model, mg.Variable("Say it", role_description="prompt that says"))

    def forward(self, question: mg.Variable) -> mg.Variable:
        return self.say(self.note(question))


def tuner(model: Model, folder: Path, search: str) -> mg.Tuner:
    train, validation = EXAMPLES[:6], EXAMPLES[6:12]
    return mg.Tuner(TwoSteps(model), wrong, train, validation, folder=folder, search=search, engine=model, minibatch=3,
                    gate=2, workers=WORKERS)  # fmt: skip


def run(folder: Path, search: str, dies: int) -> int:
    """The run in a process of its own; its signal, or 0 where it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            tuner(Model(dies), folder, search).run(calls=90)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def test_a_pipeline_that_is_killed_half_way_comes_to_the_same_result(tmp_path: Path) -> None:
    _killed("pareto", (41,), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("search", ["trajectory", "pareto", "beam", "tpe", "gepa"])
def test_a_pipeline_that_is_killed_wherever_it_is_comes_to_the_same_result(search: str, tmp_path: Path) -> None:
    _killed(search, (1, 2, 7, 13, 12, 11, 14), tmp_path)  # each process dies at so many calls that are not played back


def _killed(search: str, deaths: Sequence[int], folder: Path) -> None:
    package = {"tpe": "optuna"}.get(search, search)
    if package in ("optuna", "gepa") and importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is an extra")
    model = Model()
    whole = tuner(model, folder / "whole", search).run(calls=90)
    for dies in deaths:
        assert run(folder / "killed", search, dies) == signal.SIGKILL
    last = Model()
    again = tuner(last, folder / "killed", search).run(calls=90)
    assert again.history == whole.history
    assert again.best == whole.best
    assert again.usage == whole.usage
    assert again.best.score < whole.trials[0].evaluation.number()
    # What was under way when a process died is asked again: at most one call a worker.
    assert last.asked + sum(deaths) <= model.asked + WORKERS * len(deaths)

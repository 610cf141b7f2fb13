"""The rubric's tasks: what the truth says of prompts, and that it is what the student does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

import molgrad
from molgrad.testing import rubric

KINDS = list(rubric.KINDS)


def carrying(task: rubric.Task, rules: Iterable[str]) -> dict[str, str]:
    """The start prompts with these rules in each."""
    return {name: "\n".join([start, *rules]) for name, start in task.prompts.items()}


def asked(url: str, prompt: str, question: str, model: str = "student") -> str:
    messages = [{"role": "system", "content": prompt}, {"role": "user", "content": question}]
    body = json.dumps({"model": model, "messages": messages}).encode()
    request = Request(f"{url}/chat/completions", body, {"content-type": "application/json"})  # noqa: S310 - loopback
    with urlopen(request) as answer:  # noqa: S310 - loopback
        said: str = json.load(answer)["choices"][0]["message"]["content"]
    return said


@pytest.mark.parametrize("kind", KINDS)
def test_more_rules_are_better_and_none_is_poor(kind: str) -> None:
    task = rubric.make(kind, 5)
    assert len(task.rules) == 12
    none, half, full = (task.truth(carrying(task, task.rules[:n])) for n in (0, 6, 12))
    assert none < 0.15 < half < 0.7 < full < 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_answer_is_right_and_another_is_told_what_was_expected(kind: str) -> None:
    task = rubric.make(kind, 5)
    for example in task.train[:10]:
        assert task.score(example, task.reference(example)) == (0.0, "Right.")
        score, words = task.score(example, "no idea")
        assert score == 1.0
        code = re.findall(r"[a-z]{3}-\d\d", example.expected)[0]
        assert code in words


@pytest.mark.parametrize("kind", KINDS)
def test_the_splits_have_their_sizes_and_share_nothing(kind: str) -> None:
    task = rubric.make(kind, 5)
    questions = [example.question for example in (*task.train, *task.validation, *task.test)]
    assert [len(task.train), len(task.validation), len(task.test)] == [60, 20, 200]
    assert len(set(questions)) == 280


def test_a_seed_draws_one_task() -> None:
    first, same, other = rubric.make("code", 1), rubric.make("code", 1), rubric.make("code", 2)
    assert (first.rules, first.train, first.test) == (same.rules, same.train, same.test)
    assert set(first.rules).isdisjoint(other.rules)


def test_half_a_couple_helps_nothing_and_a_rule_without_its_exception_harms() -> None:
    task = rubric.make("interacting", 5)
    start = task.truth(task.prompts)
    halves, couples = task.rules[0:8:2], task.rules[:8]
    general, exceptions = task.rules[8::2], task.rules[9::2]
    assert task.truth(carrying(task, halves)) == start
    assert task.truth(carrying(task, couples)) > start + 0.1
    both = [*couples, *general, *exceptions]
    assert task.truth(carrying(task, [*couples, *exceptions])) > task.truth(carrying(task, couples))
    exceptional = [e for e in task.test if " but " in e.question]
    assert exceptional
    assert task.truth(carrying(task, both)) > task.truth(carrying(task, [*couples, *general])) + 0.1


def test_a_rule_in_the_wrong_prompt_of_a_pipeline_is_worth_nothing() -> None:
    task = rubric.make("pipeline", 5)
    reading, writing = "\n".join(task.rules[:6]), "\n".join(task.rules[6:])
    assert task.truth({"read": writing, "write": reading}) == task.truth(task.prompts)
    assert task.truth({"read": reading, "write": writing}) > 0.85


def test_worked_examples_in_a_prompt_help_less_than_rules() -> None:
    task = rubric.make("independent", 5)
    shown = "\n".join(f"{e.question}\n{e.expected}" for e in task.train[:12])
    start = task.truth(task.prompts)
    assert start + 0.1 < task.truth(f"{task.prompts['prompt']}\n{shown}") < task.truth(carrying(task, task.rules)) - 0.3


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_is_what_the_student_does(kind: str) -> None:
    task = rubric.make(kind, 7)
    prompts = carrying(task, task.rules[::2] + task.rules[1:6:2])
    with task.serve() as url:
        right = 0.0
        for example in task.test:
            said = example.question
            for name in task.prompts:
                said = asked(url, prompts[name], said)
            right += 1.0 - task.score(example, said)[0]
    error = (0.25 / 200) ** 0.5  # at most, of a share of 200
    assert abs(right / 200 - task.truth(prompts)) < 3 * error


def test_a_function_that_would_do_harm_is_not_run(tmp_path: Path) -> None:
    task, trace = rubric.make("code", 1), tmp_path / "trace"
    harmful = f"def label(sample):\n    return open({str(trace)!r}, 'w')"
    assert task.score(task.train[0], harmful)[0] == 1.0
    assert not trace.exists()


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'poems'.*independent, interacting, pipeline, code"):
        rubric.make("poems")


def test_it_needs_nothing_but_python() -> None:
    folder = Path(molgrad.__file__).parents[1]
    program = "from molgrad.testing import rubric; print(rubric.make('code', 3).truth('') > 0)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, env={"PYTHONPATH": str(folder)}
    )
    assert (done.stdout.strip(), done.stderr) == ("True", "")

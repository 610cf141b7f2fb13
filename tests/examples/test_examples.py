"""Each example as a process against a real server with a scripted model: what comes out, and what without one."""

from __future__ import annotations

import json

import pytest

from tests.examples.run import EXAMPLES, run
from tests.loopback import Loopback, Request, nobody

GOOD = """def longest_increasing_run(numbers):
    best = run = min(len(numbers), 1)
    for before, after in zip(numbers, numbers[1:]):
        run = run + 1 if after > before else 1
        best = max(best, run)
    return best"""


def proposal(value: str, critique: str = "CRITIQUE") -> str:
    return json.dumps({"critique": critique, "proposals": [{"value": value, "reason": "because"}]})


def counter(request: Request) -> str:
    """Counts letters; says the bare number only when told to."""
    if "The output was computed" in request.prompt:
        return "ADVICE: ask for the number alone"
    if "Answer the feedback" in request.prompt:
        better = "Answer with the number alone." not in request.prompt
        return proposal("Answer with the number alone." if better else "Answer in verse.")
    letter, word = request.body["messages"][-1]["content"].rstrip("?").split()[2::3]
    number = str(word.count(letter))
    return number if "number alone" in request.system else f"There are {number}."


def test_a_prompt_is_trained_and_the_worse_one_reverted() -> None:
    with Loopback(counter) as server:
        done = run("optimize_prompt.py", "--engine", server.spec(), "--steps", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "step 1: validation error 0.0, kept: Answer with the number alone.",
        "  because",
        "step 2: validation error 1.0, reverted: Answer in verse.",
        "  because",
        "best prompt (validation error 0): Answer with the number alone.",
    ]
    asked = next(p for p in server.prompts if "Answer the feedback" in p)
    assert "ADVICE: ask for the number alone" in asked
    assert "Name no question or answer of the training set." in asked


def test_an_answer_is_improved_by_its_judgement() -> None:
    def says(request: Request) -> str:
        if "judge the value" in request.prompt:
            return "JUDGED: right" if "One hour" in request.prompt else "JUDGED: they dry at the same time"
        if "Criticise the value" in request.prompt:
            return proposal("One hour; shirts dry at the same time.")
        return "1.2 hours"

    with Loopback(says) as server:
        done = run("optimize_answer.py", "--engine", server.spec(), "--steps", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "first answer: 1.2 hours",
        "step 1: JUDGED: they dry at the same time",
        "  because",
        "last answer: One hour; shirts dry at the same time.",
    ]
    assert "JUDGED: they dry at the same time" in server.prompts[2]
    assert "At most five sentences." in server.prompts[2]


def test_code_is_repaired_until_its_tests_pass() -> None:
    broken = "def longest_increasing_run(numbers)\n  broken"
    with Loopback([proposal(broken), proposal("pass", "CRITIQUE of the broken one"), proposal(GOOD)]) as server:
        done = run("optimize_code.py", "--engine", server.spec(), "--run-code")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("step")] == [
        f"step {n}: {share} of the tests fail" for n, share in ((1, "60%"), (2, "100%"), (3, "0%"))
    ]
    assert "best, 0% of the tests fail:" in lines
    assert GOOD in done.stdout
    assert "equal neighbours do not count: AssertionError" in server.prompts[0]
    assert "Rolled back" in server.prompts[2]  # the broken one is known for what it was


def test_code_that_may_not_run_does_not() -> None:
    with Loopback([]) as server:
        done = run("optimize_code.py", "--engine", server.spec())
    assert done.returncode == 1
    assert "allow it with --run-code" in done.stderr
    assert server.requests == []


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("optimize_[apc]*.py")))
def test_without_a_key_or_a_server_a_sentence_says_what_to_do(name: str) -> None:
    more = ["--run-code"] if "code" in name else []
    without = run(name, "--engine", "gpt-5-mini", *more)
    assert without.returncode == 1
    assert "set OPENAI_API_KEY" in without.stderr
    assert "Traceback" not in without.stderr
    down = run(name, "--engine", f"{nobody()}#m", *more)
    assert down.returncode == 1
    assert "cannot be reached" in down.stderr
    assert "Traceback" not in down.stderr


def test_answers_that_cannot_be_used_are_said() -> None:
    with Loopback(["no JSON at all"] * 9) as server:
        done = run("optimize_code.py", "--engine", server.spec(), "--run-code", "--steps", "2")
    assert done.returncode == 0
    assert done.stdout.count("no proposal that can be used") == 2

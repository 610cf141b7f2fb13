"""Unit tests as a loss: what fails, how, and that nothing runs without being allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from molgrad.autograd.variable import Variable
from molgrad.errors import ExecutionRefusedError
from molgrad.evaluation import Evaluation, Status
from molgrad.programs.loss_code import CodeTests, unfenced

TESTS = ["assert add(1, 2) == 3", "assert add('a', 'b') == 'ab'", "assert add(0, 0) == 0, 'zero'"]


def measured(code: str, tests: object = TESTS, **options: object) -> Evaluation:
    return CodeTests(tests, allow_execution=True, **options).evaluate([code])[0]  # type: ignore[arg-type]


def test_nothing_runs_unless_it_is_allowed(tmp_path: Path) -> None:
    for given in ({}, {"allow_execution": False}, {"allow_execution": "yes"}):
        with pytest.raises(ExecutionRefusedError, match="allow_execution=True"):
            CodeTests(TESTS, **given)  # type: ignore[arg-type]


def test_all_pass_and_some_fail() -> None:
    good = measured("def add(a, b):\n    return a + b")
    assert (good.score, good.text, good.facts) == (0.0, "no test fails, of 3", ())
    bad = measured("def add(a, b):\n    print('hm')\n    return int(a) + int(b) + 1 * (a == 0)")
    assert bad.score == pytest.approx(2 / 3)
    assert bad.raw == {"failed": 2.0}
    assert bad.text.startswith("2 of 3 tests fail\n- test 2: ValueError: invalid literal")
    assert "- test 3: AssertionError: zero (line 1: assert add(0, 0) == 0, 'zero')" in bad.text
    assert bad.details["stdout"] == "hm\nhm\nhm"
    assert [fact.kind for fact in bad.facts] == ["test_failed"] * 2


def test_code_that_does_not_run_fails_them_all_and_says_where() -> None:
    broken = measured("def add(a, b)\n    return a + b")
    assert (broken.status, broken.score) == (Status.OK, 1.0)
    assert broken.text.startswith("The code does not run: SyntaxError: expected ':'")
    assert "line 1: def add(a, b)" in broken.text
    raises = measured("x = 1\nraise RuntimeError('at import')")
    assert "RuntimeError: at import (line 2: raise RuntimeError('at import'))" in raises.text


@pytest.mark.parametrize(
    ("code", "why"),
    [("while True: pass", "stopped after 1 s"), ("import os; os._exit(0)", "it ended before the tests"),
     ("raise SystemExit", "SystemExit"), ("x = bytearray(10**10)", "MemoryError"),
     ("def f(): f()\nf()", "RecursionError"), ("\0", "source code string cannot contain null bytes")],
)  # fmt: skip
def test_whatever_it_does_is_a_score(code: str, why: str) -> None:
    result = measured(code, timeout=1)
    assert (result.status, result.score) == (Status.OK, 1.0)
    assert why in result.text


def test_a_loop_in_one_test_leaves_the_results_before_it() -> None:
    result = measured("def add(a, b):\n    while a == 'a': pass\n    return a + b", timeout=1)
    assert result.score == pytest.approx(2 / 3)
    assert "test 2: stopped after 1 s" in result.text


def test_printing_what_a_pass_looks_like_passes_nothing() -> None:
    claim = json.dumps({"candidate": "", "test 1": "", "test 2": "", "test 3": ""})
    assert measured(f"print('\\n' + {claim!r})\nimport os; os._exit(0)").score == 1.0


def test_fences_named_tests_files_and_dataclasses() -> None:
    code = (
        "Here it is:\n```python\nfrom __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\n"
        "class P:\n    x: int\ndef first():\n    return P(int(open('n.txt').read()))\n```\nIt works."
    )
    result = measured(code, {"reads the file": "assert first() == P(7)"}, files={"n.txt": "7"})
    assert result.text == "no test fails, of 1"
    assert unfenced("no fence") == "no fence"
    assert unfenced("```\na\n```\n```py\nlonger\n```") == "longer"


def test_it_is_a_gradient_and_the_same_twice() -> None:
    loss = CodeTests(TESTS, allow_execution=True)
    code = Variable("def add(a, b):\n    return 3", role_description="function")
    node = loss(code)
    node.backward()
    assert float(node) == pytest.approx(2 / 3)
    assert "2 of 3 tests fail" in code.get_gradient_text()
    assert node.evaluation == loss.evaluate([code.value])[0]
    assert json.loads(json.dumps(loss.spec())) == loss.spec()


def test_the_name_is_the_one_given() -> None:
    loss = CodeTests(["assert True", "assert 1"], name="unit", allow_execution=True)
    assert (loss.name, loss.spec()["name"], list(loss.tests)) == ("unit", "unit", ["test 1", "test 2"])


def test_no_tests_are_refused() -> None:
    for wrong in ([], {}, "assert True"):
        with pytest.raises(ValueError, match="needs tests"):
            CodeTests(wrong, allow_execution=True)


@pytest.mark.parametrize("test", ["assert f( =", "assert f(1) == 1\n  x", "\0"])
def test_a_test_that_is_no_python_is_refused_and_not_blamed_on_the_code(test: str) -> None:
    with pytest.raises(ValueError, match="'broken' is no Python"):
        CodeTests({"right": "assert True", "broken": test}, allow_execution=True)

"""A loss for code: the candidate runs with unit tests in the sandbox, when that was allowed."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.autograd.loss import Context, Loss
from molgrad.errors import ExecutionRefusedError, shorten
from molgrad.evaluation import BEST, Evaluation, Fact, Status
from molgrad.programs.sandbox.run import Run, run_python

_FENCE = re.compile(r"```(?:python|py)?[ \t]*\n(.*?)\n?```", re.DOTALL)
_PRINTED = 1_000_000  # bytes of output that are read
_SHOWN = 300  # characters of one failure
# The tests share the process with the candidate, so their results carry a mark that it cannot guess; a candidate
# that goes looking for it can still cheat. What it cannot do is pass by printing, or by ending early.
_HARNESS = """
import json, sys, traceback, types
def _molgrad(mark, out):
    sys.path.insert(0, ".")
    module = sys.modules["candidate"] = types.ModuleType("candidate")
    names = module.__dict__
    done = {}
    def report():
        out.write("\\n" + mark + json.dumps(done) + "\\n"); out.flush()
    def run(name, source):
        try:
            exec(compile(source, name, "exec"), names)
            done[name] = ""
        except BaseException as error:
            frames = reversed(traceback.extract_tb(error.__traceback__))
            line = next((f.lineno for f in frames if f.filename == name), 0)
            if isinstance(error, SyntaxError) and error.filename == name: line = error.lineno or 0
            at = source.splitlines()[line - 1].strip() if 0 < line <= len(source.splitlines()) else ""
            done[name] = type(error).__name__ + (": " + str(error) if str(error) else "") + (
                " (line " + str(line) + ": " + at + ")" if at else "")
        report()
        return not done[name]
    with open("candidate.json", encoding="utf-8") as file: given = json.load(file)
    if run("candidate", given["code"]):
        for name, source in given["tests"]: run(name, source)
"""


def _compiled(name: str, test: str) -> None:
    """Refuse a test that is no Python: it would be blamed on every value."""
    try:
        compile(test, name, "exec")
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"the test {name!r} is no Python: {error}") from None


class CodeTests(Loss):
    """The fraction of unit tests that a piece of Python code fails, and which failed and how.

    The value is run in a child process without network, keys or files (see `molgrad.programs.sandbox`), which must be
    explicitly allowed. A value inside a Markdown fence is unwrapped. Each test runs after the code, in
    the same namespace, and fails by raising: `assert area(2) == 4`.

    Scale: 0 (all pass) to 1 (all fail, or the code itself does not run).
    Failure: code that does not run, or runs too long, is the value's fault and a score, not a failed
    measurement. That no process can be started at all is FAILED.
    Trust: a test's result is what the code lets the tests see; code that is out to cheat its own process can.

    Args:
        tests: Python statements, one text a test, or name -> statements.
        allow_execution: must be True; nothing is run otherwise.
        timeout: seconds for one value with all tests.
        memory_mb: megabytes of address space.
        files: relative path -> content that the code finds in its folder.

    Raises:
        ExecutionRefusedError: `allow_execution` is not True.
        ValueError: no tests, or one that is no Python.
    """

    name = "tests"
    slow = True
    least = 0.0

    def __init__(
        self,
        tests: Sequence[str] | Mapping[str, str],
        *,
        allow_execution: bool = False,
        timeout: float = 5.0,
        memory_mb: int = 512,
        files: Mapping[str, str] | None = None,
        name: str = "tests",
    ) -> None:
        if allow_execution is not True:
            raise ExecutionRefusedError(
                "CodeTests runs code that a model wrote, in a child process without network, keys or files; "
                "say CodeTests(..., allow_execution=True) if you want that"
            )
        named = tests if isinstance(tests, Mapping) else {f"test {i}": test for i, test in enumerate(tests, 1)}
        if not named or isinstance(tests, str):
            raise ValueError("CodeTests needs tests: a list of statements such as ['assert area(2) == 4']")
        for label, test in named.items():
            _compiled(label, test)
        self.tests = dict(named)
        self.timeout, self.memory_mb, self.files, self.name = timeout, memory_mb, dict(files or {}), name

    def spec(self) -> dict[str, Any]:
        """The tests and limits."""
        text = json.dumps([self.tests, self.files])
        tests = hashlib.sha256(text.encode()).hexdigest()[:16]
        return dict(loss="tests", name=self.name, tests=tests, timeout=self.timeout, memory_mb=self.memory_mb)

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        mark = secrets.token_hex(16)
        given = json.dumps({"code": unfenced(value), "tests": list(self.tests.items())})
        program = f"{_HARNESS}\n_molgrad({mark!r}, sys.stdout)\n"
        files = {**self.files, "candidate.json": given}
        run = run_python(program, timeout=self.timeout, memory_mb=self.memory_mb, files=files, output_limit=_PRINTED)
        done = _reported(run.stdout, mark)
        whole = done.pop("candidate", None)
        if whole is None or whole:
            why = whole or run.reason or "it ended before the tests"
            failed = dict.fromkeys(self.tests, f"not run: the code itself failed, {why}")
            text = f"The code does not run: {shorten(why, _SHOWN)}"
        else:
            silent = run.reason or "no result; did the code end the program, or print more than a megabyte?"
            failed = {name: why for name in self.tests if (why := done.get(name, silent))}
            text = self._worded(failed)
        each = 1 / len(self.tests)
        score = len(failed) * each
        facts = tuple(Fact("test_failed", f"{n}: {shorten(w, _SHOWN)}", weight=each) for n, w in failed.items())
        raw = {"failed": float(len(failed))}
        details = _kept(run, mark) if failed else {**_kept(run, mark), BEST: True}
        return Evaluation(self.name, Status.OK, score, raw, facts, text, details=details)

    def _worded(self, failed: Mapping[str, str]) -> str:
        if not failed:
            return f"no test fails, of {len(self.tests)}"
        lines = [f"{len(failed)} of {len(self.tests)} tests fail"]
        lines += [f"- {name}: {shorten(why, _SHOWN)}\n  {self.tests[name]}" for name, why in failed.items()]
        return "\n".join(lines)


def unfenced(value: str) -> str:
    """The code in a Markdown fence, the longest where there are several; a text without a fence as it is."""
    blocks: list[str] = _FENCE.findall(value)
    return max(blocks, key=len) if blocks else value


def _reported(stdout: str, mark: str) -> dict[str, str]:
    """The last report that carries the mark."""
    lines = [line.removeprefix(mark) for line in stdout.splitlines() if line.startswith(mark)]
    try:
        return dict(json.loads(lines[-1])) if lines else {}
    except ValueError:  # cut off as the time ended
        return dict(json.loads(lines[-2])) if len(lines) > 1 else {}


def _kept(run: Run, mark: str) -> dict[str, Any]:
    printed = re.sub(rf"\n{mark}[^\n]*\n", "", run.stdout).strip()
    isolation = run.isolation
    held = [isolation.network, isolation.files, isolation.processes, isolation.limits]
    return {"stdout": shorten(printed, 2_000), "stderr": shorten(run.stderr, 2_000), "isolation": held}

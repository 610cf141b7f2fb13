"""A run that is killed at any point goes on to the result of one that was not, and pays for nothing twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback import Loopback, Reply, Request
from tests.tuning.pupils import Pupil
from tests.tuning.test_tuner import tuner

SCRIPT = """
import sys
import molgrad as mg
from molgrad.llm.openai import OpenAIModel
from tests.tuning.pupils import EXAMPLES, wrong
model = OpenAIModel(sys.argv[1])
prompt = mg.Variable("Answer.", role_description="system prompt")
program = mg.BlackboxLLM(model, prompt)
tuner = mg.Tuner(program, wrong, EXAMPLES[:12], EXAMPLES[12:18], test=EXAMPLES[18:], engine=model, folder=sys.argv[2],
                 search=sys.argv[3], minibatch=4)
tuner.run(calls=300)
"""


class Killing(Pupil):
    """Kills who asks for the n-th time, instead of answering; each place once."""

    def __init__(self, places: set[int]) -> None:
        super().__init__()
        self.places, self.count = places, 0
        self.process: subprocess.Popen[bytes] | None = None

    def __call__(self, request: Request) -> str | Reply:
        with self._lock:
            self.count += 1
            here = self.count in self.places
        if here and self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        return super().__call__(request)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("search", "places"),
    [
        ("trajectory", {14, 30}),
        ("pareto", {2, 13, 17, 29}),  # the start's validation, a proposal, the gate, a validation
    ],
)
def test_killed_while_answering_proposing_and_validating(search: str, places: set[int], tmp_path: Path) -> None:
    with Loopback(Pupil()) as server:
        whole = tuner(server, tmp_path / "whole", search=search).run(calls=300)
        asked = [p for p in server.prompts if "Answer the feedback" in p]
    killing = Killing(places)
    with Loopback(killing) as server:
        for _ in range(len(places) + 1):
            command = [sys.executable, "-c", SCRIPT, server.spec(), str(tmp_path / "killed"), search]
            killing.process = subprocess.Popen(command)
            if killing.process.wait() == 0:
                break
            assert killing.process.returncode == -signal.SIGKILL
        again = tuner(server, tmp_path / "killed", search=search)
        assert again.frame().equals(whole.frame())
        assert again.best == whole.best
        assert again.usage == whole.usage
        lost = 4 * len(places)  # what was under way when it was killed, one for each worker
        assert len(server.requests) <= whole.usage.calls + lost
        assert list(dict.fromkeys(p for p in server.prompts if "Answer the feedback" in p)) == asked

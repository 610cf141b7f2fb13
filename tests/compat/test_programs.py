"""Programs that were written for TextGrad run unchanged, as processes of their own, against a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compat.stubs import improved
from tests.compat.test_variable import PNG
from tests.loopback import Loopback, Request

PROGRAMS = Path(__file__).parent / "programs"
COUNTS = {"two apples and a pear?": 3, "four plums?": 4, "a fig and six nuts?": 7}


def shown(request: Request) -> str:
    """The user's message as one text, images left out."""
    content = request.body["messages"][-1]["content"]
    return content if isinstance(content, str) else " ".join(p.get("text", "<image>") for p in content)


def model(request: Request) -> str:
    """A model that is right as soon as it is told to take care, and improves whatever it is asked to."""
    system, user = request.system, shown(request)
    if "<IMPROVED_VARIABLE>" in system:
        if "code instance" in user:
            return improved("def total(d):\n    return sum(d.values())")
        return improved("You count with care." if "system prompt" in user else "an improved text")
    if "Say 1 or 0" in user:
        return "<ACCURACY> 1 </ACCURACY>"
    if user in COUNTS:
        return f"I count {COUNTS[user] if 'care' in system else 0}"
    if "feedback_on_output" in user and any(asked in user for asked in COUNTS):
        return f"advice after {next(asked for asked in COUNTS if asked in user)}"
    return "words about an <image>" if "<image>" in user else "words"


def run(
    name: str, server: Loopback, folder: Path, *arguments: str, by: tuple[str, ...] = ("-m", "molgrad.compat.textgrad")
) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": server.url,
        "XDG_CACHE_HOME": str(folder / "c"),
    }
    command = [sys.executable, *by, str(PROGRAMS / name), *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize(
    ("name", "says", "calls"),
    [
        ("quickstart.py", ["before: words", "after: an improved text"], 4),
        ("solution.py", ["after: an improved text", "loss: words"], 7),
        ("snippet.py", ["after: 5"], 3),
        (
            "prompt.py",
            ["Lengths: 50 3 0", "before: 0.0", "gradients: 3", "prompt: You count with", "after: 1.0"],
            22,
        ),
        ("multimodal.py", ["before: words about an <image>", "after: an improved text"], 4),
        ("primitives.py", ["[] A sntence with a typo", "engine: words", "gradient: words", "after: an improved"], 10),
    ],
)
def test_a_program_runs_unchanged_and_leaves_no_files(tmp_path: Path, name: str, says: list[str], calls: int) -> None:
    image, room = tmp_path / "image.png", tmp_path / "room"
    image.write_bytes(PNG)
    task = room / "c" / "textgrad" / "object_counting.json"
    task.parent.mkdir(parents=True)
    questions = [{"input": x, "target": str(y)} for x, y in COUNTS.items()]
    task.write_text(json.dumps({"examples": (questions * 18)[:53]}))
    with Loopback(model) as server:
        done = run(name, server, room, str(image))
        assert done.returncode == 0, done.stderr
        for words in says:
            assert words in done.stdout
        assert len(server.requests) == calls
        assert {p.name for p in room.iterdir()} <= {"c"}  # no ./logs


def test_feedback_and_image_reach_the_engine(tmp_path: Path) -> None:
    image = tmp_path / "image.png"
    image.write_bytes(PNG)
    with Loopback(model) as server:
        assert run("multimodal.py", server, tmp_path, str(image)).returncode == 0
        kinds = [type(request.body["messages"][-1]["content"]).__name__ for request in server.requests]
        assert kinds == ["list", "list", "list", "str"]  # answer, judgement, feedback in sight of the image, new text
        assert "words about an <image>" in shown(server.requests[2])
        assert "<feedback>\nwords" in shown(server.requests[3])


def test_an_error_of_the_program_is_its_own(tmp_path: Path) -> None:
    with Loopback(model) as server:
        done = run("multimodal.py", server, tmp_path, "no-such-image.png")
        assert done.returncode == 1
        assert "no-such-image.png" in done.stderr
        assert server.requests == []

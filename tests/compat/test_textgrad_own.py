"""TextGrad's own tests, unchanged, through the alias: from its source distribution, or from a folder that is named."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.compat.stubs import improved
from tests.compat.test_variable import PNG
from tests.loopback import Loopback, Request

VARIABLE = "MOLGRAD_TEXTGRAD_TESTS"
# The picture that two tests download is there without a network; the alias takes TextGrad's name.
PROGRAM = f"""
import sys
import httpx
import molgrad.compat.textgrad as tg, molgrad.compat.textgrad.images as images
class Answer:
    content = {PNG!r}
httpx.get = lambda *_, **__: Answer
images.fetched = lambda *_: Answer.content
tg.install()
import pytest
sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '-c', '/dev/null', *sys.argv[1:]]))
"""
pytestmark = pytest.mark.slow  # fetches the source distribution


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """TextGrad's tests."""
    for package in ("diskcache", "httpx", "IPython"):
        if find_spec(package) is None:
            pytest.skip(f"TextGrad's tests import {package}: pip install 'molgrad[textgrad]'")
    if named := os.environ.get(VARIABLE):
        return Path(named).resolve()
    room = tmp_path_factory.mktemp("textgrad")
    fetch = ["download", "--quiet", "--no-deps", "--no-binary", "textgrad", "--dest", str(room), "textgrad==0.1.8"]
    done = subprocess.run([sys.executable, "-m", "pip", *fetch], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"TextGrad's source cannot be fetched, and {VARIABLE} names no folder with its tests")
    with tarfile.open(next(room.glob("*.tar.gz"))) as packed:
        packed.extractall(room, filter="data")
    return next(room.glob("textgrad-*/tests"))


def passed(name: str, folder: Path, room: Path, **more: str) -> int:
    """How many tests of a file pass; none may fail."""
    hidden = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_BASE_URL")
    env = {key: value for key, value in os.environ.items() if key not in hidden} | more
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"--rootdir={folder}", str(folder / name)],
        cwd=room, env=env, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"^(\d+) passed", done.stdout, re.MULTILINE)
    assert found is not None
    assert not re.search(r"\b(skipped|failed|error)", done.stdout), done.stdout
    return int(found[1])


@pytest.mark.parametrize("name", ["test_basics.py", "test_engines.py"])
def test_its_tests_pass(name: str, folder: Path, tmp_path: Path) -> None:
    written = len(re.findall(r"^def test_", (folder / name).read_text(), re.MULTILINE))
    assert passed(name, folder, tmp_path) == written > 0


def test_its_tests_of_a_real_model_pass_with_a_scripted_one(folder: Path, tmp_path: Path) -> None:
    text = (folder / "test_api.py").read_text()
    named = {
        str(getattr(one.targets[0], "id", "")): one.value for one in ast.parse(text).body if isinstance(one, ast.Assign)
    }
    sound = ast.literal_eval(named["INITIAL_SOLUTION"])

    def says(request: Request) -> str:
        return improved(sound) if "<IMPROVED_VARIABLE>" in request.system else "it is slow"

    with Loopback(says) as server:
        assert passed("test_api.py", folder, tmp_path, OPENAI_API_KEY="none", OPENAI_BASE_URL=server.url) == 2
        assert len(server.requests) == 6  # judgement, feedback and new code, twice

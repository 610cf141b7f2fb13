"""TextGrad's own tests, where its source tree is at hand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

VARIABLE = "MOLGRAD_TEXTGRAD_TESTS"
# Two tests of test_basics.py download a picture, and test_api.py asks OpenAI: these cannot run without a network.
NETWORK_FREE = "not multimodal"
FILES = ("test_basics.py", "test_engines.py")
PROGRAM = (
    "import sys, molgrad.compat.textgrad as tg\n"
    "tg.install()\n"
    "import pytest\n"
    "sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '-c', '/dev/null', *sys.argv[1:]]))\n"
)


def test_textgrads_own_network_free_tests_pass_11_of_11(tmp_path: Path) -> None:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"set {VARIABLE} to the tests folder of TextGrad 0.1.8's source to run its own tests")
    if find_spec("diskcache") is None:
        pytest.skip("TextGrad's test of its cache imports diskcache: pip install diskcache")
    files = [str(Path(folder).resolve() / name) for name in FILES]
    env = {k: v for k, v in os.environ.items() if k not in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_BASE_URL")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "-k", NETWORK_FREE, f"--rootdir={folder}", *files],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b11 passed", done.stdout), done.stdout

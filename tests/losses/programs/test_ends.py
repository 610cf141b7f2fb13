"""Programs end with whoever asked: at close, at Python's end, when Python is killed, and with all they started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

import molgrad as mg
from tests.predictors import LOOP, python

# Starts a child in its group, and one in a session of its own whose parent ends; tells their ids, and ignores SIGTERM.
FORKING = (
    "import os, signal, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nlog = sys.argv[1]\n"
    "def tell():\n    with open(log, 'a') as f: f.write(f'{os.getpid()}\\n')\n"
    "tell()\n"
    "if os.fork() == 0:\n    tell(); time.sleep(600)\n"
    "if os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    tell(); time.sleep(600)\n"
    "while sum(1 for _ in open(log)) < 3: time.sleep(0.01)\n"
)
ANSWERING = FORKING + LOOP + "    print(json.dumps({'value': 1}))\n"


def living(log: Path) -> list[int]:
    """Those of the ids that still run."""
    found = []
    for pid in map(int, log.read_text().split()):
        with contextlib.suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            found += [pid] if state != "Z" else []
    return found


def gone(log: Path) -> bool:
    due = time.monotonic() + 20
    while living(log) and time.monotonic() < due:
        time.sleep(0.02)
    return not living(log)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Where programs tell their ids; what a failing test left is ended by these."""
    path = tmp_path / "ids"
    yield path
    for pid in living(path) if path.exists() else []:
        os.kill(pid, signal.SIGKILL)


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_close_ends_a_program_that_forks_and_ignores_signals(log: Path) -> None:
    loss = mg.Command([*python(ANSWERING), str(log)], timeout=20)
    assert loss.evaluate(["C"])[0].score == 1.0
    assert len(living(log)) == 3
    loss.close()
    assert gone(log)


def test_a_timeout_ends_it_too(log: Path) -> None:
    loss = mg.Command([*python(FORKING + "time.sleep(600)"), str(log)], timeout=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not loss.evaluate(["C"])[0].ok
    assert gone(log)


def test_what_it_started_ends_with_its_own_end(log: Path) -> None:
    loss = mg.Command([*python(FORKING + "sys.exit('over')"), str(log)], timeout=20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert "over" in loss.evaluate(["C"])[0].reason
    assert gone(log)


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)", "os._exit(4)", "raise SystemExit(2)"])
def test_it_ends_with_python_however_that_ends(log: Path, end: str) -> None:
    code = (
        "import os, sys, molgrad as mg\n"
        f"loss = mg.Command([sys.executable, '-c', {ANSWERING!r}, {str(log)!r}], timeout=60)\n"
        f"assert loss.evaluate(['C'])[0].score == 1.0\n{end}\n"
    )
    subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert len(log.read_text().split()) == 3
    assert gone(log)


def test_it_ends_although_a_fork_of_python_lives_on(log: Path) -> None:
    code = (
        "import os, sys, time, molgrad as mg\n"
        f"loss = mg.Command([sys.executable, '-c', {ANSWERING!r}, {str(log)!r}], timeout=60)\n"
        "assert loss.evaluate(['C'])[0].score == 1.0\n"
        "pid = os.fork()\n"
        "if pid: print(pid, flush=True); os.kill(os.getpid(), 9)\n"
        "os.close(1); os.close(2); time.sleep(600)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False, capture_output=True, text=True)
    try:
        assert gone(log)
    finally:
        os.kill(int(done.stdout), signal.SIGKILL)


def test_a_thread_that_ends_takes_no_program_with_it() -> None:
    loss = mg.Command(python(LOOP + "    print(json.dumps({'value': os.getpid()}))\n"), timeout=20)
    found: list[float | None] = []
    thread = Thread(target=lambda: found.append(loss.evaluate(["C"])[0].score))
    thread.start()
    thread.join()
    assert [loss.evaluate(["C"])[0].score] == found
    loss.close()


def test_a_crowd_ends_too(log: Path) -> None:
    crowd = (
        "import os, sys, time\nlog = sys.argv[1]\n"
        "for _ in range(8):\n    if os.fork() == 0:\n        os.setsid()\n        os.fork(); os.fork(); os.fork()\n"
        "        os.write(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), f'{os.getpid()}\\n'.encode())\n"
        "        time.sleep(600)\n"
        "while not os.path.exists(log) or sum(1 for _ in open(log)) < 64: time.sleep(0.01)\n"
    )
    loss = mg.Command([*python(crowd + LOOP + "    print(json.dumps({'value': 1}))\n"), str(log)], timeout=30)
    assert loss.evaluate(["C"])[0].ok
    assert len(living(log)) == 64
    loss.close()
    assert gone(log)

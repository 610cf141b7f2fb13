"""Code that takes too much: processes, memory and files, with the sandbox's layers and without."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from molgrad.programs.sandbox import run_python
from tests.faults.layers import CALLS, command, is_alone, is_filtered, processes, tried

pytestmark = pytest.mark.slow
FORKS = """
import os, time
n = 0
try:
    while n < {most}:
        if {fork} == 0:
            {then}
            time.sleep(20); os._exit(0)
        n += 1
except OSError as error:
    print(n, error, flush=True)
time.sleep(0.3)
print(n, flush=True)
"""


@pytest.mark.parametrize(("fork", "then"), [("os.fork()", "os.fork(); os.fork()"), ("fork()", "os.setsid()")])
def test_forks_are_bounded_together(fork: str, then: str, layers: tuple[str, ...], room: Path) -> None:
    # Many more than are allowed, and few enough to do no harm where nothing should hold them.
    done = run_python(CALLS + FORKS.format(fork=fork, then=then, most=120), timeout=15)
    made = [int(line.split()[0]) for line in done.stdout.splitlines() if line[:1].isdigit()]
    if is_filtered(done):
        assert max(made, default=0) <= 40
    else:  # a root without namespaces is bound by the watch only
        assert "processes" in done.reason or max(made, default=0) <= 40 or "allowed" in done.reason, layers
    if is_alone(done) or is_filtered(done):
        assert not processes(f"HOME={room}")


def test_a_double_forked_daemon_dies_too(layers: tuple[str, ...]) -> None:
    mark = f"molgrad-daemon-{os.getpid()}-{time.monotonic_ns()}"
    code = CALLS + (
        "if fork() == 0:\n os.setsid()\n if fork() == 0:\n"
        f"  os.execv('/bin/sh', ['/bin/sh', '-c', 'sleep 60; : {mark}'])\n os._exit(0)\nimport time; time.sleep(0.3)"
    )
    done = run_python(code)
    if is_alone(done) or is_filtered(done):
        assert not processes(mark), layers
    for pid in processes(mark):
        os.kill(int(pid), signal.SIGKILL)


def test_memory_is_bounded_together(layers: tuple[str, ...]) -> None:
    code = CALLS + (
        "import time\nfor i in range(8):\n if fork() == 0:\n  held = bytearray(b'x' * (60 * 2**20))\n"
        "  time.sleep(30); os._exit(0)\ntime.sleep(20)\nprint('all of it')"
    )
    done = run_python(code, timeout=40, memory_mb=200)
    together = "more than 200 MB of memory in its processes together" in done.reason
    if "one process" in done.isolation.processes:
        assert done.reason.startswith("PermissionError"), layers  # nothing was forked
    else:
        assert together, layers
        assert "all of it" not in done.stdout


def test_a_signal_to_its_group_stops_nothing_of_ours(layers: tuple[str, ...]) -> None:
    done = run_python("import os, signal\nos.kill(0, signal.SIGSTOP)", timeout=0.5)
    assert done.reason == "stopped after 0.5 s", layers
    assert done.seconds < 5  # the relays would be waited for


def test_what_processes_share_is_counted_once() -> None:
    code = (
        "import os, time\nheld = bytearray(b'x' * (60 * 2**20))\nchildren = []\n"
        "for i in range(8):\n child = os.fork()\n"
        " if child == 0:\n  time.sleep(0.5); os._exit(0)\n children.append(child)\n"
        "for child in children: os.waitpid(child, 0)\nprint('fine')"
    )
    done = run_python(code, timeout=40, memory_mb=200)
    if "one process" in done.isolation.processes:
        pytest.skip(f"forks are refused here: {done.isolation.processes}")
    assert (done.stdout, done.reason) == ("fine\n", "")


MEMORY = {
    "memfd": "os.memfd_create('x')",
    "shared memory": "assert libc.shmget(0, 10**6, 0o1666) >= 0",
    "shared file": "open('/dev/shm/molgrad-test-x', 'xb')",
    "queue": "assert libc.msgget(0, 0o1666) >= 0",
}


def test_no_memory_outside_the_limits(filtered: tuple[str, ...]) -> None:
    try:
        assert run_python(CALLS + tried(MEMORY)).stdout == "end\n", filtered
    finally:
        Path("/dev/shm/molgrad-test-x").unlink(missing_ok=True)  # noqa: S108 - it should not be there


FILES = {
    "many": "for i in range(3_000): open(f'f{i}', 'w').close()",
    "folders": "for i in range(3_000): os.makedirs(f'd{i}/e')",
    "deep": "for i in range(3_000): os.mkdir('d'); os.chdir('d')",
    "large": "for i in range(12): open(f'f{i}', 'wb').write(bytes(15_000_000))",
    "removed but open": "held = []\nfor i in range(12):\n f = open('f', 'wb'); os.remove('f'); held.append(f)\n"
    " f.write(b'x' * 15_000_000); f.flush()",
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_files_are_bounded_together(kind: str, layers: tuple[str, ...], room: Path) -> None:
    if kind == "removed but open" and layers not in ((), ("landlock",)):
        return  # one process holds at most 64 of them, of 16 MB each, and they go with it
    before = os.statvfs(tempfile.gettempdir())
    done = run_python(f"import os\n{FILES[kind]}\nprint('all of it')", timeout=20)
    assert not list(room.iterdir())  # however deep, it is gone
    if kind == "removed but open" and "(watched)" in done.isolation.limits:
        return
    assert "No space left" in done.reason or "files" in done.reason or "too long" in done.reason, layers
    after = os.statvfs(tempfile.gettempdir())
    assert (before.f_bavail - after.f_bavail) * before.f_frsize < 100_000_000


def test_the_program_dies_with_the_process_that_measures(layers: tuple[str, ...], room: Path) -> None:
    code = (
        f"from molgrad.programs.sandbox import run\nrun._WITHOUT = {layers!r}\n"
        "run.run_python('import time; time.sleep(50)', timeout=50)"
    )
    child = subprocess.Popen([sys.executable, "-c", code])
    for _ in range(200):
        if any(b"main.py" in path or b"--hooked" in path for path in map(command, processes(f"HOME={room}"))):
            break
        time.sleep(0.05)
    assert processes(f"HOME={room}")
    child.kill()
    child.wait()
    for _ in range(100):
        if not processes(f"HOME={room}"):
            return
        time.sleep(0.05)
    pytest.fail(f"{processes(str(room))} are still there")

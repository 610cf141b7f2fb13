"""What code of a model could do from within the sandbox."""

from __future__ import annotations

import contextlib
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from molgrad.programs.sandbox import run_python


@pytest.fixture
def socket_of_a_service() -> Iterator[tuple[socket.socket, str]]:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        Path(folder).chmod(0o777)
        path = f"{folder}/docker.sock"
        server.bind(path)
        Path(path).chmod(0o777)
        server.listen()
        server.settimeout(0.1)
        yield server, path


def test_code_reached_a_unix_socket_by_its_path(socket_of_a_service: tuple[socket.socket, str]) -> None:
    server, path = socket_of_a_service
    done = run_python(f"import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect({path!r})\nprint('connected')")
    assert not done.ok
    assert done.stdout == ""
    with contextlib.suppress(TimeoutError):
        pytest.fail(f"{server.accept()}")


def test_forks_had_no_limit_together() -> None:
    code = (
        "import os, time\nn = 0\ntry:\n    while n < 120:\n        if os.fork() == 0:\n            time.sleep(30)\n"
        "        n += 1\nexcept OSError:\n    print(n)"
    )
    done = run_python(code, timeout=20)
    assert int(done.stdout or 0) <= 32
    assert done.returncode is not None or "processes" in done.reason  # and not stopped at the time limit


def test_processes_took_200_mb_each() -> None:
    code = (
        "import os, time\nfor i in range(8):\n    if os.fork() == 0:\n        held = bytearray(b'x' * (60 * 2**20))\n"
        "        time.sleep(30)\ntime.sleep(30)"
    )
    done = run_python(code, timeout=40, memory_mb=200)
    refused = "one process" in done.isolation.processes or "audit hook" in done.isolation.network
    assert refused or done.reason == "stopped: it took more than 200 MB of memory in its processes together"


def test_files_had_no_limit_together() -> None:
    for code in ("open(f'f{i % 12}', 'wb').write(bytes(15_000_000))", "open(f'f{i}', 'w')"):
        done = run_python(f"for i in range(1_500): {code}", timeout=20)
        assert "No space left" in done.reason or done.reason.startswith("stopped: it took more than")


def test_the_isolation_tells_what_holds_here() -> None:
    done = run_python("import os\nprint(os.fork() >= 0)")
    one = "one process" in done.isolation.processes or not done.isolation.processes.startswith("own process namespace")
    assert done.ok is not one

"""The sandbox: what a program may do, and each thing that it may not."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from molgrad.programs.sandbox import run as sandbox
from molgrad.programs.sandbox.run import run_python


def test_a_program_runs_with_input_and_files() -> None:
    code = (
        "import sys; sys.path.insert(0, '.')\nimport data.numbers as n\n"
        "print(input(), n.x, open('a.txt').read(), __name__)\nprint('e', file=sys.stderr)\nopen('b', 'w').write('x')"
    )
    done = run_python(code, stdin="hello\n", files={"a.txt": b"bytes", "data/numbers.py": "x = 3"})
    assert (done.stdout, done.stderr, done.returncode, done.reason, done.ok) == (
        "hello 3 bytes __main__\n", "e\n", 0, "", True)  # fmt: skip


def test_an_error_is_told_with_its_traceback() -> None:
    done = run_python("def f():\n    return 1 / 0\nf()")
    assert (done.returncode, done.reason, done.ok) == (1, "ZeroDivisionError: division by zero", False)
    assert 'File "' in done.stderr
    assert "line 2, in f" in done.stderr
    assert "child.py" not in done.stderr
    assert run_python("raise SystemExit(3)").reason == "ended with exit status 3"
    assert run_python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)").reason == "ended by SIGSEGV"


def test_time_is_limited_for_everything_it_started() -> None:
    mark = f"molgrad-escape-{os.getpid()}-{time.monotonic_ns()}"
    code = (
        "import os, time\n"
        "try:\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        if os.fork() == 0:\n"
        f"            os.execv('/bin/sh', ['/bin/sh', '-c', 'sleep 60; : {mark}'])\n"
        "except PermissionError:\n"
        "    pass  # without namespaces it is one process\n"
        "time.sleep(60)"
    )
    done = run_python(code, timeout=1.0)
    assert (done.returncode, done.reason) == (None, "stopped after 1 s")
    assert done.seconds < 10
    if done.isolation.processes != "process group":
        assert not [p for p in Path("/proc").glob("[0-9]*/cmdline") if mark in _text(p)]


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def test_cpu_in_a_loop_is_stopped_too() -> None:
    assert run_python("while True: pass", timeout=0.5).reason == "stopped after 0.5 s"


def test_memory_is_limited() -> None:
    done = run_python("x = bytearray(10**9)", memory_mb=256)
    assert done.reason == "out of memory (the limit is 256 MB)"


def test_output_is_bounded() -> None:
    done = run_python("while True: print('x' * 10**6)", timeout=20, output_limit=1_000)
    assert not done.ok
    assert len(done.stdout) < 1_100
    assert "bytes more are left out" in done.stdout


def test_file_size_is_limited() -> None:
    assert "File too large" in run_python("open('big', 'wb').write(bytes(10**8))").reason


def test_a_fork_bomb_is_small() -> None:
    code = (
        "import os, time\nn = 0\ntry:\n    for n in range(200):\n        if os.fork() == 0:\n"
        "            time.sleep(60)\nexcept OSError:\n    pass\nprint(n)"
    )
    done = run_python(code, timeout=20)
    assert (int(done.stdout) <= 40) is not done.isolation.processes.endswith("any number")
    assert done.seconds < 10  # what it started is killed with it, not waited for


def test_no_network() -> None:
    code = "import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)\nprint('connected')"
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = run_python(code.format(port=server.getsockname()[1]))
    assert done.stdout == ""
    assert not done.ok


def test_no_keys_and_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("MOLGRAD_API_KEY", "sk-secret")
    done = run_python("import os\nprint(sorted(os.environ), os.listdir(), os.getcwd())")
    assert "KEY" not in done.stdout
    assert "['main.py']" in done.stdout
    (tmp_path / "secret").write_text("sk-secret")
    outside = tmp_path / "written"
    for code in (f"print(open({str(tmp_path / 'secret')!r}).read())", f"open({str(outside)!r}, 'w')"):
        done = run_python(code)
        if done.isolation.files.startswith("its own folder"):
            assert "Permission denied" in done.reason or "Read-only" in done.reason
            assert "sk-secret" not in done.stdout
            assert not outside.exists()


def test_where_the_kernel_allows_nothing_the_hook_stops_python_and_the_result_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sandbox, "_WITHOUT", ("namespaces", "landlock", "seccomp"))
    done = run_python("import json, os\nopen('a', 'w').write('x')\nprint(1 + 1, sorted(os.listdir()))")
    assert (done.stdout, done.isolation.complete) == ("2 ['a', 'main.py']\n", False)
    held = done.isolation
    assert (held.network, held.processes) == ("Python's sockets refused (audit hook)", "process group")
    assert held.files == "Python's files kept to its folder (audit hook)"
    (tmp_path / "secret").write_text("sk-secret")
    assert "is not allowed" in run_python(f"print(open({str(tmp_path / 'secret')!r}).read())").reason
    assert "socket.__new__ is not allowed in the sandbox" in run_python("import socket; socket.socket()").reason
    assert "is not allowed in the sandbox" in run_python("import subprocess; subprocess.run(['ls'])").reason
    assert run_python("def f():\n    1 / 0\nf()").reason == "ZeroDivisionError: division by zero"


def test_without_namespaces_there_is_one_process_and_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_WITHOUT", ("namespaces",))
    done = run_python("import threading\nt = threading.Thread(target=print, args=(2,))\nt.start(); t.join()")
    if "no sockets (seccomp)" not in done.isolation.network:
        pytest.skip("this kernel takes no filters")
    assert (done.stdout, done.isolation.processes) == ("2\n", "one process (seccomp)")
    raw = "import ctypes\nprint([ctypes.CDLL(None).fork(), ctypes.CDLL(None).socket(1, 1, 0)])"
    assert run_python(raw).stdout == "[-1, -1]\n"


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", ""])
def test_a_path_out_of_the_folder_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        run_python("", files={path: "x"})


@pytest.mark.parametrize("limits", [{"timeout": 0}, {"timeout": float("inf")}, {"memory_mb": 0}, {"output_limit": 0}])
def test_limits_are_positive(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        run_python("", **limits)  # type: ignore[arg-type]

"""One Python program in a child process: no keys, no network, an empty folder, and limits on everything."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

_CHILD = Path(__file__).with_name("child.py")
_PROCESSES = 32  # a program of a few threads; a fork bomb is a crowd
_FILE = 16_000_000  # bytes that one file may grow to, output included
_NOBODY = 65534  # root is exempt from limits on processes and owns what it should not touch
_GRACE = 5.0  # seconds for the kernel to end a namespace full of processes
_TAIL = 2  # seconds of CPU beyond the time limit, which is the one that should tell


@dataclass(frozen=True, slots=True)
class Isolation:
    """What held while a program ran, in words.

    Attributes:
        network: "no network (namespace)", or "Python's sockets refused (audit hook)" where the kernel allows no
            namespaces: native code could still get out.
        files: "its own folder only (Landlock)", or "file size limited only".
        processes: "own process namespace", or "process group", whose members may escape being killed; followed by
            ", any number" for a root whose Python nobody else can read: root is exempt from that limit.
    """

    network: str
    files: str
    processes: str

    @property
    def complete(self) -> bool:
        """Whether the kernel enforced all three."""
        return self == _COMPLETE


_COMPLETE = Isolation("no network (namespace)", "its own folder only (Landlock)", "own process namespace")
_WEAK = Isolation("Python's sockets refused (audit hook)", "file size limited only", "process group")


@dataclass(frozen=True, slots=True)
class Run:
    """How a program ended.

    Attributes:
        stdout, stderr: what it wrote, cut to the limit.
        returncode: its exit status, 128 + n where signal n ended it; None where it was stopped.
        reason: why it did not end well, in words; empty when it did.
        seconds: wall-clock time.
        isolation: what held.
    """

    stdout: str
    stderr: str
    returncode: int | None
    reason: str
    seconds: float
    isolation: Isolation

    @property
    def ok(self) -> bool:
        """Whether it ended by itself, without an error."""
        return not self.reason


def run_python(
    code: str,
    stdin: str = "",
    *,
    timeout: float = 5.0,
    memory_mb: int = 512,
    files: Mapping[str, str | bytes] | None = None,
    output_limit: int = 64_000,
) -> Run:
    """Run a Python program in a child process that is shut in as far as the system allows.

    The child has an empty folder of its own, an environment without anything of ours, isolated mode (-I), limits
    on CPU time, memory, file size, open files and processes, and no network. It and everything that it
    started are killed at the time limit and at the end. Installed packages can be imported.

    Args:
        code: the program.
        stdin: what it reads.
        timeout: seconds of wall-clock time.
        memory_mb: megabytes of address space.
        files: relative path -> content, written into the folder first.
        output_limit: bytes of each of stdout and stderr that are returned.

    Raises:
        ValueError: a limit that is not positive, or a file's path that leads out of the folder.
        OSError: no process can be started at all.
    """
    if not (timeout > 0 and math.isfinite(timeout)) or memory_mb <= 0 or output_limit <= 0:
        raise ValueError("timeout, memory_mb and output_limit must be positive")
    with tempfile.TemporaryDirectory(prefix="molgrad-run-", ignore_cleanup_errors=True) as room:
        folder = Path(room, "folder")
        folder.mkdir()
        for name, content in {**(files or {}), "main.py": code}.items():
            place = folder / _inside(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        Path(room, "in").write_bytes(stdin.encode("utf-8", "replace"))
        user = _given_away(Path(room), folder)
        status, seconds, isolation = _in_child(Path(room), folder, timeout, memory_mb, user)
        if user == 0 and os.geteuid() == 0:
            isolation = replace(isolation, processes=isolation.processes + ", any number")
        out, err = (_read(Path(room, name), output_limit) for name in ("out", "err"))
    return Run(out, err, status, _reason(status, err, timeout, memory_mb), seconds, isolation)


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise ValueError(f"the path {name!r} leads out of the program's folder")
    return path


def _given_away(room: Path, folder: Path) -> int:
    """The user that root's child should become, to whom the folder now belongs; 0 where nothing is to change."""
    if os.geteuid() != 0 or not all(_open_to_all(Path(path)) for path in (sys.executable, sys.prefix, str(_CHILD))):
        return 0
    room.chmod(0o711)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY)
    return _NOBODY


def _open_to_all(path: Path) -> bool:
    real = path.resolve()
    return bool(real.stat().st_mode & stat.S_IROTH) and all(up.stat().st_mode & stat.S_IXOTH for up in real.parents)


def _in_child(
    room: Path, folder: Path, timeout: float, memory_mb: int, user: int
) -> tuple[int | None, float, Isolation]:
    reported, report = os.pipe()
    settings = dict(memory=memory_mb * 2**20, cpu=math.ceil(timeout) + _TAIL, size=_FILE, processes=_PROCESSES)
    readable = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    given = json.dumps({**settings, "report": report, "user": user, "readable": readable})
    started = time.monotonic()
    try:
        with (room / "in").open("rb") as stdin, (room / "out").open("wb") as out, (room / "err").open("wb") as err:
            child = subprocess.Popen(  # noqa: S603 - our own script, no shell
                [sys.executable, "-I", "-S", str(_CHILD), given],
                cwd=folder,
                env=_environment(folder),
                stdin=stdin,
                stdout=out,
                stderr=err,
                pass_fds=(report,),
                start_new_session=True,
            )
        os.close(report)
        report = -1
        os.set_blocking(reported, False)
        status: int | None = None
        isolation = _WEAK
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = child.wait(timeout)
        finally:
            isolation = _isolation(reported)
            _end(child, gently=isolation.processes == _COMPLETE.processes)
        return status, time.monotonic() - started, isolation
    finally:
        os.close(reported)
        if report >= 0:
            os.close(report)


def _end(child: subprocess.Popen[bytes], *, gently: bool) -> None:
    """Kill whatever is left; gently where the child is our relay, which takes its whole namespace along."""
    if gently:
        child.terminate()  # nothing is sent once it has been waited for
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE)
            return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _environment(folder: Path) -> dict[str, str]:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", **one}


def _isolation(reported: int) -> Isolation:
    try:
        said: dict[str, Any] = json.loads(os.read(reported, 1_000))
    except (BlockingIOError, ValueError):  # it was killed before it could tell
        return _WEAK
    return Isolation(
        _COMPLETE.network if said["alone"] else _WEAK.network,
        _COMPLETE.files if said["confined"] else _WEAK.files,
        _COMPLETE.processes if said["alone"] else _WEAK.processes,
    )


def _read(path: Path, limit: int) -> str:
    with path.open("rb") as file:
        data = file.read(limit)
        more = path.stat().st_size - len(data)
    text = data.decode("utf-8", "replace")
    return text if more <= 0 else f"{text}\n[... {more:,} bytes more are left out]"


def _reason(status: int | None, err: str, timeout: float, memory_mb: int) -> str:
    if status is None:
        return f"stopped after {timeout:g} s"
    if status == 0:
        return ""
    lines = err.strip().splitlines()
    last = lines[-1].strip() if lines else ""
    if last.startswith("MemoryError"):
        return f"out of memory (the limit is {memory_mb} MB)"
    number = status - 128 if status > 128 else -status
    if number > 0 and number in set(signal.Signals):
        return f"ended by {signal.Signals(number).name}"
    return last or f"ended with exit status {status}"

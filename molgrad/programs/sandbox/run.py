"""One Python program in a child process: no keys, no network, an empty folder, and limits on everything."""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from molgrad.errors import plain
from molgrad.programs.sandbox import seccomp
from molgrad.programs.sandbox.isolation import NOTHING, ROOM, Isolation, held, in_words
from molgrad.programs.sandbox.watch import Allowance, Watch, descendants

_PYTHON = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
_CHILD = Path(__file__).with_name("child.py")
_PROCESSES = 32  # a program of a few threads; a fork bomb is a crowd
_FILE = 16_000_000  # bytes that one file may grow to, output included
_ENTRIES = 1_000  # files and folders
_CROWD = 100_000  # processes that are looked for at the end
_EVERY = 0.02  # seconds between two looks at what it takes
_RELAYS = 2  # processes of ours between this one and a program in a namespace
_WITHOUT: tuple[str, ...] = ()  # layers that tests leave out: namespaces, mounts, landlock, seccomp
_NOBODY = 65534  # root is exempt from limits on processes and owns what it should not touch
_GRACE = 5.0  # seconds for the kernel to end a namespace full of processes
_CUT = "[... "  # begins the line that stands for output which is left out
_TAIL = 2  # seconds of CPU beyond the time limit, which is the one that should tell


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
    on CPU time, memory, files, open files and processes, and no network and no sockets. The limits hold for it and
    everything that it started together: 32 processes, `memory_mb`, 64 MB in 1,000 files, 16 MB a file. All are
    killed at the time limit, at the end, and with this process. Installed packages can be imported.

    Args:
        code: the program.
        stdin: what it reads.
        timeout: seconds of wall-clock time.
        memory_mb: megabytes of address space of a process, and of memory of all of them.
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
        try:
            status, why, seconds, isolation = _in_child(Path(room), folder, timeout, memory_mb, user)
        finally:
            _emptied(folder)
        out, err = (_read(Path(room, name), output_limit) for name in ("out", "err"))
    return Run(out, err, status, why or _reason(status, err, memory_mb), seconds, isolation)


def _emptied(folder: Path) -> None:
    """Remove what is in a folder, however deep: what lies in another folder is moved up before that is removed."""
    name, number, deeper = folder / secrets.token_hex(8), 0, True
    with contextlib.suppress(OSError):  # what is left is tried again with the whole
        while deeper:
            deeper = False
            for entry in list(os.scandir(folder)):
                if not entry.is_dir(follow_symlinks=False):
                    Path(entry.path).unlink()
                    continue
                Path(entry.path).chmod(0o700)
                for inner in list(os.scandir(entry.path)):
                    Path(inner.path).rename(f"{name}-{number}")
                    number, deeper = number + 1, True
                Path(entry.path).rmdir()


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise ValueError(f"the path {name!r} leads out of the program's folder")
    return path


def _given_away(room: Path, folder: Path) -> tuple[int, int]:
    """Whom root's child should become, and whom if it can make Python reachable first; 0 where it must stay root."""
    if os.geteuid() != 0:
        return 0, 0
    room.chmod(0o711)
    try:
        for path in (folder, *folder.rglob("*")):  # root's group too, for where it must stay root without root's rights
            path.chmod(0o770 if path.is_dir() else 0o660)
            os.chown(path, _NOBODY, 0)
    except PermissionError:  # a root without root's rights, as some containers have
        return 0, 0
    if not all(up.stat().st_mode & stat.S_IXOTH for up in room.resolve().parents):
        return 0, 0
    all_open = all(_open_to_all(Path(path)) for path in (sys.executable, sys.prefix, str(_CHILD)))
    return _NOBODY * all_open, _NOBODY * _open_within()


def _open_within() -> bool:
    """Whether others may read Python once they are in its folders, which root can show them without those above."""
    files = [sys.executable, str(Path(os.__file__)), *(path for path in sys.path if path.startswith(tuple(_PYTHON)))]
    for path in map(os.path.realpath, filter(os.path.exists, files)):
        steps = Path(path), *Path(path).parents
        inside = [step for step in steps if any(step.is_relative_to(os.path.realpath(root)) for root in _PYTHON)]
        if not all(step.stat().st_mode & (stat.S_IXOTH if step.is_dir() else stat.S_IROTH) for step in inside):
            return False
    return True


def _open_to_all(path: Path) -> bool:
    real = path.resolve()
    return bool(real.stat().st_mode & stat.S_IROTH) and all(up.stat().st_mode & stat.S_IXOTH for up in real.parents)


def _in_child(
    room: Path, folder: Path, timeout: float, memory_mb: int, user: tuple[int, int]
) -> tuple[int | None, str, float, Isolation]:
    """Exit status, why it was stopped, seconds, and what held."""
    reported, report = os.pipe()
    allowed = Allowance(memory_mb * 2**20, _PROCESSES, ROOM, _ENTRIES)
    given = json.dumps(_settings(allowed, timeout, user, report))
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
        layers = NOTHING
        try:
            status, why = _watched(child, Watch(child.pid, folder, allowed), timeout)
        finally:
            layers = held(reported)
            _end(child, gently=layers["alone"])
        return status, why, time.monotonic() - started, in_words(layers)
    finally:
        os.close(reported)
        if report >= 0:
            os.close(report)


def _watched(child: subprocess.Popen[bytes], watch: Watch, timeout: float) -> tuple[int | None, str]:
    """The exit status, or why it must be stopped."""
    end = time.monotonic() + timeout
    while True:
        left = end - time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.wait(max(0.0, min(_EVERY, left))), ""
        if left <= _EVERY / 2:
            return None, f"stopped after {timeout:g} s"
        if why := watch.excess(_RELAYS):
            return None, f"stopped: it took {why}"


def _settings(allowed: Allowance, timeout: float, user: tuple[int, int], report: int) -> dict[str, Any]:
    return dict(
        memory=allowed.memory,
        cpu=math.ceil(timeout) + _TAIL,
        size=_FILE,
        room=allowed.room,
        entries=allowed.entries,
        processes=allowed.processes,
        readable=_PYTHON,
        report=report,
        user=user[0],
        inside=user[1],
        filters=seccomp.filters(),
        itself=seccomp.ITSELF,
        parent=os.getpid(),
        without=_WITHOUT,
    )


def _end(child: subprocess.Popen[bytes], *, gently: bool) -> None:
    """Kill whatever is left; gently where the child is our relay, which takes its whole namespace along."""
    if gently:
        child.terminate()  # nothing is sent once it has been waited for
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE)
            return
    # Those that left the group, as far as they are found; once it was waited for, its number may be another's.
    for pid in descendants(child.pid, _CROWD) if child.returncode is None else ():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _environment(folder: Path) -> dict[str, str]:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", **one}


def _read(path: Path, limit: int) -> str:
    with path.open("rb") as file:
        data = file.read(limit)
        more = path.stat().st_size - len(data)
    text = data.decode("utf-8", "replace")
    return text if more <= 0 else f"{text}\n{_CUT}{more:,} bytes more are left out]"


def _reason(status: int | None, err: str, memory_mb: int) -> str:
    if status is None or status == 0:
        return ""
    lines = err.strip().splitlines()
    last = plain(lines[-1].strip()) if lines else ""
    if last.startswith("MemoryError"):
        return f"out of memory (the limit is {memory_mb} MB)"
    number = status - 128 if status > 128 else -status
    if number > 0 and number in set(signal.Signals):
        return f"ended by {signal.Signals(number).name}"
    if last.startswith(_CUT):
        last = ""
    return last or f"ended with exit status {status}"

"""The child's side: shuts itself in, then becomes the program. Run by path, so it imports the standard library only.

Arguments: a JSON object with memory (bytes), cpu (s), size (bytes a file), processes, readable (folders), report (a
descriptor), user (whom root should become; 0: stay).
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

_NAMESPACES = 0x10000000 | 0x40000000 | 0x20000000 | 0x08000000  # user, network, process and IPC namespace
_NO_NEW_PRIVS, _PDEATHSIG = 38, 1
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # the same numbers on every Linux
# The rights of Landlock's first version: older kernels know no more, and these cover reading and writing.
_ALL, _READ = (1 << 13) - 1, (1 << 0) | (1 << 2) | (1 << 3)
_FILE_RIGHTS = (1 << 0) | (1 << 1) | (1 << 2)
_READABLE = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/zero")
_STOPPED = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pty.spawn")


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def main(settings: dict[str, Any]) -> None:
    """Confine this process, report how well that went, and run main.py of the present folder.

    Args:
        settings: the object that the module's docstring describes.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if settings["user"]:
        os.setgroups([])
        os.setresgid(*[settings["user"]] * 3)
        os.setresuid(*[settings["user"]] * 3)
    alone = _unshared(libc)
    confined = _confined(libc, settings["readable"])
    os.write(settings["report"], json.dumps({"alone": alone, "confined": confined}).encode())
    os.close(settings["report"])
    if alone:
        _relay(os.fork(), libc)  # only children of the one that unshared are in the new process namespace
        _relay(os.fork(), libc)  # the namespace's first process ignores signals, so the program is its second
    _limited(settings)
    program = ["main.py"] if alone else [__file__, "--hooked"]
    os.execv(sys.executable, [sys.executable, "-I", "-X", "utf8", *program])  # noqa: S606 - no shell is the point


def _unshared(libc: ctypes.CDLL) -> bool:
    try:
        return bool(libc.unshare(_NAMESPACES) == 0)
    except AttributeError:  # not Linux
        return False


def _confined(libc: ctypes.CDLL, readable: list[str]) -> bool:
    """Let this process and its children read Python's own files and touch nothing but the present folder."""
    try:
        libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        rules = _Ruleset(_ALL)
        ruleset = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), ctypes.c_size_t(8), ctypes.c_uint32(0))
    except AttributeError:
        return False
    if ruleset < 0:
        return False
    for path in (*_READABLE, *readable, __file__):
        _allow(libc, ruleset, path, _READ)
    _allow(libc, ruleset, "/dev/null", _FILE_RIGHTS)
    _allow(libc, ruleset, ".", _ALL)
    held = libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0
    os.close(ruleset)
    return bool(held)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    if not Path(path).exists():
        return
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = _Beneath(rights if Path(path).is_dir() else rights & _FILE_RIGHTS, parent)
    libc.syscall(_LANDLOCK_ADD, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
    os.close(parent)


def _relay(child: int, libc: ctypes.CDLL) -> None:
    """In the parent: wait, and end as the child ended. In the child: die when the parent does."""
    if child == 0:
        libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        return
    # The namespace's end is waited for, so that nothing of it runs on when this process is gone.
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(status if status >= 0 else 128 - status)


def _limited(settings: dict[str, Any]) -> None:
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 64, resource.RLIMIT_FSIZE: settings["size"]}
    limits |= {resource.RLIMIT_NPROC: settings["processes"], resource.RLIMIT_CPU: settings["cpu"]}
    limits[resource.RLIMIT_AS] = settings["memory"]
    for kind, most in limits.items():
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # a lower limit holds already, or the system has none of this kind
            continue


def hooked() -> None:
    """Run main.py with Python's own ways to the network and to other programs stopped."""

    def stop(event: str, _: tuple[object, ...]) -> None:
        if event.startswith(_STOPPED):
            raise PermissionError(f"{event} is not allowed in the sandbox")

    sys.addaudithook(stop)
    sys.argv = ["main.py"]
    runpy.run_path("main.py", run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1] == "--hooked":
        hooked()
    else:
        main(json.loads(sys.argv[1]))

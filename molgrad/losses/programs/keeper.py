"""Starts a program, and ends it with all that it started when it ends, or when whoever asked for it is gone.

Run by path, so it imports the standard library only. Arguments: a file descriptor that reads as closed when the program
is no longer wanted, and the program with its arguments. It ends as the program ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
import time

_PDEATHSIG, _SUBREAPER = 1, 36  # <sys/prctl.h>
_LOOK = 1.0  # seconds between looks at whether the parent lives, where a fork of it holds the descriptor open
_ENDING = 5.0  # seconds to end everything, also what starts others while it is ended
_AGAIN = 0.002  # seconds between two rounds of that
_NOT_STARTED = 127  # as a shell's


def main(wanted: int, command: list[str]) -> None:
    """Run the program to its end, or until it is no longer wanted.

    Args:
        wanted: descriptor that reads as closed when the program is no longer wanted.
        command: the program, by its full path, and its arguments.
    """
    parent = os.getppid()
    _prctl(_SUBREAPER, 1)
    ended, told = os.pipe()
    for fd in (ended, told):
        os.set_blocking(fd, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    program = _started(command, (wanted, ended, told))
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):  # else nobody saw that the program closed them
        os.dup2(nothing, fd)
    status = None
    looked = select.poll()  # select() takes no descriptors beyond 1023
    looked.register(wanted, select.POLLIN)
    looked.register(ended, select.POLLIN)
    while status is None and os.getppid() == parent:
        ready = [fd for fd, _ in looked.poll(_LOOK * 1000)]
        if wanted in ready or (ended in ready and signal.SIGTERM in os.read(ended, 4096)):
            break
        status = _reaped(program)
    _end_all(program)
    _end_as(status)


def _started(command: list[str], ours: tuple[int, ...]) -> int:
    keeper = os.getpid()
    program = os.fork()
    if program:
        return program
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores the last two
            signal.signal(number, signal.SIG_DFL)
        for fd in ours:
            os.close(fd)
        os.setsid()
        _prctl(_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == keeper:
            os.execv(command[0], command)  # noqa: S606 - the user's own program, and no shell
    except OSError as error:
        os.write(2, f"{command[0]} cannot be started: {error.strerror}\n".encode(errors="replace"))
    finally:
        os._exit(_NOT_STARTED)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _reaped(program: int) -> int | None:
    """The exit code of the program, once it has ended; what it left behind is reaped too."""
    found = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == program:
                found = os.waitstatus_to_exitcode(ended[1])
    return found


def _end_all(program: int) -> None:
    """Kill the program's group, and on Linux everything else that descends from it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program, signal.SIGKILL)
    due = time.monotonic() + _ENDING
    while time.monotonic() < due:
        for pid in _children():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(_AGAIN)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as listed:  # noqa: PTH123 - pathlib is slow to import
            return [int(pid) for pid in listed.read().split()]
    except OSError:  # not Linux
        return []


def _end_as(status: int | None) -> None:
    if status is not None and status < 0:
        with contextlib.suppress(OSError, ValueError):  # a signal that cannot be caught has no handler to take back
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status if status is not None and status >= 0 else 1)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

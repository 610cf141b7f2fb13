"""Processes that a docking program leaves behind: found and ended, so that none keeps a core (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Collection
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # <sys/prctl.h>
ROUNDS = 100  # generations of processes that start others while they are ended
_adopting: set[int] = set()  # ids of processes that adopt; a fork does not


def adopt() -> None:
    """From now on, descendants of this process whose own parent ends become its children (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        _adopting.add(os.getpid())


def children() -> set[int]:
    """Process ids of this process's children; empty where the system does not tell."""
    found: set[int] = set()
    for listed in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that ended
            found.update(int(pid) for pid in listed.read_text().split())
    return found


def end_children(spared: Collection[int] = ()) -> None:
    """Kill the children of this process and whatever they started; nothing where it does not adopt.

    Args:
        spared: process ids that are left alone.
    """
    if os.getpid() not in _adopting:
        return
    for _ in range(ROUNDS):
        left = children().difference(spared)
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError, ChildProcessError, PermissionError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

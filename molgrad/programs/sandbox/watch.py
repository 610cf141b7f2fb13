"""What a program and everything that it started take together, looked at from outside."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_MB = 2**20
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a program may take with all its processes.

    Attributes:
        memory: bytes.
        processes: how many at once.
        room: bytes of files in its folder.
        entries: files and folders in its folder.
    """

    memory: int
    processes: int
    room: int
    entries: int


class Watch:
    """Compares a program with its allowance; nothing is seen where the system has no /proc.

    Args:
        pid: the process that all others come from; the first ones of the chain may be our own relays.
        folder: the program's folder, as it is before the program runs.
        allowed: what it may take.
    """

    def __init__(self, pid: int, folder: Path, allowed: Allowance) -> None:
        self._pid, self._folder, self._allowed = pid, folder, allowed
        self._given = _taken(folder, allowed.entries * 2)

    def excess(self, relays: int) -> str:
        """What it takes too much of, in words; empty where nothing.

        Args:
            relays: how many processes at the head of the chain are ours.
        """
        allowed = self._allowed
        family = descendants(self._pid, allowed.processes + relays + 1)[relays:]
        if len(family) > allowed.processes:
            return f"more than {allowed.processes} processes"
        # Most of what processes share is the same Python: only a crowd that seems too large is counted exactly.
        if sum(map(_resident, family)) > allowed.memory and sum(map(_proportional, family)) > allowed.memory:
            return f"more than {allowed.memory // _MB} MB of memory in its processes together"
        size, entries = _taken(self._folder, self._given[1] + allowed.entries)
        if entries - self._given[1] >= allowed.entries:
            return f"more than {allowed.entries} files"
        if size - self._given[0] > allowed.room:
            return f"more than {allowed.room // _MB} MB of files"
        return ""


def descendants(pid: int, most: int) -> list[int]:
    """A process and those that come from it, by generation.

    Args:
        pid: the first one.
        most: where to stop counting.
    """
    found = [pid]
    for parent in found:
        if len(found) > most:
            break
        found += _children(parent)
    return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    try:
        for thread in os.scandir(f"/proc/{pid}/task"):
            children += map(int, Path(thread.path, "children").read_text().split())
    except FileNotFoundError:  # it has ended, or this kernel keeps no lists of children
        return [] if Path("/proc/self/task", str(os.getpid()), "children").exists() else _scanned(pid)
    except (OSError, ValueError):
        pass
    return children


def _scanned(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(path.parent.name))
        except (OSError, ValueError, IndexError):
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    """Memory in bytes, what several processes share divided among them."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return int(found[1]) * 1024 if found else _resident(pid)


def _taken(folder: Path, most: int) -> tuple[int, int]:
    """Bytes and number of files in a folder; stops after `most` of them."""
    size = entries = 0
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as inside:
                for entry in inside:
                    entries += 1
                    if entries > most:
                        return size, entries
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:  # it went away, or was closed to us
            continue
    return size, entries

"""What held while a program ran: told by its child process, said in words."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

ROOM = 64 * 2**20  # bytes of all its files together


@dataclass(frozen=True, slots=True)
class Isolation:
    """What held while a program ran, in words.

    Attributes:
        network: "no network (namespace)" and "no sockets (seccomp)", UNIX sockets by path among them; "Python's
            sockets refused (audit hook)" where the kernel offers neither: native code could still get out.
        files: "its own folder only (Landlock)": nothing else is read, written or changed, but Python and the system's
            libraries can be read. "Python's files kept to its folder (audit hook)" where the kernel has no Landlock:
            native code can read what this user can.
        processes: "own process namespace", where it sees and reaches no process but its own; "one process
            (seccomp)", which can start none and signals none but itself; "process group", whose members may escape.
        limits: how the limits hold for all that it started together: by the kernel, or by looking every 20 ms.
    """

    network: str
    files: str
    processes: str
    limits: str = ""

    @property
    def complete(self) -> bool:
        """Whether the kernel enforced that it reaches no network, no other file and no other process."""
        weak = "audit hook" in self.network + self.files or self.processes.startswith("process group")
        return not weak and "can be reached" not in self.network


def in_words(held: Mapping[str, bool]) -> Isolation:
    """The layers in words.

    Args:
        held: for each name of `NOTHING`, whether that layer was in force.
    """
    alone, filtered = held["alone"], held["filtered"]
    network = ["no network (namespace)"] * alone + ["no sockets (seccomp)"] * filtered
    network += ["UNIX sockets by path can be reached"] * (alone and not filtered)
    single = held["single"] and filtered
    processes = "one process (seccomp)" if single else "process group"
    if alone:
        processes = "own process namespace" + ", one process (seccomp)" * single
        processes += ", any number" * (held["single"] and not filtered)
    guards = ["Landlock"] * held["confined"] + ["file system root of its own"] * held["rooted"]
    files = f"its own folder only ({', '.join(guards)})" if guards else _NOT_EVEN_FILES
    if guards and not (held["mounted"] or filtered):
        files += ", but modes and times of this user's other files can be changed"
    room = f"files of {ROOM // 2**20} MB together " + ("(file system)" if held["mounted"] else "(watched)")
    crowd = "memory of the one process (kernel)" if single else "memory and processes together (watched)"
    return Isolation("; ".join(network) or _NOT_EVEN, files, processes, f"{room}; {crowd}")


_NOT_EVEN = "Python's sockets refused (audit hook)"
_NOT_EVEN_FILES = "Python's files kept to its folder (audit hook)"
NOTHING = dict.fromkeys(("alone", "rooted", "mounted", "confined", "single", "filtered"), False)


def held(reported: int) -> dict[str, bool]:
    """The layers that the child told to be in force.

    Args:
        reported: file descriptor that it wrote JSON to; not waited for.
    """
    try:
        return {**NOTHING, **json.loads(os.read(reported, 1_000))}
    except (BlockingIOError, ValueError):  # it was killed before it could tell
        return NOTHING

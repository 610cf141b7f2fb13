"""The layers of the sandbox, and what the tests of attacks on it share."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from molgrad.programs.sandbox import Run

LAYERS = [(), ("mounts",), ("landlock",), ("seccomp",), ("namespaces",), ("namespaces", "landlock"),
          ("namespaces", "seccomp"), ("namespaces", "landlock", "seccomp")]  # fmt: skip
CALLS = """
import ctypes, os, platform, sys
libc = ctypes.CDLL(None, use_errno=True)
def fork():
    child = libc.fork()
    if child < 0: raise OSError(ctypes.get_errno(), "fork")
    return child
ARM = platform.machine() != "x86_64"
def call(x86, arm, *arguments):
    done = libc.syscall(arm if ARM else x86, *arguments)
    return done if done >= 0 else -ctypes.get_errno()
"""


FEW = [(), ("namespaces",), ("namespaces", "landlock", "seccomp")]


def tried(attacks: Mapping[str, str], to: Sequence[str] = ("",)) -> str:
    """A program that makes each attack and prints the name of each that worked, and at last "end".

    Args:
        attacks: code by name; it can use `to`, and `way`, its name in bytes.
        to: what each is tried on.
    """
    return f"""
import os
for to in {list(to)!r}:
    for name, attack in {dict(attacks)!r}.items():
        globals()['way'] = name.encode()
        try:
            exec(attack, globals())
            print(name, flush=True)
        except BaseException:
            pass
print('end', flush=True)
"""


def named(without: tuple[str, ...]) -> str:
    return "-".join(("no", *without)) if without else "all"


def is_filtered(done: Run) -> bool:
    return "no sockets (seccomp)" in done.isolation.network


def is_alone(done: Run) -> bool:
    return done.isolation.processes.startswith("own process namespace")


def processes(mark: str) -> list[str]:
    """Those that have a text in their command or environment; a program's own has its folder there."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            told = (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
            found += [path.name] * (mark.encode() in told)
    return found


def command(pid: str) -> bytes:
    try:
        return Path("/proc", pid, "cmdline").read_bytes()
    except OSError:
        return b""

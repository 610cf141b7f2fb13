"""The system calls that a program in the sandbox may not make, as filters that the kernel runs (seccomp).

A filter is a small program over the number of a call and its arguments. Layers lie on each other, the strictest wins:
`always`, `one_process` (where the kernel offers no namespaces: no further processes, no signals to others) and
`metadata` (where files outside cannot be mounted read-only). Source of the numbers: Linux 6.12,
arch/x86/entry/syscalls and include/uapi/asm-generic/unistd.h; of the format:
Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import csv
import platform
import struct
import sys
from pathlib import Path

ITSELF = 0x4D4F4C47  # stands in a filter for the number of the process, which it puts in itself
_ARCHITECTURES = {
    "x86_64": (0xC000003E, "x86_64"),
    "aarch64": (0xC00000B7, "aarch64"),
    "arm64": (0xC00000B7, "aarch64"),
}
_X32 = 0x40000000  # the bit of x86-64's second set of numbers
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _REFUSE, _UNKNOWN, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000  # errors: EPERM, ENOSYS
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # places in the kernel's struct seccomp_data
_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW... that clone knows
_THREAD = 0x00010000
_STREAM = 1
_SET_OWNER, _SET_OWNER_EX = 8, 15  # of fcntl: who is sent a signal
_CALLS = {"x86_64": dict(socketpair=53, clone=56, fcntl=72), "aarch64": dict(socketpair=199, clone=220, fcntl=25)}
_CLONE3 = 435

Code = list[tuple[int, int, int, int]]  # operation, instructions to skip if true, if false, operand


def filters(machine: str | None = None) -> dict[str, str]:
    """The layers by name, in hexadecimal; none for a machine whose numbers are not known.

    Args:
        machine: "x86_64" or "aarch64"; this one by default.
    """
    known = _ARCHITECTURES.get(machine or platform.machine())
    if known is None or not sys.platform.startswith("linux") or sys.maxsize < 2**32 or sys.byteorder != "little":
        return {}
    architecture, column = known
    calls = _CALLS[column]
    numbers = _numbers(column)
    always = _refused(numbers["always"])
    # A pair of streams is connected already; a datagram socket could be sent elsewhere.
    always += _unless(calls["socketpair"], [(_LOAD, 0, 0, _argument(1)), (_AND, 0, 0, 0xF), (_EQUAL, 1, 0, _STREAM)])
    always += _unless(calls["clone"], [(_LOAD, 0, 0, _argument(0)), (_ANY_BIT, 0, 1, _NEW_NAMESPACES)])
    always += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _UNKNOWN)]  # its flags cannot be seen; clone is tried instead
    one = _refused(numbers["one_process"])
    one += _unless(calls["clone"], [(_LOAD, 0, 0, _argument(0)), (_ANY_BIT, 1, 0, _THREAD)])
    owner = [(_LOAD, 0, 0, _argument(1)), (_EQUAL, 1, 0, _SET_OWNER), (_EQUAL, 0, 1, _SET_OWNER_EX)]
    one += _unless(calls["fcntl"], owner)
    for number in numbers["own"]:
        one += _unless(number, [(_LOAD, 0, 0, _argument(0)), (_EQUAL, 2, 0, 0), (_EQUAL, 1, 0, ITSELF)])
    layers = {"always": always, "one_process": one, "metadata": _refused(numbers["metadata"])}
    return {name: _whole(layer, architecture).hex() for name, layer in layers.items()}


def _numbers(column: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    with Path(__file__).with_name("syscalls.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row[column]:
                found.setdefault(row["filter"], []).append(int(row[column]))
    return found


def _argument(place: int) -> int:
    """Where the lower half of an argument stands; each has eight bytes, the lower half first."""
    return _ARGUMENTS + 8 * place


def _refused(numbers: list[int]) -> Code:
    return [step for number in numbers for step in ((_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE))]


def _unless(number: int, test: Code) -> Code:
    """Refuse a call unless its test skips the refusal; the number is loaded again afterwards."""
    return [(_EQUAL, 0, len(test) + 2, number), *test, (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, _NUMBER)]


def _whole(layer: Code, architecture: int) -> bytes:
    begin: Code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _UNKNOWN),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in [*begin, *layer, (_RETURN, 0, 0, _ALLOW)])

"""The filters of system calls, run here by a small machine of their own: for processors that this one is not, too."""

from __future__ import annotations

import struct

import pytest

from molgrad.programs.sandbox.seccomp import ITSELF, filters

ALLOWED, REFUSED, NO_SUCH, KILLED = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NUMBERS = {
    "x86_64": dict(
        read=0, socket=41, socketpair=53, clone=56, fork=57, kill=62, fcntl=72, chmod=90, clone3=435, exec=59
    ),
    "aarch64": dict(read=63, socket=198, socketpair=199, clone=220, kill=129, fcntl=25, chmod=53, clone3=435, exec=221),
}


def run(layer: str, machine: str, number: int, *arguments: int, architecture: int = 0) -> int:
    """What a filter says of a call; classic BPF as far as it is used."""
    data = struct.pack("<IIQ6Q", number, architecture or AUDIT[machine], 0, *[*arguments, *[0] * 6][:6])
    steps = list(struct.iter_unpack("<HBBI", bytes.fromhex(filters(machine)[layer])))
    at, value = 0, 0
    while True:
        operation, yes, no, operand = steps[at]
        at += 1
        if operation == 0x06:
            return int(operand)
        if operation == 0x20:
            value = struct.unpack_from("<I", data, operand)[0]
        elif operation == 0x54:
            value &= operand
        else:
            holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[operation]
            at += yes if holds else no


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_sockets_are_refused_and_pairs_of_streams_are_not(machine: str) -> None:
    calls = NUMBERS[machine]
    assert run("always", machine, calls["read"]) == ALLOWED
    assert run("always", machine, calls["exec"]) == ALLOWED
    assert run("always", machine, calls["socket"], 1, 1, 0) == REFUSED
    stream, datagram, close_on_exec = 1, 2, 0o2000000
    assert run("always", machine, calls["socketpair"], 1, stream | close_on_exec) == ALLOWED
    assert run("always", machine, calls["socketpair"], 1, datagram | close_on_exec) == REFUSED


def test_new_namespaces_are_refused_and_forks_in_one_process(machine: str) -> None:
    calls = NUMBERS[machine]
    fork, thread, new_user = 17, 0x10000 | 0x100, 0x10000000 | 17
    assert run("always", machine, calls["clone"], fork) == ALLOWED
    assert run("always", machine, calls["clone"], new_user) == REFUSED
    assert run("always", machine, calls["clone3"]) == NO_SUCH
    assert run("one_process", machine, calls["clone"], fork) == REFUSED
    assert run("one_process", machine, calls["clone"], thread) == ALLOWED
    if "fork" in calls:
        assert run("one_process", machine, calls["fork"]) == REFUSED


def test_signals_reach_the_process_itself_only(machine: str) -> None:
    kill, fcntl = NUMBERS[machine]["kill"], NUMBERS[machine]["fcntl"]
    assert run("one_process", machine, kill, ITSELF, 15) == ALLOWED
    assert run("one_process", machine, kill, 0, 15) == ALLOWED
    assert run("one_process", machine, kill, 4321, 15) == REFUSED
    assert run("one_process", machine, kill, 2**64 - 1, 15) == REFUSED
    assert [run("one_process", machine, fcntl, 3, command) for command in (1, 8, 15)] == [ALLOWED, REFUSED, REFUSED]


def test_modes_are_refused_where_nothing_is_mounted_read_only(machine: str) -> None:
    assert run("metadata", machine, NUMBERS[machine]["chmod"]) == REFUSED
    assert run("always", machine, NUMBERS[machine]["chmod"]) == ALLOWED


@pytest.mark.parametrize("layer", ["always", "one_process", "metadata"])
def test_other_sets_of_numbers_lead_nowhere(machine: str, layer: str) -> None:
    assert run(layer, machine, 41, architecture=0x40000003) == KILLED  # i386
    assert run(layer, machine, 0x40000000 | 41) == NO_SUCH  # x32


def test_a_machine_whose_numbers_are_not_known_has_no_filters() -> None:
    assert filters("riscv64") == {}

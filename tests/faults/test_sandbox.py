"""Code that tries to get out of the sandbox, with each layer of it and without."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from molgrad.programs.sandbox import run as sandbox
from molgrad.programs.sandbox import run_python
from molgrad.programs.sandbox.seccomp import filters
from tests.faults.layers import CALLS, is_alone, is_filtered, named

pytestmark = pytest.mark.slow


def test_the_isolation_says_what_was_left_out(every_layer: tuple[str, ...]) -> None:
    done = run_python("print(1)")
    assert (done.stdout, done.reason) == ("1\n", "")
    held = done.isolation
    assert ("seccomp" in held.network) is ("seccomp" not in every_layer and bool(filters()))
    if "namespaces" in every_layer:
        assert "namespace" not in held.network + held.processes
    if "landlock" in every_layer:
        assert "Landlock" not in held.files
    weak = "audit hook" in held.network + held.files or "process group" in held.processes
    assert held.complete is not (weak or "can be reached" in held.network)


def test_where_the_kernel_has_everything_everything_is_used() -> None:
    held = run_python("").isolation
    if not held.network.startswith("no network (namespace)"):
        pytest.skip(f"no namespaces here: {held}")
    assert held.complete


@contextlib.contextmanager
def _listening(kind: int, address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, kind) as server:
        server.bind(address)
        if not address.startswith("\0"):
            Path(address).chmod(0o777)
        if kind == socket.SOCK_STREAM:
            server.listen()
        server.settimeout(0.05)
        yield server


SOCKETS = {
    "connect": "s = socket.socket(socket.AF_UNIX); s.connect({to!r}); s.send(b'x')",
    "datagram": "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(b'x', {to!r})",
    "pair of datagrams": "s, _ = socket.socketpair(type=socket.SOCK_DGRAM); s.connect({to!r}); s.send(b'x')",
    "pair of datagrams sent": "s, _ = socket.socketpair(type=socket.SOCK_DGRAM); s.sendto(b'x', {to!r})",
    "pair of streams": "s, _ = socket.socketpair(); s.sendto(b'x', {to!r})",
    "raw": CALLS + "import struct, time\nto = {to!r}.encode()\n"
    "a = struct.pack('<H108s', 1, to)[:2 + len(to) + (to[:1] != b'\\0')]\n"
    "for kind in 1, 2:\n f = call(41, 198, 1, kind, 0)\n print(f, call(42, 203, f, a, len(a)))\n os.write(f, b'x')",
    "ring": CALLS + "print(call(425, 425, 1, bytes(120)))\nraise SystemExit(call(425, 425, 1, bytes(120)) < 0)",
}  # fmt: skip


@pytest.mark.parametrize("kind", SOCKETS)
@pytest.mark.parametrize("abstract", [False, True], ids=["path", "abstract"])
def test_no_unix_socket_is_reached(kind: str, abstract: bool, layers: tuple[str, ...], room: Path) -> None:
    way = socket.SOCK_DGRAM if "datagram" in kind else socket.SOCK_STREAM
    for family in {way, socket.SOCK_STREAM}:
        at = str(room / f"{time.monotonic_ns()}")
        with _listening(family, f"\0{at}" if abstract else at) as server:
            try:
                code = "import socket\n" + SOCKETS[kind].format(to=f"\0{at}" if abstract else at)
                done = run_python(code, timeout=10)
                reached = False
                with contextlib.suppress(TimeoutError):
                    reached = bool(server.accept() if family == socket.SOCK_STREAM else server.recv(10))
            finally:
                Path(at).unlink(missing_ok=True)
        if is_filtered(done) or (abstract and is_alone(done)) or "root of its own" in done.isolation.files:
            assert not reached
        if is_filtered(done):
            assert not done.ok
        if "can be reached" not in done.isolation.network and kind != "raw":
            assert not reached  # the hook stops at least what Python does itself
    assert layers is not None


def test_no_address_of_the_network_is_reached(layers: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        port = server.getsockname()[1]
        code = CALLS + (
            f"import struct\na = struct.pack('<H', 2) + ({port}).to_bytes(2, 'big') + bytes([127, 0, 0, 1] + 8 * [0])\n"
            "f = call(41, 198, 2, 1, 0)\nprint(call(42, 203, f, a, 16))"
        )
        done = run_python(code)
        reached = True
        with contextlib.suppress(TimeoutError):
            server.accept()[0].close()
            reached = False
    assert reached or "audit hook" in done.isolation.network, layers


PARENT = {
    "kill": "os.kill({pid}, 0)",
    "kill group": "os.kill(-{group}, 0)",
    "raw kill": "assert call(62, 129, {pid}, 0) == 0",
    "tgkill": "assert call(234, 131, {pid}, {pid}, 0) == 0",
    "limit": "import resource; resource.prlimit({pid}, resource.RLIMIT_NOFILE)",
    "ptrace": "assert call(101, 117, 0x4206, {pid}, 0, 0) == 0",
    "memory": "assert call(310, 270, {pid}, bytes(16), 1, bytes(16), 1, 0) >= 0",
    "descriptor": "p = call(434, 434, {pid}, 0)\nassert p >= 0",
    "environment": "print(open('/proc/{pid}/environ').read())",
    "memory file": "print(open('/proc/{pid}/mem', 'rb'))",
    "priority": "os.setpriority(os.PRIO_PROCESS, {pid}, 1); print(os.getpriority(os.PRIO_PROCESS, {pid}))",
    "owner of signals": "import fcntl; r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, {pid})",
}


@pytest.mark.parametrize("kind", PARENT)
def test_the_process_that_measures_is_out_of_reach(
    kind: str, layers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "sesame")
    with subprocess.Popen(["/bin/sleep", "30"], env={"A_SECRET": "sesame"}, start_new_session=True) as target:
        done = run_python(CALLS + PARENT[kind].format(pid=target.pid, group=target.pid))
        assert target.poll() is None
        target.kill()
    assert "sesame" not in done.stdout + done.stderr
    if kind == "environment":
        assert not done.ok
    elif is_alone(done) or is_filtered(done):
        assert not done.ok, layers


def test_it_may_still_signal_itself_and_its_own(layers: tuple[str, ...]) -> None:
    done = run_python("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    assert done.reason == "ended by SIGTERM", layers
    assert run_python("import os; os.abort()").reason == "ended by SIGABRT"
    done = run_python("import subprocess; p = subprocess.Popen(['/bin/sleep', '9']); p.terminate(); print(p.wait())")
    assert done.stdout == "-15\n" or "one process" in done.isolation.processes or not is_alone(done)


OUTSIDE = {
    "read": "print(open({path!r}).read())",
    "raw read": "f = libc.open({raw!r}, 0)\nassert f >= 0\nprint(os.read(f, 100))",
    "write": "open({path!r}, 'w').write('changed')",
    "append": "open({path!r}, 'a').write('changed')",
    "truncate": "os.truncate({path!r}, 0)",
    "raw truncate": "assert libc.truncate({raw!r}, 0) == 0",
    "mode": "os.chmod({path!r}, 0)",
    "raw mode": "assert libc.chmod({raw!r}, 0) == 0",
    "times": "os.utime({path!r}, (0, 0))",
    "remove": "os.remove({path!r})",
    "rename": "os.rename({path!r}, {path!r} + 'x')",
    "link": "os.link({path!r}, 'here'); print(open('here').read())",
    "symlink": "os.symlink({path!r}, 'here'); print(open('here').read())",
    "new": "open({path!r} + 'new', 'w')",
    "list": "print(os.listdir({folder!r}))",
    "up": "print(open('../../' * 9 + {path!r}).read())",
}


@pytest.mark.parametrize("without", [(), ("landlock",), ("namespaces",), ("namespaces", "landlock")], ids=named)
@pytest.mark.parametrize("kind", OUTSIDE)
def test_files_outside_are_neither_read_nor_changed(
    kind: str, without: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_WITHOUT", without)
    secret = tmp_path / "api_key"
    secret.write_text("sesame")
    secret.chmod(0o666)
    tmp_path.chmod(0o777)
    os.utime(secret, (5e8, 5e8))
    told = secret.stat()
    code = CALLS + OUTSIDE[kind].format(path=str(secret), raw=str(secret).encode(), folder=str(tmp_path))
    done = run_python(code)
    weak = "audit hook" in done.isolation.files
    if not (weak and "raw" in kind):
        assert not done.ok, without
        assert "sesame" not in done.stdout
        assert "api_key" not in done.stdout
        now = secret.stat()
        assert (now.st_mode, now.st_mtime, now.st_size) == (told.st_mode, told.st_mtime, told.st_size)
        assert [path.name for path in tmp_path.iterdir()] == ["api_key"]


def test_pythons_own_files_are_not_changed(filtered: tuple[str, ...]) -> None:
    code = CALLS + (
        "import os\nplace = os.__file__\nf = os.open(place, os.O_RDONLY)\n"
        "for name, what in [('chmod', lambda: os.fchmod(f, 0o777)), ('times', lambda: os.utime(f, (0, 0))),\n"
        "                   ('open', lambda: os.open(place, os.O_RDWR))]:\n"
        " try: what(); print('changed', name)\n except OSError: pass"
    )
    before = Path(os.__file__).stat()
    done = run_python(code)
    after = Path(os.__file__).stat()
    assert done.stdout == "", filtered
    assert (before.st_mode, before.st_mtime) == (after.st_mode, after.st_mtime)


@pytest.mark.parametrize(
    "code",
    [
        "print(call(272, 97, 0x10000000))",  # unshare
        "print(call(56, 220, 0x10000000 | 17, 0, 0, 0, 0))",  # clone into a new user namespace
        "print(call(435, 435, bytes(88), 88))",  # clone3
        "print(libc.mount(b'tmpfs', b'.', b'tmpfs', 0, None) or 0)",
        "print(libc.umount2(b'.', 2) or 0)",
        "print(libc.chroot(b'.') or 0)",
        "print(call(321, 280, 0, bytes(120), 120))",  # bpf
        "print(call(250, 219, 0, -3, 0))",  # keyctl
        "print(call(0x40000000 | 41, 198, 1, 1, 0))",  # socket by x32's numbers
    ],
)
def test_the_ways_around_are_closed(code: str, filtered: tuple[str, ...]) -> None:
    assert run_python(CALLS + code).stdout.startswith("-"), filtered


def test_32_bit_calls_end_the_program() -> None:
    machine = bytes.fromhex("b866010000bb0100000031c9cd80c3")  # mov eax, 359 (socket); int 0x80; ret
    code = (
        "import ctypes, mmap\nm = mmap.mmap(-1, 4096, prot=7)\n"
        f"m.write({machine!r})\nat = ctypes.addressof(ctypes.c_char.from_buffer(m))\n"
        "print(ctypes.CFUNCTYPE(ctypes.c_int)(at)())"
    )
    done = run_python(code)
    if not is_filtered(done) or "x86_64" not in os.uname().machine:
        pytest.skip("no filter here, or another machine")
    assert done.reason in ("ended by SIGSYS", "ended by SIGSEGV")

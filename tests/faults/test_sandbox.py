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
from tests.faults.layers import CALLS, is_alone, is_filtered, named, tried

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
def _listening(folder: Path) -> Iterator[dict[str, socket.socket]]:
    """UNIX sockets by address: streams and datagrams, by path and by abstract name."""
    mark = time.monotonic_ns()
    with contextlib.ExitStack() as opened:
        servers = {}
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            for address in (f"{folder}/{kind:d}-{mark}", f"\0molgrad-{kind:d}-{mark}"):
                server = opened.enter_context(socket.socket(socket.AF_UNIX, kind))
                server.bind(address)
                if address[0] != "\0":
                    Path(address).chmod(0o777)
                if kind == socket.SOCK_STREAM:
                    server.listen(100)
                server.settimeout(0.0)
                servers[address] = server
        yield servers
        for address in servers:
            Path(address.replace("\0", "no")).unlink(missing_ok=True)


def _reached(server: socket.socket) -> list[str]:
    """The ways in which something arrived."""
    ways = []
    with contextlib.suppress(BlockingIOError):
        while True:
            if server.type == socket.SOCK_DGRAM:
                ways.append(server.recv(99).decode())
                continue
            with server.accept()[0] as peer:
                peer.settimeout(1)
                ways.append(peer.recv(99).decode())
    return ways


SOCKETS = {
    "connect": "s = socket.socket(socket.AF_UNIX); s.connect(to); s.send(way)",
    "datagram": "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(way, to)",
    "pair of datagrams": "s, _ = socket.socketpair(type=socket.SOCK_DGRAM); s.connect(to); s.send(way)",
    "pair of datagrams sent": "s, _ = socket.socketpair(type=socket.SOCK_DGRAM); s.sendto(way, to)",
    "pair of streams": "s, _ = socket.socketpair(); s.sendto(way, to)",
    "asyncio": "import asyncio\nasync def go():\n _, w = await asyncio.open_unix_connection(to)\n"
    " w.write(way); await w.drain()\nasyncio.run(go())",
    "multiprocessing": "from multiprocessing.connection import Client; Client(to, 'AF_UNIX').send_bytes(way)",
    "raw stream": "raw(1)",
    "raw datagram": "raw(2)",
    "ring": "assert call(425, 425, 1, bytes(120)) >= 0",
}
RAW_SOCKET = """
import socket, struct
def raw(kind):
    where = to.encode()
    a = struct.pack('<H108s', 1, where)[:2 + len(where) + (where[:1] != b'\\0')]
    f = call(41, 198, 1, kind, 0)
    assert f >= 0 and call(42, 203, f, a, len(a)) >= 0
    os.write(f, way)
"""


def test_no_unix_socket_is_reached(layers: tuple[str, ...], room: Path) -> None:
    with _listening(room) as servers:
        done = run_python(CALLS + RAW_SOCKET + tried(SOCKETS, to=list(servers)), timeout=20)
        reached = {address: _reached(server) for address, server in servers.items()}
    assert "end" in done.stdout.split("\n"), done.stderr
    if is_filtered(done):
        assert done.stdout == "end\n"
    if not done.isolation.complete and "audit hook" in done.isolation.network:
        assert any("raw stream" in ways for ways in reached.values())  # the attacks work where nothing holds them
    for address, ways in reached.items():
        if is_filtered(done) or (address[0] == "\0" and is_alone(done)) or "root of its own" in done.isolation.files:
            assert not ways
        if "can be reached" not in done.isolation.network:  # the hook stops at least what Python does itself
            assert {way for way in ways if "raw" not in way} == set(), layers


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
    "kill group": "os.kill(-{pid}, 0)",
    "raw kill": "assert call(62, 129, {pid}, 0) == 0",
    "tgkill": "assert call(234, 131, {pid}, {pid}, 0) == 0",
    "limit": "import resource; resource.prlimit({pid}, resource.RLIMIT_NOFILE)",
    "ptrace": "assert call(101, 117, 0x4206, {pid}, 0, 0) == 0",
    "memory": "assert call(310, 270, {pid}, bytes(16), 1, bytes(16), 1, 0) >= 0",
    "descriptor": "assert call(434, 434, {pid}, 0) >= 0",
    "environment": "print(open('/proc/{pid}/environ').read())",
    "memory file": "print(open('/proc/{pid}/mem', 'rb'))",
    "priority": "os.setpriority(os.PRIO_PROCESS, {pid}, 1)",
    "owner of signals": "import fcntl; r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, {pid})",
}


def test_the_process_that_measures_is_out_of_reach(layers: tuple[str, ...]) -> None:
    secret = {"A_SECRET": "sesame"}
    with subprocess.Popen(["/bin/sleep", "30"], env=secret, start_new_session=True) as target:
        done = run_python(CALLS + tried({kind: code.format(pid=target.pid) for kind, code in PARENT.items()}))
        assert target.poll() is None
        target.kill()
    ways = done.stdout.splitlines()
    assert ways[-1:] == ["end"], done.stderr
    assert "sesame" not in done.stdout + done.stderr
    assert "environment" not in ways
    if is_alone(done) or is_filtered(done):
        assert ways == ["end"], layers


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
    "link": "os.link({path!r}, 'hard'); print(open('hard').read())",
    "symlink": "os.symlink({path!r}, 'soft'); print(open('soft').read())",
    "new": "open({path!r} + 'new', 'w')",
    "list": "print(os.listdir({folder!r}))",
    "up": "print(open('../../' * 9 + {path!r}).read())",
}


@pytest.mark.parametrize("without", [(), ("landlock",), ("namespaces",), ("namespaces", "landlock")], ids=named)
def test_files_outside_are_neither_read_nor_changed(
    without: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_WITHOUT", without)
    secret = tmp_path / "api_key"
    secret.write_text("sesame")
    secret.chmod(0o666)
    tmp_path.chmod(0o777)
    os.utime(secret, (5e8, 5e8))
    told = secret.stat()
    weak = "audit hook" in run_python("").isolation.files
    words = dict(path=str(secret), raw=str(secret).encode(), folder=str(tmp_path))
    attacks = {kind: code.format(**words) for kind, code in OUTSIDE.items() if not (weak and "raw" in kind)}
    done = run_python(CALLS + tried(attacks))
    assert done.stdout == "end\n", (without, done.stderr)
    now = secret.stat()
    assert (now.st_mode, now.st_mtime, now.st_size) == (told.st_mode, told.st_mtime, told.st_size)
    assert [path.name for path in tmp_path.iterdir()] == ["api_key"]


def test_what_may_be_read_is_not_changed(
    filtered: tuple[str, ...], room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Python's own files; tried on a copy, so that a hole does no harm."""
    place = room / "lib" / "module.py"
    place.parent.mkdir()
    place.parent.chmod(0o777)
    place.write_text("x = 1")
    place.chmod(0o666)
    monkeypatch.setattr(sandbox, "_PYTHON", [*sandbox._PYTHON, str(place.parent)])
    attacks = {
        "mode": "os.fchmod(os.open(place, os.O_RDONLY), 0o777)",
        "times": "os.utime(os.open(place, os.O_RDONLY), (0, 0))",
        "open": "os.open(place, os.O_RDWR)",
        "new": "open(place + 'x', 'w')",
    }
    before = place.stat()
    done = run_python(f"import os\nplace = {str(place)!r}\nprint(open(place).read())\n" + tried(attacks))
    assert done.stdout == "x = 1\nend\n", (filtered, done.stderr)
    assert (before.st_mode, before.st_mtime) == (place.stat().st_mode, place.stat().st_mtime)


WAYS_AROUND = {
    "unshare": "assert call(272, 97, 0x10000000) >= 0",
    "clone into a new user namespace": "assert call(56, 220, 0x10000000 | 17, 0, 0, 0, 0) >= 0",
    "clone3": "assert call(435, 435, bytes(88), 88) >= 0",
    "mount": "assert libc.mount(b'tmpfs', b'.', b'tmpfs', 0, None) == 0",
    "umount": "assert libc.umount2(b'.', 2) == 0",
    "chroot": "assert libc.chroot(b'.') == 0",
    "bpf": "assert call(321, 280, 0, bytes(120), 120) >= 0",
    "keyctl": "assert call(250, 219, 0, -3, 0) >= 0",
    "socket by the numbers of x32": "assert call(0x40000000 | 41, 198, 1, 1, 0) >= 0",
}


def test_the_ways_around_are_closed(filtered: tuple[str, ...]) -> None:
    assert run_python(CALLS + tried(WAYS_AROUND)).stdout == "end\n", filtered


RIGHTS_OF_ROOT = {
    "device": "os.mknod('disk', 0o660 | stat.S_IFBLK, os.makedev(8, 0))",
    "file that cannot be removed": "fcntl.ioctl(open('a', 'w').fileno(), 0x40086602, struct.pack('l', 0x10))",
    "before all others": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "more of the processor": "os.setpriority(os.PRIO_PROCESS, 0, -5)",
    "owner": "os.chown('.', 1, 1)",
    "another user": "os.setuid(1)",
}


def test_root_has_no_rights_in_there(layers: tuple[str, ...], room: Path) -> None:
    """It stays root where it cannot become another user, as where Python lies in a folder of root's."""
    done = run_python("import fcntl, stat, struct\n" + tried(RIGHTS_OF_ROOT))
    assert done.stdout == "end\n", (layers, done.stderr)
    assert not list(room.iterdir())


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

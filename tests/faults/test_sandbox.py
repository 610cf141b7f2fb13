"""Code that tries to get out of the sandbox, with each layer of it and without; and for a user who is not root."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from molgrad.programs.sandbox import Run, run_python
from molgrad.programs.sandbox import run as sandbox
from molgrad.programs.sandbox.seccomp import filters

pytestmark = pytest.mark.slow
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


def _named(without: tuple[str, ...]) -> str:
    return "-".join(("no", *without)) if without else "all"


@pytest.fixture(params=LAYERS, ids=_named)
def every_layer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setattr(sandbox, "_WITHOUT", request.param)
    return tuple(request.param)


@pytest.fixture(params=FEW, ids=_named)
def layers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """What is left out. Nothing that would harm this machine is tried where nothing holds it back."""
    monkeypatch.setattr(sandbox, "_WITHOUT", request.param)
    return tuple(request.param)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files that every user may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="mg") as name:
        Path(name).chmod(0o777)
        monkeypatch.setattr(tempfile, "tempdir", name)
        monkeypatch.setenv("TMPDIR", name)
        yield Path(name)


@pytest.fixture(params=[(), ("mounts",), ("namespaces",)], ids=_named)
def filtered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The same, with the filters; as root the calls below would change the machine without them."""
    monkeypatch.setattr(sandbox, "_WITHOUT", request.param)
    if not _filtered(run_python("")):
        pytest.skip("this kernel takes no filters")
    return tuple(request.param)


def _filtered(done: Run) -> bool:
    return "no sockets (seccomp)" in done.isolation.network


def _alone(done: Run) -> bool:
    return done.isolation.processes.startswith("own process namespace")


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
        if _filtered(done) or (abstract and _alone(done)) or "root of its own" in done.isolation.files:
            assert not reached
        if _filtered(done):
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


def _processes(mark: str) -> list[str]:
    """Those that have a text in their command or environment; a program's own has its folder there."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            told = (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
            found += [path.name] * (mark.encode() in told)
    return found


FORKS = """
import os, time
n = 0
try:
    while n < {most}:
        if {fork} == 0:
            {then}
            time.sleep(60); os._exit(0)
        n += 1
except OSError as error:
    print(n, error, flush=True)
time.sleep(0.3)
print(n, flush=True)
"""


@pytest.mark.parametrize("fork", ["os.fork()", "fork()"])
@pytest.mark.parametrize("then", ["pass", "os.setsid()", "os.fork(); os.fork()"])
def test_forks_are_bounded_together(fork: str, then: str, layers: tuple[str, ...], room: Path) -> None:
    most = 100 if "seccomp" in layers else 11_000
    done = run_python(CALLS + FORKS.format(fork=fork, then=then, most=most), timeout=8)
    assert done.seconds < 10
    made = [int(line.split()[0]) for line in done.stdout.splitlines() if line[:1].isdigit()]
    if _filtered(done):
        assert max(made, default=0) <= 40
    else:  # a root without namespaces is bound by the watch only
        assert "processes" in done.reason or max(made, default=0) <= 40 or "allowed" in done.reason, layers
    if _alone(done) or _filtered(done):
        assert not _processes(f"HOME={room}")


def test_a_double_forked_daemon_dies_too(layers: tuple[str, ...]) -> None:
    mark = f"molgrad-daemon-{os.getpid()}-{time.monotonic_ns()}"
    code = CALLS + (
        "if fork() == 0:\n os.setsid()\n if fork() == 0:\n"
        f"  os.execv('/bin/sh', ['/bin/sh', '-c', 'sleep 60; : {mark}'])\n os._exit(0)\nimport time; time.sleep(0.3)"
    )
    done = run_python(code)
    if _alone(done) or _filtered(done):
        assert not _processes(mark), layers
    for pid in _processes(mark):
        os.kill(int(pid), signal.SIGKILL)


def test_memory_is_bounded_together(layers: tuple[str, ...]) -> None:
    code = CALLS + (
        "import time\nfor i in range(8):\n if fork() == 0:\n  held = bytearray(os.urandom(1) * (200 * 2**20))\n"
        "  time.sleep(30); os._exit(0)\ntime.sleep(6)\nprint('all of it')"
    )
    done = run_python(code, timeout=20, memory_mb=512)
    together = "more than 512 MB of memory in its processes together" in done.reason
    if "one process" in done.isolation.processes:
        assert done.seconds < 10  # nothing was forked
    else:
        assert together, layers
        assert "all of it" not in done.stdout


def test_what_processes_share_is_counted_once() -> None:
    code = (
        "import os, time\nheld = bytearray(b'x' * (150 * 2**20))\nchildren = []\n"
        "for i in range(8):\n child = os.fork()\n"
        " if child == 0:\n  time.sleep(0.5); os._exit(0)\n children.append(child)\n"
        "for child in children: os.waitpid(child, 0)\nprint('fine')"
    )
    done = run_python(code, timeout=20, memory_mb=512)
    if "one process" in done.isolation.processes:
        pytest.skip(f"forks are refused here: {done.isolation.processes}")
    assert (done.stdout, done.reason) == ("fine\n", "")


@pytest.mark.parametrize(
    "code",
    [
        "print(os.memfd_create('x'))",
        "print(libc.shmget(0, 10**9, 0o1666) + 1 or 1 / 0)",
        "open('/dev/shm/x', 'wb').write(b'x')",
        "print(libc.msgget(0, 0o1666) + 1 or 1 / 0)",
    ],
)
def test_no_memory_outside_the_limits(code: str, layers: tuple[str, ...]) -> None:
    done = run_python(CALLS + code)
    if _filtered(done) or ("shm/x" in code and done.isolation.files.startswith("its own folder")):
        assert not done.ok, layers
    Path("/dev", "shm", "x").unlink(missing_ok=True)


FILES = {
    "many": "for i in range(100_000): open(f'f{i}', 'w').close()",
    "folders": "for i in range(100_000): os.makedirs(f'd{i}/e')",
    "deep": "for i in range(100_000): os.mkdir('d'); os.chdir('d')",
    "large": "for i in range(1_000): open(f'f{i}', 'wb').write(bytes(15_000_000))",
    "removed but open": "held = []\nfor i in range(60):\n f = open('f', 'wb'); os.remove('f'); held.append(f)\n"
    " f.write(b'x' * 15_000_000); f.flush()",
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_files_are_bounded_together(kind: str, layers: tuple[str, ...], room: Path) -> None:
    if kind == "removed but open" and layers not in ((), ("landlock",)):
        return  # one process holds at most 64 of them, of 16 MB each, and they go with it
    before = os.statvfs(tempfile.gettempdir())
    done = run_python(f"import os\n{FILES[kind]}\nprint('all of it')", timeout=20)
    assert not list(room.iterdir())  # however deep, it is gone
    if kind == "removed but open" and "(watched)" in done.isolation.limits:
        return
    assert "No space left" in done.reason or "files" in done.reason or "too long" in done.reason, layers
    after = os.statvfs(tempfile.gettempdir())
    assert (before.f_bavail - after.f_bavail) * before.f_frsize < 100_000_000


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
    elif _alone(done) or _filtered(done):
        assert not done.ok, layers


def test_it_may_still_signal_itself_and_its_own(layers: tuple[str, ...]) -> None:
    done = run_python("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    assert done.reason == "ended by SIGTERM", layers
    assert run_python("import os; os.abort()").reason == "ended by SIGABRT"
    done = run_python("import subprocess; p = subprocess.Popen(['/bin/sleep', '9']); p.terminate(); print(p.wait())")
    assert done.stdout == "-15\n" or "one process" in done.isolation.processes or not _alone(done)


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


@pytest.mark.parametrize("without", [(), ("landlock",), ("namespaces",), ("namespaces", "landlock")], ids=_named)
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
    if not _filtered(done) or "x86_64" not in os.uname().machine:
        pytest.skip("no filter here, or another machine")
    assert done.reason in ("ended by SIGSYS", "ended by SIGSEGV")


def test_the_program_dies_with_the_process_that_measures(layers: tuple[str, ...], room: Path) -> None:
    code = (
        f"from molgrad.programs.sandbox import run\nrun._WITHOUT = {layers!r}\n"
        "run.run_python('import time; time.sleep(50)', timeout=50)"
    )
    child = subprocess.Popen([sys.executable, "-c", code])
    for _ in range(200):
        if any(b"main.py" in path or b"--hooked" in path for path in map(_command, _processes(f"HOME={room}"))):
            break
        time.sleep(0.05)
    assert _processes(f"HOME={room}")
    child.kill()
    child.wait()
    for _ in range(100):
        if not _processes(f"HOME={room}"):
            return
        time.sleep(0.05)
    pytest.fail(f"{_processes(str(room))} are still there")


def _command(pid: str) -> bytes:
    try:
        return Path("/proc", pid, "cmdline").read_bytes()
    except OSError:
        return b""


BECOME = """
import ctypes, os, sys
from molgrad.programs.sandbox import child, run
libc = ctypes.CDLL(None, use_errno=True)
if not run._open_to_all(run.Path(sys.executable)):
    if not (run._open_within() and child._opened(libc, {{"inside": 65534, "readable": run._PYTHON}})):
        sys.exit(77)
child._become(65534)
libc.prctl(4, 1, 0, 0, 0)
os.environ.update(HOME="/tmp", PYTHONDONTWRITEBYTECODE="1")
os.execv(sys.executable, [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider",
                          "-m", "slow", "--basetemp", {base!r}, {path!r}, "-k", "not not_root and not namespaces"])
"""


def test_all_of_this_holds_for_a_user_who_is_not_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("this run is it")
    base = str(Path(tempfile.gettempdir(), f"molgrad-nobody-{os.getpid()}"))
    code = BECOME.format(base=base, path=__file__)
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    if done.returncode == 77:
        pytest.skip("Python lies in root's own folders, and no mounts can be made here")
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-1_000:]

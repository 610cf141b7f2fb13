"""The child's side: shuts itself in, then becomes the program. Run by path, so it imports the standard library only.

Arguments: a JSON object with memory (bytes), cpu (s), size (bytes a file), room (bytes of all files), entries (number
of files), processes, readable (folders), report (a descriptor), user (whom root should become; 0: stay), inside (the
same, where Python lies in folders that only root may enter, and a root of its own can be made), filters (seccomp's
layers), itself (what stands in them for this process), parent (who started this), without (what to leave out).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import runpy
import signal
import stat
import struct
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

_MOUNTS = 0x00020000
_NAMESPACES = 0x10000000 | 0x40000000 | 0x20000000 | 0x08000000 | _MOUNTS  # user, network, process, IPC, mounts
_NO_NEW_PRIVS, _PDEATHSIG, _DUMPABLE, _SECCOMP, _FILTER = 38, 1, 4, 22, 2
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # the same numbers on every Linux
_SECUREBITS, _NO_ROOT, _BOUNDING_DROP, _CAPABILITIES = 28, 3, 24, 0x20080522  # the third version of capset
_MOUNT_SETATTR, _HERE, _RECURSIVE, _READ_ONLY = 442, -100, 0x8000, 1
_PRIVATE, _BIND, _DETACH, _NO_SUID_NO_DEVICES = (1 << 18) | (1 << 14), (1 << 12) | (1 << 14), 2, 2 | 4
_NOBODY = 65534
# The rights of Landlock's first version, which cover reading and writing; later ones are added where they are known:
# links between folders (2), truncation (3), device controls (5), UNIX sockets by path (9).
_FIRST, _LATER = (1 << 13) - 1, {2: 1 << 13, 3: 1 << 14, 5: 1 << 15, 9: 1 << 16}
_READ = (1 << 0) | (1 << 2) | (1 << 3)
_FILE_RIGHTS = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14) | (1 << 15)
_READABLE = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/zero")
_STOPPED = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pty.spawn")
_OF_FILES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
             "os.chown", "os.utime", "os.listdir", "os.scandir", "open")  # fmt: skip
_READING = ("os.listdir", "os.scandir")


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def main(settings: dict[str, Any]) -> None:
    """Confine this process, report how well that went, and run main.py of the present folder.

    Args:
        settings: the object that the module's docstring describes.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    without = settings["without"]
    mounts = "mounts" not in without and "namespaces" not in without
    _become(settings["inside"] if mounts and _opened(libc, settings) else settings["user"])
    root = os.geteuid() == 0
    _die_with_parent(libc, settings["parent"])
    landlock = "landlock" not in without and _landlock(libc) > 0
    alone, mapped = _unshared(libc) if "namespaces" not in without else (False, False)
    held = {"alone": alone}
    mounts = mounts and mapped
    held["rooted"] = mounts and not landlock and _own_root(libc, settings)
    held["mounted"] = held["rooted"] or (mounts and _own_folder(libc, settings))
    held["confined"] = landlock and _confined(libc, settings["readable"])
    # A limit on the number of processes binds no root; then, and without a namespace that ends them all, one must do.
    held["single"] = not held["alone"] or root
    held["filtered"] = "seccomp" not in without and _would_filter(libc, settings)
    os.write(settings["report"], json.dumps(held).encode())
    os.close(settings["report"])
    if held["alone"]:
        _relay(os.fork(), libc)  # only children of the one that unshared are in the new process namespace
        _relay(os.fork(), libc)  # the namespace's first process ignores signals, so the program is its second
        os.setsid()  # what it sends to its group must not stop the relays
    _limited(settings)
    _without_rights(libc)
    if held["filtered"]:
        _filter(libc, settings, ["always", *["one_process"] * held["single"], *["metadata"] * (not held["mounted"])])
    guarded = held["confined"] or held["rooted"]
    hooked = [__file__, "--hooked", json.dumps([] if guarded else [*_READABLE, *settings["readable"]])]
    program = ["main.py"] if held["alone"] and guarded else hooked
    os.execv(sys.executable, [sys.executable, "-I", "-X", "utf8", *program])  # noqa: S606 - no shell is the point


def _opened(libc: ctypes.CDLL, settings: dict[str, Any]) -> bool:
    """As root: show nobody a Python that lies in folders that only root may enter, by covering these with open ones."""
    if os.geteuid() != 0 or not settings["inside"]:
        return False
    covered: list[str] = []
    try:
        if libc.unshare(_MOUNTS) != 0 or libc.mount(None, b"/", None, ctypes.c_ulong(_PRIVATE), None) != 0:
            return False
        real = sorted(set(map(os.path.realpath, settings["readable"])))
        places = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in real}  # they lead to what will be covered
        for path in places:
            covered += _covered(libc, path)
            if not os.path.lexists(path):
                _bound(libc, f"/proc/self/fd/{places[path]}", path)
        for there in places.values():
            os.close(there)
    except (AttributeError, OSError):  # not Linux, or a place where nothing can be made
        for place in covered:
            libc.umount2(os.fsencode(place), _DETACH)
        return False
    return True


def _covered(libc: ctypes.CDLL, path: str) -> list[str]:
    for above in reversed(Path(path).parents):
        if not above.stat().st_mode & stat.S_IXOTH:
            if not _tmpfs(libc, str(above), "mode=755"):
                raise OSError(ctypes.get_errno(), str(above))
            return [str(above)]
    return []


def _become(user: int) -> None:
    if user:
        with contextlib.suppress(PermissionError):  # a root without root's rights, as some containers have
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)


def _without_rights(libc: ctypes.CDLL) -> None:
    """Take its rights from a root that could not become another user: to devices, flags of files, scheduling."""
    try:
        libc.prctl(_SECUREBITS, _NO_ROOT, 0, 0, 0)  # else the next program has them again
        for right in range(64):
            libc.prctl(_BOUNDING_DROP, right, 0, 0, 0)
        libc.capset(struct.pack("<Ii", _CAPABILITIES, 0), bytes(24))
    except AttributeError:  # not Linux
        return


def _die_with_parent(libc: ctypes.CDLL, parent: int) -> None:
    try:
        libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_DUMPABLE, 1, 0, 0, 0)  # having become another user, it could not write its own maps
    except AttributeError:  # not Linux
        return
    if os.getppid() != parent:
        os._exit(1)


def _unshared(libc: ctypes.CDLL) -> tuple[bool, bool]:
    """Whether this process is in namespaces of its own, and whether it is somebody there, who can make files."""
    user, group = os.geteuid(), os.getegid()
    try:
        if libc.unshare(_NAMESPACES) != 0:
            return False, False
    except AttributeError:  # not Linux
        return False, False
    # Never root inside: the program keeps no right over its namespaces.
    maps = {"setgroups": "deny", "uid_map": f"{user or _NOBODY} {user} 1", "gid_map": f"{group or _NOBODY} {group} 1"}
    try:
        for name, text in maps.items():
            Path("/proc/self", name).write_text(text)
    except OSError:
        return True, False
    return True, True


def _own_root(libc: ctypes.CDLL, settings: dict[str, Any]) -> bool:
    """Make what may be read the whole file system of this process, and its folder a file system that has a size."""
    folder = str(Path.cwd())
    files = _files(Path(folder))
    readable = settings["readable"]
    try:
        if libc.mount(None, b"/", None, ctypes.c_ulong(_PRIVATE), None) or not _tmpfs(libc, folder, "mode=755"):
            return False
        for path in sorted({*_READABLE, "/dev/null", *readable, *map(os.path.realpath, readable)}):
            if os.path.lexists(path) and not os.path.lexists(folder + path):  # what lies beneath a folder came with it
                _bound(libc, path, folder + path)
        Path(folder + folder).mkdir(parents=True)
        done = _attributes(libc, folder, _RECURSIVE, _READ_ONLY, 0) and _tmpfs(
            libc, folder + folder, _size(settings, files)
        )
        os.chdir(folder)
        if done and libc.pivot_root(b".", b".") == 0:
            libc.umount2(b".", _DETACH)
            os.chdir(folder)
            _written(files)
            return True
    except (OSError, AttributeError):
        pass
    os.chdir("/")
    while libc.umount2(os.fsencode(folder), _DETACH) == 0:
        pass
    os.chdir(folder)
    return False


def _own_folder(libc: ctypes.CDLL, settings: dict[str, Any]) -> bool:
    """Make every file system read-only for this process, and its folder one of its own that has a size."""
    folder = str(Path.cwd())
    files = _files(Path(folder))
    if libc.mount(None, b"/", None, ctypes.c_ulong(_PRIVATE), None) or not _tmpfs(libc, folder, _size(settings, files)):
        return False
    os.chdir(folder)
    try:
        _written(files)
        if _attributes(libc, "/", _RECURSIVE, _READ_ONLY, 0):
            return _attributes(libc, folder, 0, 0, _READ_ONLY)
    except OSError:
        pass
    libc.umount2(os.fsencode(folder), _DETACH)
    os.chdir(folder)
    return False


def _bound(libc: ctypes.CDLL, path: str, place: str) -> None:
    there, here = Path(path), Path(place)
    here.parent.mkdir(parents=True, exist_ok=True)
    if there.is_symlink() and not path.startswith("/proc/"):
        here.symlink_to(there.readlink())
        return
    here.mkdir() if there.is_dir() else here.touch()
    if libc.mount(os.fsencode(path), os.fsencode(place), None, ctypes.c_ulong(_BIND), None) != 0:
        raise OSError(ctypes.get_errno(), path)


def _tmpfs(libc: ctypes.CDLL, place: str, options: str) -> bool:
    flags = ctypes.c_ulong(_NO_SUID_NO_DEVICES)
    return bool(libc.mount(b"tmpfs", os.fsencode(place), b"tmpfs", flags, options.encode()) == 0)


def _attributes(libc: ctypes.CDLL, place: str, how: int, given: int, taken: int) -> bool:
    change = struct.pack("<QQQQ", given, taken, 0, 0)
    size = ctypes.c_size_t(len(change))
    return bool(libc.syscall(_MOUNT_SETATTR, _HERE, os.fsencode(place), how, change, size) == 0)


def _size(settings: dict[str, Any], files: dict[Path, bytes]) -> str:
    size = settings["room"] + sum(map(len, files.values()))
    return f"size={size},nr_inodes={settings['entries'] + 2 * len(files)},mode=700"


def _files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _written(files: dict[Path, bytes]) -> None:
    for name, content in files.items():
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_bytes(content)


def _landlock(libc: ctypes.CDLL) -> int:
    """The version that the kernel offers; 0 or less where it offers none."""
    try:
        return int(libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))
    except AttributeError:
        return 0


def _confined(libc: ctypes.CDLL, readable: list[str]) -> bool:
    """Let this process and its children read Python's own files and touch nothing but the present folder."""
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    version = _landlock(libc)
    rules = _Ruleset(_FIRST | sum(right for since, right in _LATER.items() if version >= since))
    ruleset = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), ctypes.c_size_t(8), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    for path in (*_READABLE, *readable, __file__):
        _allow(libc, ruleset, path, _READ)
    _allow(libc, ruleset, "/dev/null", _FILE_RIGHTS & rules.handled)
    _allow(libc, ruleset, ".", rules.handled)
    held = libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0
    os.close(ruleset)
    return bool(held)


def _would_filter(libc: ctypes.CDLL, settings: dict[str, Any]) -> bool:
    """Whether the kernel takes filters: told before the last fork, where one could not be taken back."""
    if not settings["filters"]:
        return False
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    allow_all = struct.pack("<HBBI", 0x06, 0, 0, 0x7FFF0000)
    return bool(libc.prctl(_SECCOMP, _FILTER, ctypes.byref(_Program(1, allow_all)), 0, 0) == 0)


def _filter(libc: ctypes.CDLL, settings: dict[str, Any], layers: list[str]) -> None:
    for name in layers:
        steps = bytes.fromhex(settings["filters"][name])
        mark, itself = struct.pack("<I", settings["itself"]), struct.pack("<I", os.getpid())
        steps = steps.replace(mark, itself)
        if libc.prctl(_SECCOMP, _FILTER, ctypes.byref(_Program(len(steps) // 8, steps)), 0, 0) != 0:
            os._exit(1)  # it was reported as held


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    if not Path(path).exists():
        return
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = _Beneath(rights if Path(path).is_dir() else rights & _FILE_RIGHTS, parent)
    libc.syscall(_LANDLOCK_ADD, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
    os.close(parent)


def _relay(child: int, libc: ctypes.CDLL) -> None:
    """In the parent: wait, and end as the child ended. In the child: die when the parent does."""
    if child == 0:
        libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        return
    # The namespace's end is waited for, so that nothing of it runs on when this process is gone.
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(status if status >= 0 else 128 - status)


def _limited(settings: dict[str, Any]) -> None:
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 64, resource.RLIMIT_FSIZE: settings["size"]}
    limits |= {resource.RLIMIT_NPROC: settings["processes"], resource.RLIMIT_CPU: settings["cpu"]}
    limits[resource.RLIMIT_AS] = settings["memory"]
    for kind, most in limits.items():
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # a lower limit holds already, or the system has none of this kind
            continue


def hooked(readable: list[str]) -> None:
    """Run main.py with Python's own ways to the network, to other programs and to other files stopped.

    Args:
        readable: files and folders that may be read; none where the kernel guards the files.
    """
    ours = os.path.realpath(".")
    roots = [os.path.realpath(path) for path in readable]

    def stop(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_STOPPED):
            raise PermissionError(f"{event} is not allowed in the sandbox")
        if roots and event.startswith(_OF_FILES):
            reading = event.startswith(_READING) or (event == "open" and not _writes(arguments))
            for path in arguments[: 1 if event == "open" else 2]:
                if isinstance(path, str | bytes | os.PathLike) and not _beneath(
                    path, [ours, *(roots if reading else ())]
                ):
                    raise PermissionError(f"{event} of {os.fsdecode(path)!r} is not allowed in the sandbox")

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        while trace is not None and trace.tb_frame.f_code.co_filename != "main.py":
            trace = trace.tb_next  # what lies above the program is ours
        sys.__excepthook__(kind, error.with_traceback(trace), trace)

    sys.excepthook = show
    sys.addaudithook(stop)
    sys.argv = ["main.py"]
    runpy.run_path("main.py", run_name="__main__")


def _writes(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)) and arguments[0] != os.devnull


def _beneath(path: str | bytes | os.PathLike[str], roots: list[str]) -> bool:
    real = os.path.realpath(os.fsdecode(path))
    return real == os.devnull or any(real == root or real.startswith(root + os.sep) for root in roots)


if __name__ == "__main__":
    if sys.argv[1] == "--hooked":
        hooked(json.loads(sys.argv[2]))
    else:
        main(json.loads(sys.argv[1]))

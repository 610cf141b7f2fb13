"""The docking processes: one that loads the receptor and builds the maps, and the workers it forks.

The parent never forks. It starts this module in a fresh interpreter (no threads, no notebook state), which
imports everything, builds the maps once and forks workers that share them. Messages are JSON lines:

    parent -> fork server   {"do": "fork"} with a socket attached; {"do": "kill", "pid": n}
    fork server -> parent   {"event": "imported" | "ready" | "forked" | "refused" | "exited", ...}
    parent -> worker   a job;  worker -> parent   {"event": "next"} before each further species, then its outcome

When the parent is gone, even by `kill -9`, the control socket closes and the fork server ends its workers and
itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import selectors
import signal
import socket
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from molgrad.docking.pool import wire
from molgrad.receptors.receptor import Box

if TYPE_CHECKING:
    from molgrad.docking.vina import Engine

ORPHAN_CHECK = 2.0  # seconds between looks at whether the parent lives; a fork of it may hold our socket
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
WARM_UP = "CC(=O)Nc1ccccc1"  # prepared once before forking, so that tables are built in shared memory


def main(descriptor: int) -> None:
    """Serve the parent at the other end of a socket until it closes."""
    control = socket.socket(fileno=descriptor)
    parent = os.getppid()
    reader = wire.Reader(control)
    setup = _first_message(reader)
    if setup is None:
        return
    import molgrad.docking.searching  # noqa: F401  (all that workers need is imported before they are forked)
    import molgrad.docking.vina as engine_module

    _warm_up()
    wire.send(control, {"event": "imported"})  # what fails from here on is the receptor's fault
    engine = _build(setup, engine_module)
    gc.collect()
    gc.freeze()  # else the collector of each worker touches, and so copies, every shared page
    wire.send(control, {"event": "ready", "versions": engine_module.versions()})
    ForkServer(control, engine, parent).serve()


def _first_message(reader: wire.Reader) -> wire.Message | None:
    while True:
        messages = reader.read()
        if messages is None:
            return None
        if messages:
            return messages[0]


def _build(setup: wire.Message, module: Any) -> Engine:
    box = Box(tuple(setup["center"]), tuple(setup["size"]))
    engine: Engine = module.Engine(setup["pdbqt"], box, setup["seed"])
    return engine


def _warm_up() -> None:
    from rdkit import rdBase

    from molgrad.docking.ligand import prepare_ligand

    rdBase.DisableLog("rdApp.*")
    prepare_ligand(WARM_UP)


class ForkServer:
    """Forks workers on request, reaps them and tells the parent how they ended."""

    def __init__(self, control: socket.socket, engine: Engine, parent: int) -> None:
        self._control = control
        self._reader = wire.Reader(control)  # keeps half a message until the rest comes
        self._engine = engine
        self._parent = parent
        self._children: set[int] = set()
        self._wake, self._wake_signal = socket.socketpair()
        self._wake.setblocking(False)
        self._wake_signal.setblocking(False)

    def serve(self) -> None:
        """Until the parent closes the control socket, or is gone."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_signal.fileno(), warn_on_full_buffer=False)
        selector = selectors.DefaultSelector()
        selector.register(self._control, selectors.EVENT_READ)
        selector.register(self._wake, selectors.EVENT_READ)
        try:
            while os.getppid() == self._parent:
                ready = [key.fileobj for key, _ in selector.select(ORPHAN_CHECK)]
                if self._wake in ready:
                    self._drain()
                self._reap()
                if self._control in ready and not self._handle():
                    return
        except OSError:
            return  # the parent is gone
        finally:
            for pid in self._children:
                os.kill(pid, signal.SIGKILL)

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake.recv(4096)

    def _handle(self) -> bool:
        # One request is under way at a time, so a message is never split or mixed with another's socket.
        data, descriptors, _, _ = socket.recv_fds(self._control, 4096, 1)
        if not data:
            return False
        for message in self._reader.feed(data):
            if message["do"] == "fork":
                self._fork(descriptors.pop())
            elif message["do"] == "kill" and message["pid"] in self._children:
                os.kill(message["pid"], signal.SIGKILL)
        return True

    def _fork(self, descriptor: int) -> None:
        try:
            pid = os.fork()
        except OSError as error:  # too little memory, too many processes; those that run go on
            os.close(descriptor)
            wire.send(self._control, {"event": "refused", "reason": error.strerror})
            return
        if pid == 0:
            code = 1
            try:
                self._become_worker(descriptor)
                code = 0
            finally:
                os._exit(code)
        os.close(descriptor)
        self._children.add(pid)
        wire.send(self._control, {"event": "forked", "pid": pid})

    def _become_worker(self, descriptor: int) -> None:
        fork_server = os.getppid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _die_with_parent(fork_server)
        for sock in (self._control, self._wake, self._wake_signal):
            sock.close()
        work(socket.socket(fileno=descriptor), self._engine)

    def _reap(self) -> None:
        for pid in sorted(self._children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self._children.discard(pid)
                wire.send(
                    self._control,
                    {"event": "exited", "pid": pid, "code": os.waitstatus_to_exitcode(status)},
                )


def _die_with_parent(parent: int) -> None:
    """Have the kernel end this process with its parent (Linux); elsewhere a closed socket does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call
            os._exit(1)


def work(sock: socket.socket, engine: Engine) -> None:
    """Dock job after job until the parent closes the socket."""
    from molgrad.docking.searching import dock

    reader = wire.Reader(sock)
    while (messages := reader.read()) is not None:
        for job in messages:
            started = time.monotonic()
            try:
                outcome = dock(engine, job, partial(wire.send, sock, {"id": job["id"], "event": "next"}))
            except Exception as error:  # a fault of ours: the batch goes on, and the row says what it was
                outcome = {
                    "status": "failed", "reason": f"{type(error).__name__}: {error}"[:500],
                    "seconds": round(time.monotonic() - started, 3),
                }  # fmt: skip
            wire.send(sock, {"id": job["id"], **outcome})

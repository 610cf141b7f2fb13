"""The docking processes: one that loads the receptor and builds the maps, and the workers it forks.

The parent never forks. It starts this module in a fresh interpreter (no threads, no notebook state), which
imports everything, builds the maps once and forks workers that share them. Messages are JSON lines:

    parent -> fork server   {"do": "fork"} with a socket attached; {"do": "kill", "pid": n}
    fork server -> parent   {"event": "imported" | "ready" | "forked" | "refused" | "exited", ...}
    parent -> worker   a job;  worker -> parent   {"event": "next"} before each further species, then its outcome

When the parent is gone, even by `kill -9`, the control socket closes and the fork server ends its workers, what
they started, and itself.
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
from molgrad.docking.pool.orphans import adopt, children, end_children
from molgrad.docking.request import DockRequest, EngineRef, ReceptorContent
from molgrad.docking.result import DockResult, Provenance
from molgrad.evaluation import Status

if TYPE_CHECKING:
    from molgrad.docking.engine import DockEngine

ORPHAN_CHECK = 2.0  # seconds between looks at whether the parent lives; a fork of it may hold our socket
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def main(descriptor: int) -> None:
    """Serve the parent at the other end of a socket until it closes."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # a batch system sends them to all: the parent decides
        signal.signal(number, lambda *_: None)
    control = socket.socket(fileno=descriptor)
    parent = os.getppid()
    reader = wire.Reader(control)
    setup = _first_message(reader)
    if setup is None:
        return
    from molgrad.docking.engine import load_engine  # after the first message: imports take seconds

    engine = load_engine(EngineRef(**setup["engine"]))
    engine.warm_up()
    wire.send(control, {"event": "imported", "title": engine.title})  # what fails from here on is the receptor's fault
    engine.prepare(ReceptorContent.from_json(setup["receptor"]), setup["seed"])
    gc.collect()
    gc.freeze()  # else the collector of each worker touches, and so copies, every shared page
    wire.send(control, {"event": "ready", "engine": engine.name, "versions": engine.versions()})
    ForkServer(control, engine, parent).serve()


def _first_message(reader: wire.Reader) -> wire.Message | None:
    while True:
        messages = reader.read()
        if messages is None:
            return None
        if messages:
            return messages[0]


class ForkServer:
    """Forks workers on request, reaps them and tells the parent how they ended."""

    def __init__(self, control: socket.socket, engine: DockEngine, parent: int) -> None:
        self._control = control
        self._reader = wire.Reader(control)  # keeps half a message until the rest comes
        self._engine = engine
        self._parent = parent
        self._children: set[int] = set()
        self._helpers = children()  # of the engine, for all workers
        self._wake, self._wake_signal = socket.socketpair()
        self._wake.setblocking(False)
        self._wake_signal.setblocking(False)

    def serve(self) -> None:
        """Until the parent closes the control socket, or is gone."""
        adopt()  # what a worker that was killed had started
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
            end_children()

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
        die_with_parent(fork_server)
        adopt()
        for sock in (self._control, self._wake, self._wake_signal):
            sock.close()
        work(socket.socket(fileno=descriptor), self._engine)

    def _reap(self) -> None:
        for pid in sorted(self._children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self._children.discard(pid)
                end_children(self._children | self._helpers)
                wire.send(
                    self._control,
                    {"event": "exited", "pid": pid, "code": os.waitstatus_to_exitcode(status)},
                )


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process with its parent (Linux); elsewhere a closed socket does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call
            os._exit(1)


def work(sock: socket.socket, engine: DockEngine) -> None:
    """Dock job after job until the parent closes the socket."""
    reader = wire.Reader(sock)
    while (messages := reader.read()) is not None:
        for job in messages:
            request = DockRequest.from_json(job["request"])
            tell = partial(wire.send, sock, {"id": job["id"], "event": "next"})
            started = time.monotonic()
            try:
                answer = wire.encode({"id": job["id"], "result": engine.dock(request, tell).to_json()})
            except Exception as error:  # a fault of ours: the batch goes on, and the row says what it was
                answer = wire.encode({"id": job["id"], "result": _failed(engine, request, error, started)})
            sock.sendall(answer)


def _failed(engine: DockEngine, request: DockRequest, error: Exception, started: float) -> dict[str, Any]:
    seconds = round(time.monotonic() - started, 3)
    done = Provenance(engine.name, engine.versions(), request.settings.effort.name, seconds=seconds)
    reason = f"{type(error).__name__}: {error}"[:500]
    return DockResult(request.smiles, status=Status.FAILED, reason=reason, provenance=done).to_json()

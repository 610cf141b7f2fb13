"""The parent's end of the docking processes: start the fork server, ask it for workers, hear how they ended."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import asdict

from molgrad.docking.engine import settled
from molgrad.docking.pool import wire
from molgrad.docking.request import EngineRef, ReceptorContent
from molgrad.errors import ReceptorError, WorkerDiedError
from molgrad.llm.text import without_keys

START_LIMIT = 180.0  # seconds for imports and maps; 3 s is usual, a cold network disk takes long
REPLY_LIMIT = 60.0  # seconds for a fork, which takes 0.01
ERROR_FILE_LIMIT = 1 << 20  # bytes of noise kept from the docking processes

# The child sees the same modules as the parent, however they came onto its path (notebook, editable install).
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from molgrad.docking.pool.worker import main; main(int(sys.argv[2]))"
)
SINGLE_THREADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class ForkRefused(WorkerDiedError):
    """The system gave no further process or socket; the fork server itself lives."""


class ForkServerProcess:
    """A process that holds one receptor's maps and forks workers. Not thread-safe: one thread owns it.

    Args:
        receptor: what is docked into.
        engine: the docking program.
        seed: of the requests to come.

    Raises:
        ReceptorError: it could not load the receptor; with the last line of its error stream.
        WorkerDiedError: it could not start at all.
    """

    def __init__(self, receptor: ReceptorContent, engine: EngineRef, seed: int) -> None:
        self._events: deque[wire.Message] = deque()
        # Both output streams go to a file of ours: Vina and Open Babel print, and the user's stdout is CSV.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the process)
        fcntl.fcntl(self._errors, fcntl.F_SETFL, os.O_APPEND)  # so that it can be cut while they write
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = self._spawn(theirs)
        self._reader = wire.Reader(self._control)
        try:
            self._handshake(receptor, engine, seed)
        except BaseException:
            self.close()
            raise

    def _spawn(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        path = json.dumps([entry or os.getcwd() for entry in sys.path])  # noqa: PTH109  (a string is wanted)
        env = {**os.environ, **dict.fromkeys(SINGLE_THREADED, "1"), "PYTHONHASHSEED": "0"}
        # -P: a json.py in the working directory must not stand in for the real one.
        program = [sys.executable, "-P", "-c", BOOT, path, str(theirs.fileno())]
        return subprocess.Popen(  # noqa: S603  (our own interpreter, no shell, no user text)
            program,
            stdin=subprocess.DEVNULL,
            stdout=self._errors,
            stderr=self._errors,
            pass_fds=[theirs.fileno()],
            env=env,
            start_new_session=True,  # a terminal's Ctrl-C reaches the parent alone, which decides
        )

    def _handshake(self, receptor: ReceptorContent, engine: EngineRef, seed: int) -> None:
        with contextlib.suppress(OSError):  # it died at once: the next read says so
            setup = {"receptor": receptor.to_json(), "engine": asdict(settled(engine)), "seed": seed}
            wire.send(self._control, setup)
        started = self._await(("imported",), START_LIMIT)
        if started is None:
            raise WorkerDiedError(f"the docking process could not start: {self.stderr_tail()}")
        self.title: str = started["title"]
        ready = self._await(("ready",), START_LIMIT)
        if ready is None:
            raise ReceptorError(f"{receptor.name}: {self.title} could not use the receptor: {self.stderr_tail()}")
        self.versions: dict[str, str] = ready["versions"]
        self.engine: str = ready["engine"]

    @property
    def pid(self) -> int:
        """Process id of the fork server."""
        return self._process.pid

    def fileno(self) -> int:
        """The control socket, for a selector: readable when `events` has something."""
        return self._control.fileno()

    def events(self) -> list[wire.Message] | None:
        """What happened since the last call; None once the fork server is gone. Call when readable or `pending`."""
        if self._events:  # they came during a fork: the socket may hold nothing, and reading it would wait
            found = list(self._events)
            self._events.clear()
            return found
        return self._receive()

    def pending(self) -> bool:
        """Whether `events` holds something that arrived during a `fork`."""
        return bool(self._events)

    def fork(self) -> tuple[int, socket.socket]:
        """A new worker: its process id and the socket to talk to it.

        Raises:
            ForkRefused: too little memory, too many processes or open files.
            WorkerDiedError: the fork server is gone or does not answer.
        """
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise ForkRefused(error.strerror) from None
        with theirs:
            try:
                socket.send_fds(self._control, [wire.encode({"do": "fork"})], [theirs.fileno()])
                reply = self._await(("forked", "refused"), REPLY_LIMIT)
            except OSError:
                reply = None
        if reply is None:
            ours.close()
            raise WorkerDiedError(f"the process that holds the maps is gone: {self.stderr_tail()}")
        if reply["event"] == "refused":
            ours.close()
            raise ForkRefused(reply["reason"])
        return int(reply["pid"]), ours

    def kill(self, pid: int) -> None:
        """Kill a worker. The fork server does it: only who reaps a process knows that its id is not reused."""
        with contextlib.suppress(OSError):
            wire.send(self._control, {"do": "kill", "pid": pid})

    def _receive(self) -> list[wire.Message] | None:
        """The messages of one read of the control socket; None once it gives something unreadable."""
        try:
            return self._reader.read()
        except wire.WireError:
            return None

    def _await(self, wanted: tuple[str, ...], limit: float) -> wire.Message | None:
        """The next message of these kinds, others kept for `events`; None when it never comes."""
        deadline = time.monotonic() + limit
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                if not selector.select(left):
                    continue
                messages = self._receive()
                if messages is None:
                    return None
                found = [m for m in messages if m.get("event") in wanted]
                self._events.extend(m for m in messages if m.get("event") not in wanted)
                if found:
                    return found[0]
        return None

    def trim_noise(self) -> None:
        """Keep no more than `ERROR_FILE_LIMIT` bytes of what the docking processes print."""
        if os.fstat(self._errors.fileno()).st_size > ERROR_FILE_LIMIT:
            os.ftruncate(self._errors.fileno(), 0)

    def stderr_tail(self, limit: int = 300) -> str:
        """The last line on the error stream."""
        size = os.fstat(self._errors.fileno()).st_size
        text = os.pread(self._errors.fileno(), 4096, max(0, size - 4096)).decode(errors="replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return without_keys(lines[-1])[-limit:] if lines else "it said nothing"

    def close(self) -> None:
        """End fork server and workers and wait for it; never hangs."""
        self._events.clear()
        self._control.close()  # the fork server sees it, kills its workers and ends
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

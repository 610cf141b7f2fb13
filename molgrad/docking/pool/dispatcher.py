"""The parent's thread that hands jobs to workers, kills what hangs and replaces what died."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count

from molgrad.docking.pool import wire
from molgrad.docking.pool.job import Job, Worker
from molgrad.docking.pool.process import ForkRefused, ForkServerProcess
from molgrad.docking.pool.queue import JobQueue
from molgrad.docking.result import DockResult
from molgrad.errors import MolgradError

RESTARTS = 3  # times in a row that the fork server is started anew before the remaining jobs fail
REFUSALS = 20  # times in a row that the system refuses the only worker before the remaining jobs fail
REFUSED_PAUSE = 0.5  # seconds before it is asked again
TRIES = 2  # a job whose worker a signal ended is docked once more


class Dispatcher(threading.Thread):
    """Owns the processes. Only `submit`, `wake`, `pids` and `stop` may be called from other threads.

    A future stays pending until its result is there, so that it can be cancelled at any time.

    Args:
        process: the fork server, started.
        restart: starts another one.
        workers: at most.
        engine: the docking program's title, for messages.
    """

    def __init__(
        self,
        process: ForkServerProcess,
        restart: Callable[[], ForkServerProcess],
        *,
        workers: int,
        engine: str,
    ) -> None:
        super().__init__(name="molgrad-docking", daemon=True)
        self.owner = os.getpid()
        self._process = process
        self._restart = restart
        self._limit = workers
        self._engine = engine
        self._queue = JobQueue()
        self._workers: dict[int, Worker] = {}
        self._numbers = count(1)
        self._restarts = 0
        self._refusals = 0
        self._spawn_at = 0.0  # no worker is asked for before this time; 0 when one may be
        self._broken = ""  # why no job can be docked any more
        self._wake_end, self._wake_signal = socket.socketpair()
        self._wake_end.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake_end, selectors.EVENT_READ)
        self._selector.register(process, selectors.EVENT_READ)

    def submit(self, job: Job) -> Future[DockResult]:
        """Queue a job; cancelling its future ends it even in mid-dock.

        Raises:
            RuntimeError: once stopped.
        """
        self._queue.put(job)
        job.future.add_done_callback(lambda future: self.wake() if future.cancelled() else None)
        self.wake()
        return job.future

    def wake(self) -> None:
        """Have the thread look at its queue."""
        with contextlib.suppress(OSError):
            self._wake_signal.send(b"\0", socket.MSG_DONTWAIT)

    def pids(self) -> tuple[int, ...]:
        """The fork server's process id, then the workers'."""
        return (self._process.pid, *sorted(self._workers.copy()))

    def stop(self, *, kill: bool) -> None:
        """End the thread and the processes; returns when they are gone."""
        self._queue.close(kill=kill)
        self.wake()
        self.join()

    def abandon(self) -> None:
        """End soon, without waiting: for the thread itself, which may hold the lock when its pool is collected."""
        self._queue.closing = "kill"
        self.wake()

    def run(self) -> None:
        """The loop: hand out jobs, wait for whatever comes first, look at the clock."""
        try:
            while not self._finished():
                self._hand_out()
                wait = 0.0 if self._process.pending() else self._next_deadline()
                for key, _ in self._selector.select(wait):
                    self._react(key)
                if self._process.pending():
                    self._on_control()
                self._watch()
        except Exception as error:  # a fault of ours: whoever waits for a result is told, not left waiting
            self._broken = f"the docking thread ended ({type(error).__name__}: {error}); please report it"
        finally:
            self._clean_up()

    def _finished(self) -> bool:
        closing = self._queue.closing  # before its length: once it is closing, nothing comes in
        busy = len(self._queue) > 0 or any(w.job for w in self._workers.values())
        return closing == "kill" or (closing == "drain" and not busy)

    def _clean_up(self) -> None:
        left = [*self._queue.given_up(), *(w.job for w in self._workers.values() if w.job)]
        self._process.close()
        for worker in self._workers.values():
            worker.sock.close()
        self._workers.clear()
        self._selector.close()
        self._wake_end.close()
        self._wake_signal.close()
        for job in left:
            if self._broken:
                job.fail(self._broken, broken=True)
            else:
                job.cancel()

    # --- giving work

    def _hand_out(self) -> None:
        if self._spawn_at <= time.monotonic():
            self._spawn_at = 0.0
        while self._queue.waiting():
            # The worker first: a job taken off the queue before it has one could be lost on the way.
            worker = self._free_worker()
            if worker is None and not self._broken:
                return
            job = self._queue.next()
            if job is not None and worker is not None:
                self._give(worker, job)
            elif job is not None:
                job.fail(self._broken, broken=True)

    def _free_worker(self) -> Worker | None:
        """One that is idle, else a new one; None while there can be no more."""
        if self._broken:
            return None
        idle = next((w for w in self._workers.values() if w.job is None and not w.terminating), None)
        return idle or (self._spawn_worker() if len(self._workers) < self._limit else None)

    def _spawn_worker(self) -> Worker | None:
        """A further worker; None while the system refuses one, and once there can be none."""
        sock = None
        while sock is None and not self._broken and not self._spawn_at:
            try:
                pid, sock = self._process.fork()
            except ForkRefused as error:
                self._refused(str(error))
            except MolgradError:
                self._replace_fork_server()
        if sock is None:
            return None
        self._refusals = 0
        worker = Worker(pid, sock, wire.Reader(sock))
        self._workers[pid] = worker
        self._selector.register(sock, selectors.EVENT_READ, worker)
        return worker

    def _refused(self, reason: str) -> None:
        """Go on with the workers there are; where there is none, ask again for a while."""
        self._spawn_at = time.monotonic() + REFUSED_PAUSE
        if not self._workers:
            self._refusals += 1
        if self._refusals >= REFUSALS:
            self._broken = (
                f"the system refused a docking process {self._refusals} times ({reason}); "
                "close other programs or use a machine with more memory, and start again"
            )

    def _give(self, worker: Worker, job: Job) -> None:
        worker.job, worker.number, worker.started = job, next(self._numbers), time.monotonic()
        worker.heard = worker.started
        job.tries += 1
        with contextlib.suppress(OSError):  # it died in this moment: its exit is reported by the fork server
            wire.send(worker.sock, job.message(worker.number))

    # --- hearing back

    def _react(self, key: selectors.SelectorKey) -> None:
        if key.fileobj is self._wake_end:
            with contextlib.suppress(BlockingIOError):
                self._wake_end.recv(4096)
        elif key.fileobj is self._process:
            self._on_control()
        elif isinstance(key.data, Worker) and key.data.pid in self._workers:
            self._on_worker(key.data)

    def _on_worker(self, worker: Worker) -> None:
        try:
            messages = worker.reader.read()
        except wire.WireError as error:
            self._kill(worker, f"the docking process sent something unreadable ({error})")
            return
        if messages is None:  # it is ending; how, the fork server will say
            self._selector.unregister(worker.sock)
            worker.terminating = worker.terminating or "ended"
            return
        for message in messages:
            job = worker.job
            if message.get("event") == "next":
                worker.heard = time.monotonic()
            elif job is not None and message.get("id") == worker.number:
                worker.job = None
                self._restarts = 0
                self._process.trim_noise()
                job.answer(message)

    def _on_control(self) -> None:
        events = self._process.events()
        if events is None:
            self._replace_fork_server()
            return
        for event in events:
            if event.get("event") == "exited" and (worker := self._workers.get(event["pid"])):
                self._reap(worker, int(event["code"]))

    def _reap(self, worker: Worker, code: int) -> None:
        """A worker is gone: its job is done again, or fails with the reason."""
        del self._workers[worker.pid]
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(worker.sock)
        worker.sock.close()
        job = worker.job
        if job is None or job.future.cancelled():
            return
        if worker.terminating and worker.terminating != "ended":
            spent = time.monotonic() - worker.started
            job.fail(worker.terminating, spent, timed_out=worker.timed_out)
        elif code < 0 and job.tries < TRIES:
            self._queue.put_back(job)
        elif code < 0:
            name = signal.Signals(-code).name
            reason = f"the docking process was killed twice ({name}); too little memory is the usual cause"
            job.fail(reason)
        else:
            job.fail(f"{self._engine} ended the docking process: {self._process.stderr_tail()}")

    def _replace_fork_server(self) -> None:
        """The process with the maps is gone and its workers with it: start another, a few times at most."""
        self._selector.unregister(self._process)
        lost = self._process.stderr_tail()
        self._process.close()
        self._restarts += 1
        try:
            if self._restarts > RESTARTS:
                self._broken = f"the process that holds the maps died {self._restarts} times: {lost}"
            else:
                self._process = self._restart()
        except (MolgradError, OSError) as error:
            self._broken = str(error)
        if not self._broken:
            self._selector.register(self._process, selectors.EVENT_READ)
        for worker in list(self._workers.values()):
            self._reap(worker, -signal.SIGKILL)

    # --- the clock

    def _next_deadline(self) -> float | None:
        deadlines = [worker.deadline for worker in self._workers.values()]
        coming = [when for when in (*deadlines, self._spawn_at or None) if when is not None]
        return max(0.0, min(coming) - time.monotonic()) if coming else None

    def _watch(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers.values()):
            if worker.job is None or worker.deadline is None:
                continue
            if worker.job.future.cancelled():
                self._kill(worker, "cancelled")
            elif now >= worker.deadline:
                worker.timed_out = True
                limit = worker.job.request.settings.timeout
                self._kill(worker, f"watchdog: stopped after {limit:g} s; raise the time limit")

    def _kill(self, worker: Worker, reason: str) -> None:
        worker.terminating = reason
        self._process.kill(worker.pid)

"""The dispatcher with processes that fail on command: no job may be left waiting for ever."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from pathlib import Path

import pytest

from molgrad.docking import Docker, DockResult
from molgrad.docking.pool import dispatcher, wire
from molgrad.docking.pool.dispatcher import Dispatcher
from molgrad.docking.pool.job import Job, Worker
from molgrad.docking.pool.process import ForkRefused, ForkServerProcess
from molgrad.docking.pool.worker import ForkServer
from molgrad.docking.request import DockRequest, DockSettings, EngineRef, ReceptorContent
from molgrad.errors import WorkerDiedError
from molgrad.evaluation import Status
from molgrad.receptors import Receptor
from tests.docking.conftest import wait_for

Fork = Callable[[], None]


class FakeForkServer:
    """Asks `fork` before each worker, a thread that answers every job at once."""

    pid = 1

    def __init__(self, fork: Fork) -> None:
        self._fork = fork
        self._ours, self._theirs = socket.socketpair()
        self._workers = 0

    def fileno(self) -> int:
        return self._ours.fileno()

    def pending(self) -> bool:
        return False

    def events(self) -> list[wire.Message]:
        return []

    def fork(self) -> tuple[int, socket.socket]:
        self._fork()
        ours, theirs = socket.socketpair()
        self._workers += 1
        threading.Thread(target=answer, args=[theirs], daemon=True).start()
        return 100 + self._workers, ours

    def kill(self, pid: int) -> None: ...

    def trim_noise(self) -> None: ...

    def stderr_tail(self) -> str:
        return "its last line"

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()


def answer(sock: socket.socket) -> None:
    reader = wire.Reader(sock)
    while (messages := reader.read()) is not None:
        for job in messages:
            result = DockResult(job["request"]["smiles"], affinity=-5.0)
            wire.send(sock, {"id": job["id"], "result": result.to_json()})


def failing(*errors: Exception | None) -> Fork:
    """A fork that meets these in turn, and then the last one for ever."""
    left = list(errors)

    def fork() -> None:
        error = left.pop(0) if len(left) > 1 else left[0]
        if error is not None:
            raise error

    return fork


Start = Callable[[Fork], Dispatcher]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(dispatcher, "REFUSED_PAUSE", 0.01)
    started: list[Dispatcher] = []

    def begin(fork: Fork) -> Dispatcher:
        process = FakeForkServer(fork)
        made = Dispatcher(process, lambda: FakeForkServer(fork), workers=2, engine="Vina")  # type: ignore[arg-type]  # a fake
        made.start()
        started.append(made)
        return made

    yield begin
    for one in started:
        one.stop(kill=True)


def job() -> Job:
    return Job(DockRequest("CCO"))


GONE, REFUSED = WorkerDiedError("gone"), ForkRefused("Cannot allocate memory")


@pytest.mark.parametrize("error", [GONE, REFUSED])
def test_a_fork_that_fails_once_is_tried_again(error: Exception, start: Start) -> None:
    assert start(failing(error, None)).submit(job()).result(10).ok


def test_a_fork_server_that_never_forks_fails_the_jobs_with_its_last_line(start: Start) -> None:
    thread = start(failing(GONE))
    results = [future.result(10) for future in [thread.submit(job()) for _ in range(3)]]
    assert [result.status for result in results] == [Status.FAILED] * 3
    assert "its last line" in results[0].reason


def test_a_machine_that_is_broken_ends_the_docking_and_fails_no_molecule(start: Start, receptor: Receptor) -> None:
    class Threads:
        workers = 1

        def provide(self, receptor: ReceptorContent) -> None: ...

        def submit(self, request: DockRequest) -> Future[DockResult]:
            return thread.submit(Job(request))

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None: ...

    thread = start(failing(GONE))
    docker = Docker(receptor, executor=Threads())
    with pytest.raises(WorkerDiedError, match="its last line"):
        docker.dock(["CCO", "CCN"])


def test_a_system_without_memory_fails_the_jobs_and_says_what_to_do(start: Start) -> None:
    result = start(failing(REFUSED)).submit(job()).result(10)
    assert result.status is Status.FAILED
    assert "Cannot allocate memory" in result.reason
    assert "close other programs" in result.reason


def test_one_worker_is_enough_when_the_system_refuses_the_second(start: Start) -> None:
    thread = start(failing(None, REFUSED))
    assert all(future.result(10).ok for future in [thread.submit(job()) for _ in range(200)])


def test_a_fault_of_the_thread_fails_the_jobs_that_wait(start: Start) -> None:
    future = start(failing(ZeroDivisionError("a bug"))).submit(job())
    wait([future], 10)  # what the Docker does: it hears of nothing but a result or a notified cancellation
    result = future.result(0)
    assert result.status is Status.FAILED
    assert "a bug" in result.reason


def test_what_came_during_a_fork_is_heard_without_waiting_for_more(receptor: Receptor) -> None:
    process = ForkServerProcess(ReceptorContent.of(receptor), EngineRef(), 0)
    try:
        first, sock = process.fork()
        process.kill(first)
        wait_for(lambda: not Path(f"/proc/{first}").exists())  # reaped: its end was reported before the next fork
        _, other = process.fork()
        assert process.pending()
        assert [event["event"] for event in process.events() or []] == ["exited"]
        assert not process.pending()
        sock.close()
        other.close()
    finally:
        process.close()


def test_the_fork_server_says_that_a_fork_failed_and_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    ours, theirs = socket.socketpair()
    fork_server = ForkServer(theirs, engine=None, parent=os.getppid())  # type: ignore[arg-type]  # it forks nothing here
    with ours, theirs, open(os.devnull) as attached:  # noqa: PTH123  (a descriptor is wanted)
        socket.send_fds(ours, [wire.encode({"do": "fork"})], [attached.fileno()])
        assert fork_server._handle()
        assert json.loads(ours.recv(4096)) == {"event": "refused", "reason": "Resource temporarily unavailable"}


def test_the_watchdog_times_each_species_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("molgrad.docking.pool.dispatcher.time.monotonic", lambda: clock[0])
    process = FakeForkServer(failing(None))
    made = Dispatcher(process, lambda: process, workers=1, engine="Vina")  # type: ignore[arg-type]  # a fake
    ours, theirs = socket.socketpair()
    worker = Worker(7, ours, wire.Reader(ours))
    made._workers[7] = worker
    job = Job(DockRequest("CC(O)F", DockSettings(timeout=60.0)))
    made._give(worker, job)
    clock[0] = 150.0
    wire.send(theirs, {"id": worker.number, "event": "next"})
    made._on_worker(worker)
    clock[0] = 205.0  # 105 s in all, 55 s of the second isomer
    made._watch()
    assert worker.job is job
    assert not worker.terminating
    clock[0] = 210.0
    made._watch()
    assert worker.timed_out
    for sock in (ours, theirs):
        sock.close()

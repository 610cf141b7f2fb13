"""Where docks run: the protocol, processes of this machine, and an adapter over `concurrent.futures.Executor`."""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections import OrderedDict
from concurrent.futures import Executor as FuturesExecutor
from concurrent.futures import Future
from typing import Protocol

from molgrad import registry
from molgrad.docking.pool.pool import DockingPool, available_cores
from molgrad.docking.request import DockRequest, EngineRef, ReceptorContent
from molgrad.docking.result import DockResult
from molgrad.errors import MolgradError, ReceptorError, WorkerDiedError, whole

SETTING = "MOLGRAD_EXECUTOR"  # a name, as for `--executor`
POOLS = 4  # receptors (with engine and seed) that one process keeps ready to dock into; each holds maps of 150 MB


class DockExecutor(Protocol):
    """Where docks run. Validation, deduplication and caching are done above it, by `Docker`.

    Receptors: `provide` is called with a receptor's content before the first request that names its key. No path of
        this machine is ever handed over.
    Threads: `submit` may be called from any thread.
    Failure: a future yields a DockResult with a status, whatever the molecule. It raises nothing but
        CancelledError, and MolgradError where nothing can be docked at all.
    Cancelling: `future.cancel()` drops what is not begun; it may stop what is running.

    Attributes:
        workers: docks that run at once; it decides how many are kept waiting, and no result.
    """

    @property
    def workers(self) -> int: ...  # noqa: D102 - above

    def provide(self, receptor: ReceptorContent) -> None:
        """Make a receptor known."""
        ...

    def submit(self, request: DockRequest) -> Future[DockResult]:
        """Begin a dock."""
        ...

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End what was started; with `cancel_futures` at once."""
        ...


class ProcessExecutor:
    """Docks in processes of this machine that may crash, hang or be killed without harm.

    The processes start with the first dock. A fork of the parent gets processes of its own.

    Args:
        workers: molecules docked at once; all cores when None.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = available_cores() if workers is None else whole("workers", workers, 1)
        self._receptors: dict[str, ReceptorContent] = {}
        self._pools: OrderedDict[tuple[str, EngineRef, int], DockingPool] = OrderedDict()
        self._owner = os.getpid()
        self._lock = threading.Lock()

    def provide(self, receptor: ReceptorContent) -> None:
        """Make a receptor known."""
        self._receptors[receptor.key] = receptor

    def submit(self, request: DockRequest) -> Future[DockResult]:
        """Begin a dock.

        Returns:
            A future that can be cancelled even while the molecule is being docked.

        Raises:
            ReceptorError: the engine cannot use the receptor.
            WorkerDiedError: docking processes cannot be started.
            KeyError: the receptor was not provided.
        """
        with self._lock:
            return self._pool(request).submit(request)

    def _pool(self, request: DockRequest) -> DockingPool:
        if self._owner != os.getpid():  # a fork: the pools are its parent's
            self._pools.clear()
            self._owner = os.getpid()
        place = (request.receptor, request.settings.engine, request.settings.seed)
        pool = self._pools.pop(place, None)
        if pool is None or not pool.alive():
            receptor, (_, engine, seed) = self._receptors[request.receptor], place
            pool = DockingPool(receptor, engine=engine, seed=seed, workers=self.workers)
        self._pools[place] = pool
        while len(self._pools) > POOLS:
            self._pools.popitem(last=False)[1].close()
        return pool

    def pids(self) -> tuple[int, ...]:
        """Process ids: of each receptor the fork server, then its workers; empty before the first dock."""
        return tuple(pid for pool in self._pools.values() for pid in pool.pids())

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; the next dock would start new ones.

        Args:
            wait: there for `concurrent.futures`; it always returns when the processes are gone.
            cancel_futures: end at once, cancelling what is not done, instead of after it.
        """
        del wait
        for pool in self._pools.values():
            if self._owner == os.getpid():
                pool.close(kill=cancel_futures)
        self._pools.clear()


class AdaptedExecutor:
    """Docks through any `concurrent.futures.Executor`: a ProcessPoolExecutor, or dask's `client.get_executor()`.

    Whatever process runs the task holds docking processes of its own, so that a crash of the docking program costs
    a molecule and not the executor, and the watchdog works there too.

    Args:
        executor: picklable functions are submitted to it; whoever made it shuts it down.
        workers: docks that it runs at once; asked of the executor, else the cores of this machine, when None.
    """

    def __init__(self, executor: FuturesExecutor, workers: int | None = None) -> None:
        self._executor = executor
        self.workers = workers or getattr(executor, "_max_workers", None) or available_cores()
        self._receptors: dict[str, bytes] = {}

    def provide(self, receptor: ReceptorContent) -> None:
        """Make a receptor known."""
        self._receptors[receptor.key] = zlib.compress(json.dumps(receptor.to_json()).encode())

    def submit(self, request: DockRequest) -> Future[DockResult]:
        """Begin a dock.

        Returns:
            A future that can be cancelled until the molecule is being docked.

        Raises:
            KeyError: the receptor was not provided.
            WorkerDiedError: the executor takes no more tasks.
        """
        # The content goes with each task (about 60 KB), since nothing says which process will run it.
        task = (request.to_json(), self._receptors[request.receptor])
        try:
            running = self._executor.submit(dock_here, *task)
        except RuntimeError as error:  # broken, or shut down
            raise _failed(error) from None
        answer: Future[DockResult] = Future()
        answer.add_done_callback(lambda future: running.cancel() if future.cancelled() else None)
        running.add_done_callback(lambda future: _hand_over(future, answer))
        return answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing of ours is left to end."""


def _hand_over(running: Future[dict[str, object]], answer: Future[DockResult]) -> None:
    """Put the outcome of a task into the future that our caller holds."""
    if running.cancelled() or not answer.set_running_or_notify_cancel():
        answer.cancel()
        return
    error = running.exception()
    if isinstance(error, MolgradError):
        answer.set_exception(error)
    elif error is not None:
        answer.set_exception(_failed(error))
    else:
        answer.set_result(DockResult.from_json(running.result()))


def _failed(error: BaseException) -> WorkerDiedError:
    return WorkerDiedError(f"the executor failed: {type(error).__name__}: {error}")


_here: list[ProcessExecutor] = []  # of this process, made when first needed
_here_lock = threading.Lock()


def dock_here(request: dict[str, object], receptor: bytes) -> dict[str, object]:
    """Dock in this process's own docking processes, which stay for the next dock; what an executor is sent.

    Args:
        request: JSON of a DockRequest.
        receptor: compressed JSON of the ReceptorContent that it names.

    Returns:
        JSON of a DockResult.

    Raises:
        ReceptorError: the engine cannot use the receptor.
        WorkerDiedError: nothing can be docked on this machine.
    """
    try:
        return dock_with(
            ReceptorContent.from_json(json.loads(zlib.decompress(receptor))), DockRequest.from_json(request)
        ).to_json()
    except ReceptorError:
        raise
    except MolgradError as error:  # not every error of ours can be pickled
        raise WorkerDiedError(str(error)) from None


def dock_with(receptor: ReceptorContent, request: DockRequest) -> DockResult:
    """Dock in docking processes of this process, which stay for the next dock.

    Args:
        receptor: what is docked into.
        request: names it.

    Raises:
        ReceptorError: the engine cannot use the receptor.
        WorkerDiedError: nothing can be docked on this machine.
    """
    with _here_lock:
        if not _here:
            _here.append(ProcessExecutor())
        _here[0].provide(receptor)
    return _here[0].submit(request).result()


def load_executor(given: str | DockExecutor | FuturesExecutor | None, workers: int | None) -> DockExecutor:
    """The executor that a user means.

    Args:
        given: None for what MOLGRAD_EXECUTOR names in the environment, else processes of this machine; "NAME" or
            "NAME:WHAT" of a registered executor, to which WHAT is handed ("dask-local:4", "dask://host:8786"), a TOML
            file of jobs of a batch system, an executor of ours, or any `concurrent.futures.Executor`.
        workers: docks at once; the executor's own number when None.

    Raises:
        UnknownNameError: no executor is registered under this name.
        TypeError: something else.
    """
    given = given or os.environ.get(SETTING)
    if not given:
        return ProcessExecutor(workers)
    if isinstance(given, str):
        return _named(given, workers)
    if isinstance(given, FuturesExecutor):
        return AdaptedExecutor(given, workers)
    if all(hasattr(given, name) for name in ("provide", "submit", "shutdown")):
        return given
    raise TypeError(f"executor must be a name, an executor of docks or of concurrent.futures, not {given!r}")


def _named(given: str, workers: int | None) -> DockExecutor:
    name, _, what = ("jobs", "", given) if given.endswith(".toml") else given.partition(":")
    made: DockExecutor = registry.load("executors", name)(workers, *([what] if what else []))
    return made

"""A small pool of docking processes that outlives crashes, hangs and Ctrl-C.

`concurrent.futures.ProcessPoolExecutor` will not do: Vina holds the interpreter while it docks, so a dock can
only be stopped by killing its process, and killing one of its workers loses every pending job.
"""

from __future__ import annotations

import os
import threading
import weakref
from concurrent.futures import Future
from types import TracebackType

from molgrad.docking.pool.dispatcher import Dispatcher
from molgrad.docking.pool.job import Job
from molgrad.docking.pool.process import ForkServerProcess
from molgrad.docking.request import DockRequest, EngineRef, ReceptorContent
from molgrad.docking.result import DockResult, Provenance


class DockingPool:
    """Docks into one receptor with several processes that share one set of maps.

    Ownership: the pool owns its processes; they end with `close`, with the `with` block, when the pool is
        collected, and when the parent dies, however it dies.
    Threads: `submit` may be called from any thread. A forked copy of the pool is dead: make a new one.
    Failure: a future yields a DockResult with a status, whatever the molecule; it is cancelled by `close`.
        A worker that a signal ended has its job done once more by a fresh one.

    Args:
        receptor: what to dock into.
        engine: the docking program.
        seed: of the requests to come; with the docked species it decides every random choice.
        workers: processes that dock at once; all cores when None. Started when there is work for them.

    Raises:
        ReceptorError: the engine cannot use the receptor.
    """

    def __init__(
        self,
        receptor: ReceptorContent,
        *,
        engine: EngineRef = EngineRef(),  # noqa: B008 - frozen
        seed: int = 0,
        workers: int | None = None,
    ) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers must be at least 1, not {workers}")
        self.receptor = receptor
        self.workers = workers or available_cores()
        self._process = ForkServerProcess(receptor, engine, seed)
        self._dispatcher = Dispatcher(
            self._process,
            lambda: ForkServerProcess(receptor, engine, seed),
            workers=self.workers,
            engine=self._process.title,
        )
        self._dispatcher.start()
        self._finalizer = weakref.finalize(self, _close, self._dispatcher, os.getpid(), kill=True)

    def submit(self, request: DockRequest) -> Future[DockResult]:
        """Dock one molecule.

        Args:
            request: its receptor and seed must be those of the pool.

        Returns:
            A future that yields a DockResult and raises nothing but CancelledError. It can be cancelled at any
            time: a molecule that is being docked is stopped.
        """
        begun = Provenance.begun(request, self.receptor, self._process.engine, self._process.versions)
        return self._dispatcher.submit(Job(request, begun))

    def alive(self) -> bool:
        """Whether jobs can be submitted: the thread that hands them out runs."""
        return self._dispatcher.is_alive()

    def pids(self) -> tuple[int, ...]:
        """Process ids: the fork server first, then its workers."""
        return self._dispatcher.pids()

    def close(self, *, kill: bool = False) -> None:
        """End the processes.

        Args:
            kill: at once, cancelling what is not done, instead of after the submitted jobs.
        """
        self._finalizer.detach()
        _close(self._dispatcher, os.getpid(), kill=kill)

    def __enter__(self) -> DockingPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(kill=kind is not None)


def _close(dispatcher: Dispatcher, owner: int, *, kill: bool) -> None:
    # In a fork of the parent the thread does not exist and the processes are the parent's.
    if not os.getpid() == owner == dispatcher.owner:
        return
    if dispatcher is threading.current_thread():  # the pool was collected there
        dispatcher.abandon()
    else:
        dispatcher.stop(kill=kill)


def available_cores() -> int:
    """Cores this process may use: a cluster's job often has fewer than its machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

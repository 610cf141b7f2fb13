"""Docks that are counted before they are made, whoever asks for them, and that end when their job is stopped."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from threading import Lock

from molgrad.docking.cache import DockCache, default_cache
from molgrad.docking.dock import Docker
from molgrad.docking.executor import DockExecutor
from molgrad.docking.request import DockRequest, DockSettings, ReceptorContent
from molgrad.docking.result import DockResult
from molgrad.errors import BudgetReachedError
from molgrad.receptors import Receptor
from molgrad.serve.budget import ServeBudget
from molgrad.serve.jobs import Work


class Meter:
    """An executor that counts each dock of one job, and ends them all when the job is told to stop.

    Args:
        executor: docks.
        budget: counts.
        work: the job.
    """

    def __init__(self, executor: DockExecutor, budget: ServeBudget, work: Work) -> None:
        self._executor, self._budget, self._work = executor, budget, work
        self.workers = executor.workers
        self._names: dict[str, str] = {}
        self._lock = Lock()
        self._open: dict[Future[DockResult], tuple[Future[DockResult], int]] = {}
        work.on_stop(self._end)

    def provide(self, receptor: ReceptorContent) -> None:
        """Make a receptor known."""
        self._names[receptor.key] = receptor.name
        self._executor.provide(receptor)

    def submit(self, request: DockRequest) -> Future[DockResult]:
        """Begin a dock, counted first.

        Raises:
            StoppedError: the job was told to stop.
            BudgetReachedError: no dock is left, or the time is over.
        """
        self._work.check()
        number = self._budget.take(self._work.number, self._names.get(request.receptor, ""), request.smiles)
        self._work.taken += 1
        outer: Future[DockResult] = Future()
        try:
            with self._lock:
                inner = self._executor.submit(request)
                self._open[inner] = (outer, number)
        except BaseException:  # no dock was begun
            self._budget.give_back([number])
            raise
        outer.add_done_callback(lambda one: inner.cancel() if one.cancelled() else None)
        inner.add_done_callback(self._done)
        if self._work.stopped:  # in between: whoever stopped it did not see this dock
            self._end()
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """The executor outlives the job."""

    def _done(self, inner: Future[DockResult]) -> None:
        with self._lock:
            outer, _ = self._open.pop(inner, (None, 0))
        if outer is None or not outer.set_running_or_notify_cancel():
            return
        if inner.cancelled():
            outer.set_exception(BudgetReachedError("the dock was stopped"))
        elif (error := inner.exception()) is not None:
            outer.set_exception(error)
        else:
            outer.set_result(inner.result())

    def _end(self) -> None:
        """End what is docked; what no process has begun yet is not counted."""
        with self._lock:
            left, self._open = self._open, {}
        self._budget.give_back([number for _, number in list(left.values())[self.workers :]])
        for inner, (outer, _) in left.items():
            inner.cancel()
            if outer.set_running_or_notify_cancel():
                try:
                    self._work.check()
                except BaseException as error:
                    outer.set_exception(error)


class MeteredCache(DockCache):
    """The user's cache of docks; what is found in it counts like the dock that it replaces.

    Args:
        path: the file.
        budget: counts.
        work: the job.
        receptor: the name of what is docked into.
    """

    def __init__(self, path: Path, budget: ServeBudget, work: Work, receptor: str) -> None:
        super().__init__(path)
        self._budget, self._work, self._receptor = budget, work, receptor

    def get(self, key: str) -> DockResult | None:
        """The value kept under this key; None when there is none."""
        found = super().get(key)
        if found is not None:
            self._work.check()
            self._budget.take(self._work.number, self._receptor, found.smiles)
            self._work.taken += 1
        return found


def metered(
    receptor: Receptor,
    settings: DockSettings,
    executor: DockExecutor,
    budget: ServeBudget,
    work: Work,
    *,
    cached: bool = True,
) -> Docker:
    """A docker of one job, all of whose docks are counted.

    Args:
        receptor: what is docked into.
        settings: how.
        executor: where.
        budget: counts.
        work: the job.
        cached: whether docks made before are found again.
    """
    user = default_cache() if cached else None
    cache = None if user is None else MeteredCache(user.path, budget, work, receptor.name)
    return Docker(receptor, settings, cache=cache, executor=Meter(executor, budget, work))

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

from molgrad.chem.states import DEFAULT_PROTONATION
from molgrad.docking.effort import Effort, load_effort
from molgrad.docking.pool.dispatcher import Dispatcher
from molgrad.docking.pool.job import Job
from molgrad.docking.pool.process import ForkServerProcess
from molgrad.docking.result import DockResult
from molgrad.receptors.receptor import Receptor, check_receptor


class DockingPool:
    """Docks into one receptor with several processes that share one set of maps.

    Ownership: the pool owns its processes; they end with `close`, with the `with` block, when the pool is
        collected, and when the parent dies, however it dies.
    Threads: `submit` may be called from any thread. A forked copy of the pool is dead: make a new one.
    Failure: a future yields a DockResult with a status, whatever the molecule; it is cancelled by `close`.
        A worker that a signal ended has its job done once more by a fresh one.

    Args:
        receptor: what to dock into.
        workers: processes that dock at once; all cores when None. Started when there is work for them.
        seed: together with the docked species it decides every random choice.
        timeout: watchdog, seconds one species of a molecule may take before its dock is FAILED.

    Raises:
        ReceptorError: Vina cannot use the receptor.
    """

    def __init__(
        self, receptor: Receptor, *, workers: int | None = None, seed: int = 0, timeout: float = 600.0
    ) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers must be at least 1, not {workers}")
        if timeout <= 0:
            raise ValueError(f"timeout must be a number of seconds above 0, not {timeout}")
        check_receptor(receptor)
        self.receptor = receptor
        self.seed = seed
        self.workers = workers or available_cores()
        process = ForkServerProcess(receptor, seed)
        effort = {
            "seed": seed, "receptor": receptor.name, "receptor_sha256": receptor.sha256,
            "center": list(receptor.box.center), "size": list(receptor.box.size),
            "versions": process.versions,
        }  # fmt: skip
        self._dispatcher = Dispatcher(
            process,
            lambda: ForkServerProcess(receptor, seed),
            workers=self.workers,
            timeout=timeout,
            effort=effort,
        )
        self._dispatcher.start()
        self._finalizer = weakref.finalize(self, _close, self._dispatcher, os.getpid(), kill=True)

    def submit(
        self,
        smiles: str,
        *,
        docked_smiles: str | None = None,
        effort: str | int | Effort = 2,
        poses: int = 3,
        parent: str | None = None,
        protonation: str = DEFAULT_PROTONATION,
        tautomers: int = 1,
    ) -> Future[DockResult]:
        """Dock one canonical SMILES; the future yields a DockResult and raises nothing but CancelledError.

        Args:
            smiles: the designed molecule, canonical and checked with the `dockable` preset.
            docked_smiles: the species to dock; chosen for pH 7.4 when None.
            effort: "fast", "standard", "thorough", or the exhaustiveness of a single search.
            poses: how many to return at most, within 3 kcal/mol of the best.
            parent: mol block of a relative's pose in this receptor; poses built on it are tried too.
            protonation: how the charges are chosen; a name in `chem.states.PROTONATIONS`.
            tautomers: docked of each stereoisomer, at most.
        """
        if poses < 1:
            raise ValueError(f"poses ({poses}) must be at least 1")
        job = Job(smiles, docked_smiles, load_effort(effort), poses, parent, protonation, tautomers)
        return self._dispatcher.submit(job)

    def drop(self, futures: list[Future[DockResult]]) -> None:
        """Cancel jobs, those being docked included: their workers are killed."""
        for future in futures:
            future.cancel()
        self._dispatcher.wake()

    def alive(self) -> bool:
        """Whether jobs can be submitted: the thread that hands them out runs."""
        return self._dispatcher.is_alive()

    def pids(self) -> tuple[int, ...]:
        """Process ids: the fork server first, then its workers."""
        return self._dispatcher.pids()

    def close(self, *, kill: bool = False) -> None:
        """End the processes: after the submitted jobs, or at once (`kill`), cancelling what is not done."""
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

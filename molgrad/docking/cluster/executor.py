"""The executor of docks on a dask cluster, and the three ways to name one."""

from __future__ import annotations

import json
import os
from concurrent.futures import Future
from functools import partial
from typing import Any

from molgrad.docking.cluster import task as tasks
from molgrad.docking.cluster.connection import TRIES, Connection, Task, WorkersDied, connected, leave
from molgrad.docking.cluster.jobs import Jobs
from molgrad.docking.cluster.kept import packed
from molgrad.docking.cluster.opening import AtAddress, OfThisMachine, Opening, require_dask
from molgrad.docking.pool.pool import available_cores
from molgrad.docking.request import DockRequest, EngineRef, ReceptorContent
from molgrad.docking.result import DockResult, Provenance
from molgrad.errors import DockingError, InputFileError, MolgradError, ReceptorError, WorkerDiedError, shorten, whole
from molgrad.evaluation import Status


class ClusterExecutor:
    """Docks on the workers of a dask cluster; the client is made with the first dock.

    Each worker holds docking processes of its own. A receptor is named by its hash and sent to a worker that does not
    have it. A worker that dies costs time only, and so does a scheduler that comes back; see `Connection`.

    Args:
        opening: the way to the cluster.
        workers: docks that are thought to run at once, at most; as many as the cluster's workers do when None.

    Raises:
        MissingExtraError: dask is not installed.
    """

    def __init__(self, opening: Opening, workers: int | None = None) -> None:
        require_dask()
        self.opening = opening
        self._most = None if workers is None else whole("workers", workers, 1)
        self._receptors: dict[str, ReceptorContent] = {}
        self._packed: dict[str, bytes] = {}
        self._installed: dict[EngineRef, dict[str, str]] = {}
        self._connection: Connection | None = None
        self._owner = os.getpid()

    @property
    def workers(self) -> int:
        """Docks that run at once, as far as known: workers may come and go."""
        known = self._connection.threads if self._connection else 0
        return max(1, min(known or self.opening.expected, self._most or known or self.opening.expected))

    def provide(self, receptor: ReceptorContent) -> None:
        """Make a receptor known."""
        if receptor.key not in self._receptors:
            self._receptors[receptor.key] = receptor
            self._packed[receptor.key] = packed(receptor)

    def submit(self, request: DockRequest) -> Future[DockResult]:
        """Begin a dock.

        Raises:
            KeyError: the receptor was not provided.
            WorkerDiedError: there is no scheduler.
        """
        receptor, engine = self._receptors[request.receptor], request.settings.engine
        if engine not in self._installed:
            self._installed[engine] = tasks.installed(engine)
        return _Dock(self._connected(), request, receptor, self._installed[engine], self._packed[receptor.key]).begin()

    def _connected(self) -> Connection:
        if self._owner != os.getpid():  # a fork: the client is its parent's
            self._connection, self._owner = None, os.getpid()
        if self._connection is not None and not self._connection.alive:
            leave(self._connection)
            self._connection = None
        if self._connection is None:
            self._connection = connected(self.opening)
        return self._connection

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; what was started for it ends with its last user. The next dock connects again."""
        del wait, cancel_futures
        if self._connection is not None and self._owner == os.getpid():
            leave(self._connection)
        self._connection = None


class DaskExecutor(ClusterExecutor):
    """Docks on the workers of a scheduler that runs already: `dask://host:8786`.

    Args:
        workers: docks that are thought to run at once, at most.
        where: `//host:port`, an address such as `tls://host:8786`, or the JSON file that the scheduler wrote.

    Raises:
        InputFileError: no address.
    """

    needs = "the address of a scheduler: dask://host:8786"

    def __init__(self, workers: int | None = None, where: str = "") -> None:
        where = where.removeprefix("//").rstrip("/")
        if not where:
            raise InputFileError(f"executor dask needs {self.needs}")
        super().__init__(AtAddress(where), workers)


class LocalDaskExecutor(ClusterExecutor):
    """Docks on dask workers of this machine: `dask-local:4`.

    Args:
        workers: how many; all cores when None.
        count: the same, as text behind the name; it wins.

    Raises:
        InputFileError: no whole number above 0.
    """

    def __init__(self, workers: int | None = None, count: str = "") -> None:
        if count and not (count.isdecimal() and int(count)):
            raise InputFileError(
                f"dask-local:N takes a number of workers, such as dask-local:4, not {shorten(count)!r}"
            )
        number = int(count) if count else workers
        super().__init__(OfThisMachine(available_cores() if number is None else whole("workers", number, 1)))


class JobsExecutor(ClusterExecutor):
    """Docks in jobs of a batch system that a TOML file describes: `slurm.toml`.

    Args:
        workers: docks that are thought to run at once, at most.
        file: the TOML file; see `jobs.Jobs`.

    Raises:
        InputFileError: no file, or it cannot be read, or has a key or value that makes no sense.
    """

    needs = "a TOML file of jobs: slurm.toml"

    def __init__(self, workers: int | None = None, file: str = "") -> None:
        if not file:
            raise InputFileError(f"executor jobs needs {self.needs}")
        super().__init__(Jobs.read(file), workers)


class _Dock:
    """One dock on its way: what is sent to a worker, and what its answers mean."""

    def __init__(
        self,
        connection: Connection,
        request: DockRequest,
        receptor: ReceptorContent,
        installed: dict[str, str],
        content: bytes,
    ) -> None:
        self._connection, self._request, self._receptor = connection, request, receptor
        self._installed, self._content = installed, content
        self._asked = json.dumps({"request": request.to_json(), "installed": installed})
        self._tries = 0
        self.answer: Future[DockResult] = Future()

    def begin(self, content: bytes | None = None) -> Future[DockResult]:
        """Submit it, with or without the receptor's content."""
        task = Task(self._request.key(self._installed), (self._asked, content), self._hear)
        self._connection.submit(task)
        self.answer.add_done_callback(partial(self._drop, task))
        return self.answer

    def _drop(self, task: Task, answer: Future[Any]) -> None:
        if answer.cancelled():
            self._connection.drop(task)

    def _hear(self, said: str | BaseException) -> None:
        """What the worker gave, or why there is nothing."""
        if isinstance(said, WorkersDied):
            self._fail(f"the workers that docked it died {TRIES} times; too little memory is the usual cause")
        elif isinstance(said, MolgradError):
            self._raise(said)
        elif isinstance(said, BaseException):
            self._raise(WorkerDiedError(f"{self._connection.opening.title} cannot dock: {_told(said)}"))
        else:
            ((kind, told),) = json.loads(said).items()
            self._answered(kind, told)

    def _answered(self, kind: str, told: Any) -> None:
        self._tries += kind == tasks.BROKEN
        if kind == tasks.RESULT:
            result = DockResult.from_json(told)
            if result.provenance.broken:  # this worker's machine cannot dock; another's may
                self._answered(tasks.BROKEN, result.reason)
            elif self.answer.set_running_or_notify_cancel():
                self.answer.set_result(result)
        elif kind == tasks.MISSING:
            self.begin(self._content)
        elif kind == tasks.OTHER:
            self._raise(DockingError(_of_versions(told, self._installed)))
        elif kind == tasks.REFUSED:
            self._raise(ReceptorError(told))
        elif self._tries < TRIES:
            self.begin(self._content)
        else:
            self._raise(WorkerDiedError(told))

    def _fail(self, reason: str) -> None:
        """The molecule has no result: the machine's fault."""
        begun = Provenance.begun(self._request, self._receptor, self._request.settings.engine.name, {})
        if self.answer.set_running_or_notify_cancel():
            failed = DockResult(self._request.smiles, status=Status.FAILED, reason=reason, provenance=begun)
            self.answer.set_result(failed)

    def _raise(self, error: MolgradError) -> None:
        if self.answer.set_running_or_notify_cancel():
            self.answer.set_exception(error)


def _of_versions(theirs: dict[str, str], ours: dict[str, str]) -> str:
    pairs = ", ".join(f"{name} {there} (here {ours.get(name, 'none')})" for name, there in theirs.items())
    return f"a worker of the cluster has {pairs}: scores would differ; install the same versions there"


def _told(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"{error}; install molgrad in the environment of its workers"
    return f"{type(error).__name__}: {error}"

"""A client of a dask scheduler that outlives the scheduler: what was open is submitted again to the next one."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from molgrad.docking.cluster.task import dock_there
from molgrad.errors import MolgradError, WorkerDiedError

if TYPE_CHECKING:
    from molgrad.docking.cluster.opening import Opened, Opening

PATIENCE = 600.0  # seconds to wait for a scheduler to come back
LOOK = 2.0  # seconds between looks at client and workers
NO_WORKERS = 15.0  # seconds without any worker after which a user is told
TRIES = 3  # a dock whose workers died, or cannot dock, is begun as often
LOSSES = 5  # schedulers lost in a row, without a result in between, before the docks fail
GATHER = 30.0  # seconds to fetch a result of some 20 kB


class WorkersDied(Exception):
    """The workers that were given a dock are gone, each time."""


@dataclass(eq=False)
class Task:
    """A dock that is open.

    Attributes:
        key: of its content; docks of one key give the same result.
        arguments: of `dock_there`.
        answer: called once, from a thread of the client, with what `dock_there` gave, or why there is nothing.
        deaths: how often its workers died.
        running: dask's future.
    """

    key: str
    arguments: tuple[Any, ...]
    answer: Callable[[str | BaseException], None]
    deaths: int = 0
    running: Any = None


class Connection:
    """Submits docks to a scheduler, and again to its successor where it is lost.

    Threads: every method may be called from any thread. A thread of its own looks after the client: a lost scheduler
        leaves dask's futures cancelled, and a client that reconnects by itself waits for them for ever.
    Failure: a task is answered with an error only where its workers died `TRIES` times, its function failed, or no
        scheduler came back within `PATIENCE` seconds.

    Args:
        opening: makes the client.

    Raises:
        MolgradError: no scheduler could be reached or started.
    """

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.users = 1
        self.threads = 0  # docks that the workers do at once, as far as known
        self._lock = threading.RLock()
        self._tasks: dict[Task, None] = {}
        self._numbers = count(1)
        self._losses = 0
        self._idle_since: float | None = None
        self._lost, self._stopping = False, False
        self._wake = threading.Event()
        self._opened: Opened = opening.open()
        self._count()
        self._keeper = threading.Thread(target=self._keep, name="molgrad-cluster", daemon=True)
        self._keeper.start()

    @property
    def alive(self) -> bool:
        """Whether tasks can be submitted."""
        return not self._stopping

    def submit(self, task: Task) -> None:
        """Begin a dock; `task.answer` is called when it ends."""
        with self._lock:
            self._tasks[task] = None
            if not self._lost:
                self._begin(task)

    def drop(self, task: Task) -> None:
        """Forget a dock; one that has begun goes on in its worker, and nobody hears of it."""
        with self._lock:
            self._tasks.pop(task, None)
            running, task.running = task.running, None
        if running is not None:
            with suppress(Exception):  # the scheduler may be gone
                running.cancel()

    def close(self) -> None:
        """End the client, and what was started for it; open docks are dropped."""
        with self._lock:
            self._stopping = True
            self._tasks.clear()
        self._wake.set()
        if threading.current_thread() is not self._keeper:
            self._keeper.join(GATHER)
        self._opened.close()

    # --- a dock

    def _begin(self, task: Task) -> None:
        # A key of its own each time: a scheduler keeps what it knows of a key, a failure too.
        key = f"molgrad-dock-{task.key}-{self._opened.client.id}-{next(self._numbers)}"
        try:
            task.running = self._opened.client.submit(dock_there, *task.arguments, key=key, pure=False)
        except Exception:  # the client is closed, or closing: the next one takes the task
            self._is_lost()
            return
        task.running.add_done_callback(partial(self._done, task))

    def _done(self, task: Task, running: Any) -> None:
        """Called by dask's thread when a dock ends, is cancelled, or its scheduler is lost."""
        if running is not task.running:  # dropped, or of a client that is gone
            return
        if running.status == "cancelled":
            self._is_lost()
            return
        said = self._heard(running)
        if isinstance(said, TimeoutError):
            self._is_lost()
        elif isinstance(said, WorkersDied) and task.deaths + 1 < TRIES:
            task.deaths += 1
            self.submit(task)
        else:
            with self._lock:
                if task not in self._tasks:
                    return
                del self._tasks[task]
                self._losses = 0
            task.answer(said)

    def _heard(self, running: Any) -> str | BaseException:
        from distributed.scheduler import KilledWorker  # an extra

        try:
            return str(running.result(timeout=GATHER))
        except KilledWorker as error:
            return WorkersDied(str(error))
        except BaseException as error:  # what the worker raised, or a fault of the connection
            cancelled = running.status == "cancelled" or running.client.status != "running"
            return TimeoutError() if cancelled else error

    # --- the scheduler

    def _is_lost(self) -> None:
        self._lost = True
        self._wake.set()

    def _keep(self) -> None:
        """The thread that looks after the client."""
        while not self._stopping:
            self._wake.wait(LOOK)
            self._wake.clear()
            if self._stopping:
                return
            if self._lost or self._opened.client.status != "running":
                self._lost = True
                self._open_again()
            else:
                self._count()

    def _count(self) -> None:
        """Ask how many docks the workers do at once; tell where there are none for a while."""
        client = self._opened.client
        with suppress(Exception):  # a scheduler that is busy, or gone: the next look says
            self.threads = sum(client.sync(client.scheduler.ncores, callback_timeout=LOOK).values())
            if self.threads or not self._tasks:
                self._idle_since = None
            elif self._idle_since is None:
                self._idle_since = time.monotonic()
            elif 0.0 < self._idle_since < time.monotonic() - NO_WORKERS:
                self._idle_since = 0.0  # said
                _say(f"{self.opening.title} has no workers: {len(self._tasks)} docks wait for one")

    def _open_again(self) -> None:
        """Make a new client and submit to it what is open, or give up."""
        title, began = self.opening.title, time.monotonic()
        self._opened.close()
        self._losses += 1
        opened: Opened | None = None
        why = f"it was lost {LOSSES} times in a row"
        while opened is None and self._losses <= LOSSES and time.monotonic() - began < PATIENCE:
            try:
                opened = self.opening.open()
            except MolgradError as error:
                why = str(error)
            if opened is None and (self._wake.wait(LOOK) and self._stopping):
                return
        with self._lock:
            if opened is None:
                self._give_up(f"{title} was lost and did not come back: {why}; what was measured is kept")
                return
            self._opened, self._lost = opened, False
            left = list(self._tasks)
            for task in left:
                self._begin(task)
        lasted = f"after {time.monotonic() - began:.0f} s "
        _say(f"{title} was lost: a new client reached it {lasted}and submitted {len(left)} open docks again")

    def _give_up(self, why: str) -> None:
        self._stopping = True
        left, self._tasks = list(self._tasks), {}
        for task in left:
            task.answer(WorkerDiedError(why))


def _say(words: str) -> None:
    warnings.warn(words, UserWarning, stacklevel=2)


_shared: dict[Opening, Connection] = {}
_sharing = threading.Lock()


def connected(opening: Opening) -> Connection:
    """The connection for this opening; executors for several receptors share one. `leave` it in the end.

    Args:
        opening: makes the client where there is no connection yet.

    Raises:
        MolgradError: no scheduler could be reached or started.
    """
    with _sharing:
        known = _shared.get(opening)
        if known is not None and known.alive:
            known.users += 1
            return known
        made = _shared[opening] = Connection(opening)
        return made


def leave(connection: Connection) -> None:
    """End a connection when its last user leaves.

    Args:
        connection: from `connected`.
    """
    with _sharing:
        connection.users -= 1
        if connection.users > 0:
            return
        if _shared.get(connection.opening) is connection:
            del _shared[connection.opening]
    connection.close()

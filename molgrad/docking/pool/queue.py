"""Jobs in the order in which they were asked for, between the threads that ask and the one that hands out."""

from __future__ import annotations

import threading
from collections import deque

from molgrad.docking.pool.job import Job


class JobQueue:
    """A queue that can be closed: after that no job comes in, so that what is left is all there is.

    Threads: safe. `closing` may be set without waiting, from wherever a pool happens to be collected.

    Attributes:
        closing: "" while jobs come in, "drain" to finish those that are there, "kill" to give them up.
    """

    def __init__(self) -> None:
        self.closing = ""
        self._lock = threading.Lock()
        self._jobs: deque[Job] = deque()

    def put(self, job: Job) -> None:
        """Add a job; RuntimeError once the queue is closing."""
        with self._lock:
            if self.closing:
                raise RuntimeError("the docking pool is closed")
            self._jobs.append(job)

    def put_back(self, job: Job) -> None:
        """A job whose worker died, to be done next."""
        with self._lock:
            self._jobs.appendleft(job)

    def close(self, *, kill: bool) -> None:
        """Let no more in; a queue that is to be given up stays so."""
        with self._lock:
            self.closing = "kill" if kill or self.closing == "kill" else "drain"

    def waiting(self) -> bool:
        """Whether a job is waiting; cancelled ones in front are dropped."""
        with self._lock:
            while self._jobs and self._jobs[0].future.cancelled():
                self._jobs.popleft()
            return bool(self._jobs)

    def next(self) -> Job | None:
        """The next job; None when there is none."""
        with self._lock:
            return self._jobs.popleft() if self._jobs else None

    def given_up(self) -> list[Job]:
        """Close at once, and hand over what was left."""
        with self._lock:
            self.closing = "kill"
            left = list(self._jobs)
            self._jobs.clear()
            return left

    def __len__(self) -> int:
        return len(self._jobs)

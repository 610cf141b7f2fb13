"""Work that outlasts a call: one job at a time, in the order asked for, with progress and a way to stop."""

from __future__ import annotations

import queue
import re
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import CancelledError

from molgrad.errors import CampaignError, EngineError, MolgradError
from molgrad.serve.models import Answer, Job
from molgrad.serve.store import INTERRUPTED, ServeStore
from molgrad.serve.words import failed_inside, sentence

CLOCK = 0.2  # s between two looks at the clock
QUEUED = 8  # jobs that may wait: more would only be forgotten
_NAME = re.compile(r"[jJ][0-9]{1,10}")


class StoppedError(EngineError):
    """A job was cancelled, or the session's time is over."""


class Work:
    """One job.

    Args:
        number: in the store.
        tool: that began it.
        run: does the work; may call `check` and `report`.
        docks: that it will need.

    Attributes:
        taken: docks that it was given so far.
        finished: set once there is a result or a reason why there is none.
    """

    def __init__(self, number: int, tool: str, run: Callable[[Work], Answer], docks: int = 0) -> None:
        self.number, self.tool, self._run = number, tool, run
        self.docks, self.taken = docks, 0
        self.finished = threading.Event()
        self.state, self.done, self.total, self.message = "queued", 0, 0, ""
        self.answer = Answer()
        self._why = ""
        self._stops: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def report(self, done: int, total: int, message: str = "") -> None:
        """Say how far it is.

        Args:
            done: molecules that are measured.
            total: molecules in all.
            message: a few words.
        """
        self.done, self.total, self.message = done, total, message

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return bool(self._why)

    def check(self) -> None:
        """Raise StoppedError once the job was told to stop."""
        if self._why:
            raise StoppedError(self._why)

    def on_stop(self, stop: Callable[[], None]) -> None:
        """Have something done when the job is told to stop; at once if it was.

        Args:
            stop: ends what the job waits for; called from another thread.
        """
        with self._lock:
            if not self._why:
                self._stops.append(stop)
                return
        stop()

    def stop(self, why: str) -> None:
        """Tell it to stop.

        Args:
            why: what the client is told.
        """
        with self._lock:
            if self._why:
                return
            self._why, stops = why, self._stops
        for stop in stops:
            stop()

    def perform(self) -> None:
        """Do the work; whatever happens, there is an end."""
        try:
            self.check()
            self.answer = self._run(self)
            self.state = "done"
        except (StoppedError, CancelledError):
            self.state, self.message = "cancelled", self._why or "it was stopped"
        except (MolgradError, ValueError, OSError) as error:
            self.state, self.message = "failed", sentence(error)
        except Exception as error:  # a fault of ours: the operator reads the trace, the client a sentence
            traceback.print_exc(file=sys.stderr)
            self.state, self.message = "failed", failed_inside(error)

    def told(self) -> Job:
        """What the client is told of it now."""
        return Job(
            job=f"j{self.number:04d}",
            tool=self.tool,
            state=self.state,
            done=self.done,
            total=self.total,
            message=self.message,
            **{name: getattr(self.answer, name) for name in Answer.model_fields},
        )


class Jobs:
    """A queue of jobs and the thread that does them.

    Args:
        store: keeps how each ended.
        session: the session's name.
        over: why every job has to stop now, such as that the time is over; empty while none has to.
    """

    def __init__(self, store: ServeStore, session: str, over: Callable[[], str]) -> None:
        self._store, self._session, self._over = store, session, over
        self._works: dict[int, Work] = {}
        self._queue: queue.Queue[Work | None] = queue.Queue()
        self._closed, self._lock = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._loop, name="molgrad-serve-jobs", daemon=True)
        self._thread.start()
        threading.Thread(target=self._watch, name="molgrad-serve-clock", daemon=True).start()

    def waiting(self) -> list[Work]:
        """The jobs that are not finished, in order."""
        return [work for work in list(self._works.values()) if not work.finished.is_set()]

    def promised(self) -> int:
        """Docks that the jobs which are not finished will still need."""
        return sum(max(0, work.docks - work.taken) for work in self.waiting())

    def add(self, tool: str, run: Callable[[Work], Answer], docks: int = 0) -> Work:
        """Queue a job.

        Args:
            tool: that begins it.
            run: does the work.
            docks: that it will need; see `promised`.

        Raises:
            EngineError: too many wait already.
        """
        if len(self.waiting()) > QUEUED:
            first = self.waiting()[0].told().job
            raise EngineError(
                f"{QUEUED} jobs wait already: wait for one with 'job' ({first} is the next) or 'cancel' it"
            )
        work = Work(self._store.new_job(self._session, tool), tool, run, docks)
        self._works[work.number] = work
        self._queue.put(work)
        return work

    def find(self, name: str) -> Work | None:
        """The job of this id that waits or runs; None for one that has ended.

        Args:
            name: such as j0003.

        Raises:
            CampaignError: there is none.
        """
        number = int(name[1:]) if _NAME.fullmatch(name) else 0
        if (work := self._works.get(number)) is not None:
            return work
        if not self._store.rows("SELECT id FROM jobs WHERE id = ? AND session = ?", number, self._session):
            rows = self._store.rows("SELECT id FROM jobs WHERE session = ? ORDER BY id DESC LIMIT 5", self._session)
            known = f"the latest are {', '.join(f'j{row[0]:04d}' for row in rows)}" if rows else "none was begun"
            raise CampaignError(f"there is no job {name!r} in this session; {known}")
        return None

    def told(self, name: str) -> Job:
        """What the client is told of a job now.

        Args:
            name: such as j0003.

        Raises:
            CampaignError: there is none.
        """
        if (work := self.find(name)) is not None:
            return work.told()
        number, tool, state, answer = self._store.rows(
            "SELECT id, tool, state, answer FROM jobs WHERE id = ?", int(name[1:])
        )[0]
        if answer is not None:
            return Job.model_validate_json(answer)
        said = "the server was stopped before it ended: call the tool again; what was docked is kept"
        if state != INTERRUPTED:
            said = "its answer is too old to be kept; poses and molecules of the campaign are still there"
        return Job(job=f"j{number:04d}", tool=tool, state=state, message=said)

    def stop(self, work: Work, why: str) -> None:
        """Tell a job to stop; one that waits for its turn has ended then.

        Args:
            work: the job.
            why: what the client is told.
        """
        work.stop(why)
        with self._lock:
            waits = work.state == "queued"
            if waits:
                work.state, work.message = "cancelled", why
        if waits:
            self._end(work)

    def close(self) -> None:
        """Stop what is being done and what waits; returns when the thread has ended, or after a few seconds."""
        self._closed.set()
        for work in self.waiting():
            self.stop(work, "the server was stopped")
        self._queue.put(None)
        self._thread.join(timeout=5.0)

    def _loop(self) -> None:
        while (work := self._queue.get()) is not None:
            with self._lock:
                waits = work.state == "queued"
                if waits:
                    work.state = "running"
            if waits:
                work.perform()
                self._end(work)

    def _end(self, work: Work) -> None:
        try:
            self._store.end_job(work.number, work.state, work.told().model_dump(mode="json"))
            self._works.pop(work.number, None)  # the store has it now
        except MolgradError as error:  # a full disk: the answer is still given
            sys.stderr.write(f"molgrad: {error}\n")
        work.finished.set()

    def _watch(self) -> None:
        while not self._closed.wait(CLOCK):
            if over := self._over():
                for work in self.waiting():
                    self.stop(work, over)

"""Several calls at once: bounded, paced, and with results in the order of the questions."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Event, Lock
from typing import TypeVar

from molgrad.errors import ConflictingSettingsError
from molgrad.llm.deadline import WAKE as WAKE
from molgrad.llm.deadline import abandoned
from molgrad.llm.request import Request
from molgrad.llm.types import Completion, LanguageModel
from molgrad.llm.wrapper import Wrapper

WORKERS = 8
_MINUTE = 60.0
T = TypeVar("T")


class RateLimit:
    """At most so many starts in any minute; the first ones go at once, later ones wait their turn.

    Threads: safe, and shared by whoever shares the object.

    Args:
        per_minute: starts a minute.
        clock: seconds, for tests.
        sleep: waits, for tests.
    """

    def __init__(
        self,
        per_minute: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not per_minute > 0:
            raise ConflictingSettingsError(f"a rate of {per_minute} requests a minute sends nothing; give more than 0")
        # Below one a minute, one in a longer window.
        self._starts: deque[float] = deque(maxlen=max(1, int(per_minute)))
        self._window = _MINUTE if per_minute >= 1 else _MINUTE / per_minute
        self._clock, self._sleep = clock, sleep
        self._lock = Lock()

    def wait(self) -> None:
        """Return when one more may start."""
        with self._lock:  # places are given out under the lock, waiting is done outside
            now = self._clock()
            full = len(self._starts) == self._starts.maxlen
            start = max(now, self._starts[0] + self._window) if full else now
            self._starts.append(start)
        if start > now:
            self._sleep(start - now)


class PacedModel(Wrapper):
    """Sends at most so many requests a minute.

    Args:
        model: who answers.
        limit: requests a minute, or a RateLimit that several models share.
    """

    def __init__(self, model: LanguageModel, limit: float | RateLimit) -> None:
        super().__init__(model)
        self._limit = limit if isinstance(limit, RateLimit) else RateLimit(limit)

    def _answer(self, request: Request) -> Completion:
        self._limit.wait()
        return request.put_to(self.model)


class _NotStartedError(Exception):
    """Another function had failed before this one's turn came."""


def gather(
    functions: Sequence[Callable[[], T]],
    workers: int = WORKERS,
    per_minute: float | RateLimit | None = None,
    *,
    keep: Callable[[int, T], None] | None = None,
) -> list[T]:
    """The results of functions that run side by side, in the order of the functions.

    When one raises, those not yet started never are, those under way are waited for, and the error of the
    first in order among the failed is raised. With one worker the functions run in this thread.

    Args:
        functions: what to call; labels given with `labelled` hold within.
        workers: how many threads at most.
        per_minute: starts a minute at most.
        keep: called in this thread with the place and the result of each function as soon as it is there,
            so that nothing finished is lost when another one fails.
    """
    limit = RateLimit(per_minute) if isinstance(per_minute, int | float) else per_minute
    results: dict[int, T] = {}
    failed: dict[int, BaseException] = {}

    stopped = Event()  # set where a function fails, since this thread hears of it only later

    def run(function: Callable[[], T]) -> T:
        if limit is not None:
            limit.wait()
        if stopped.is_set():
            raise _NotStartedError
        try:
            return function()
        except BaseException:
            stopped.set()
            raise

    def take(place: int, result: T) -> None:
        results[place] = result
        if keep is not None:
            keep(place, result)

    if workers <= 1 or len(functions) <= 1:
        for place, function in enumerate(functions):
            take(place, run(function))
    else:
        _run_all(functions, workers, run, take, failed)
    if failed:
        raise failed[min(failed)]
    return [results[place] for place in range(len(functions))]


def _run_all(
    functions: Sequence[Callable[[], T]],
    workers: int,
    run: Callable[[Callable[[], T]], T],
    take: Callable[[int, T], None],
    failed: dict[int, BaseException],
) -> None:
    given_up = Event()
    with ThreadPoolExecutor(min(workers, len(functions)), thread_name_prefix="molgrad-llm") as pool:
        try:
            token = abandoned.set(given_up)  # the contexts below are copies of this one
            places: dict[Future[T], int] = {
                pool.submit(copy_context().run, run, function): place for place, function in enumerate(functions)
            }
            abandoned.reset(token)
            left = set(places)
            while left:
                done, left = wait(left, WAKE, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=places.__getitem__):
                    error = None if future.cancelled() else future.exception()
                    if isinstance(error, _NotStartedError):
                        continue
                    if error is not None:
                        failed[places[future]] = error
                    elif not future.cancelled():
                        take(places[future], future.result())
                if failed:
                    left = {future for future in left if not future.cancel()}
        except BaseException:  # the user's Ctrl-C, or `keep` failed: start nothing more
            given_up.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise

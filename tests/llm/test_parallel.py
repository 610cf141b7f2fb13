"""Side by side: order, failure, labels and pace."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event, Lock, Thread

import pytest

from molgrad.errors import ConflictingSettingsError, EngineError
from molgrad.llm import Transcript, gather, labelled
from molgrad.llm.parallel import PacedModel, RateLimit
from molgrad.llm.recording import RecordingModel
from tests.llm.conftest import Told, ask


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_results_come_in_the_order_of_the_functions() -> None:
    turns = [Event() for _ in range(6)]
    turns[5].set()

    def function(i: int) -> Callable[[], int]:
        def run() -> int:
            turns[i].wait(10)
            if i:
                turns[i - 1].set()  # the last one ends first
            return i

        return run

    kept: list[int] = []
    found = gather([function(i) for i in range(6)], workers=6, keep=lambda place, _: kept.append(place))
    assert found == list(range(6))
    assert sorted(kept) == list(range(6))


def test_at_most_so_many_at_a_time() -> None:
    lock, now, most = Lock(), 0, 0
    meeting = Barrier(3)

    def run() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        meeting.wait(10)  # three must be here together
        with lock:
            now -= 1

    gather([run] * 12, workers=3)
    assert most == 3


@pytest.mark.parametrize("workers", [1, 4])
def test_the_first_failure_in_order_is_raised_and_what_was_finished_is_kept(workers: int) -> None:
    meeting = Barrier(workers)

    def function(i: int) -> Callable[[], int]:
        def run() -> int:
            if i < workers:
                meeting.wait(10)
            if i in (1, 2):
                raise EngineError(f"failure {i}")
            return i

        return run

    kept: dict[int, int] = {}
    with pytest.raises(EngineError, match="failure 1"):
        gather([function(i) for i in range(4)], workers=workers, keep=kept.__setitem__)
    assert kept in ({0: 0}, {0: 0, 3: 3})


def test_after_a_failure_nothing_more_is_started() -> None:
    started: list[int] = []

    def function(i: int) -> Callable[[], None]:
        def run() -> None:
            started.append(i)
            raise EngineError("down")

        return run

    with pytest.raises(EngineError, match="down"):
        gather([function(i) for i in range(500)], workers=2)
    assert len(started) <= 2  # one a worker


def test_nothing_gives_nothing() -> None:
    assert gather([]) == []


def test_a_failing_keep_stops_the_rest() -> None:
    def keep(place: int, result: int) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        gather([lambda: 1] * 50, workers=2, keep=keep)


def test_labels_travel_into_the_threads(tmp_path: Path) -> None:
    transcript = Transcript(tmp_path / "calls.db")
    model = RecordingModel(Told(), transcript)

    def function(i: int) -> Callable[[], None]:
        def run() -> None:
            with labelled(node=i):
                model.complete(ask("q"))

        return run

    with labelled(step=7):
        gather([function(i) for i in range(6)], workers=3)
    model.complete(ask("q"))
    labels = sorted((dict(call.labels) for call in transcript), key=str)
    assert labels == [*({"step": "7", "node": str(i)} for i in range(6)), {}]


def test_the_pace_is_kept_in_any_minute() -> None:
    clock = Clock()
    limit = RateLimit(10, clock=clock, sleep=clock.sleep)
    dice = random.Random(1)
    starts = []
    for _ in range(60):
        clock.now += dice.choice([0.0, 0.0, 1.0, 30.0])
        limit.wait()
        starts.append(clock.now)
    assert all(later - first >= 60 - 1e-6 for first, later in zip(starts, starts[10:], strict=False))


def test_less_than_one_a_minute() -> None:
    clock = Clock()
    limit = RateLimit(0.5, clock=clock, sleep=clock.sleep)
    limit.wait()
    limit.wait()
    assert clock.now == 120


def test_threads_share_a_pace() -> None:
    waits: list[float] = []
    limit = RateLimit(5, clock=lambda: 0.0, sleep=waits.append)
    threads = [Thread(target=limit.wait) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [60.0] * 5 + [120.0] * 2


def test_a_paced_model_waits_before_it_asks() -> None:
    clock = Clock()
    told = Told()
    model = PacedModel(told, RateLimit(1, clock=clock, sleep=clock.sleep))
    model.complete(ask("a"))
    model.complete(ask("b"))
    assert (clock.now, told.asked) == (60.0, ["a", "b"])


def test_gather_keeps_the_pace() -> None:
    clock = Clock()
    limit = RateLimit(2, clock=clock, sleep=clock.sleep)
    assert gather([lambda: 1] * 5, workers=1, per_minute=limit) == [1] * 5
    assert clock.now == 120


def test_no_pace_is_refused() -> None:
    with pytest.raises(ConflictingSettingsError, match="more than 0"):
        RateLimit(0)

"""Values measured at once through an executor: the same results, and a failure of the executor is a result too."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from threading import Barrier

import molgrad as mg
from molgrad.autograd.loss import Context
from molgrad.evaluation import Evaluation, Status

WORDS: Sequence[str] = ("C", "CC", "CCC", "CCCC")


class Dies(mg.Loss):
    """Ends the process that measures CC. Scale: none."""

    name = "dies"

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        if value == "CC":
            os._exit(3)
        return Evaluation(self.name, Status.OK, float(len(value)))


def test_two_values_are_measured_at_once() -> None:
    meeting = Barrier(2, timeout=30)  # passes only when two measurements run at the same time

    def length(value: str) -> float:
        meeting.wait()
        return float(len(value))

    with ThreadPoolExecutor(2) as pool:
        found = mg.FunctionLoss(length, executor=pool).evaluate(WORDS)
    assert [one.score for one in found] == [1.0, 2.0, 3.0, 4.0]


def test_processes_give_the_same_as_no_executor() -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = mg.FunctionLoss(len, executor=pool).evaluate(WORDS, [{"parent": "C", "advisor": object()}] * 4)
    assert found == mg.FunctionLoss(len).evaluate(WORDS)


def test_a_worker_that_dies_fails_its_values_and_ends_nothing() -> None:
    loss = Dies()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        loss.executor = pool
        found = loss.evaluate(WORDS)
    assert found[0].status in (Status.OK, Status.FAILED)
    assert found[1].status is Status.FAILED
    assert "the executor failed" in found[1].reason


def test_an_executor_that_is_shut_down_is_said() -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    found = mg.FunctionLoss(len, executor=pool).evaluate(WORDS)
    assert all("shutdown" in one.reason and one.status is Status.FAILED for one in found)

"""Python functions that take batches, run in threads, or fail sometimes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from threading import Barrier
from typing import Any
from urllib.error import HTTPError, URLError

import numpy as np
import pytest

import molgrad as mg
from molgrad.errors import EngineError
from molgrad.evaluation import Status

WORDS = ["C", "CC", "CCC", "CCCC", "CCCCC"]


def lengths(values: Sequence[str]) -> Any:
    return np.array([len(value) for value in values])


def failing(times: int, error: Exception) -> Callable[[str], float]:
    """A function that fails so often before it measures."""
    left = iter([error] * times)

    def measure(value: str) -> float:
        if (now := next(left, None)) is not None:
            raise now
        return float(len(value))

    return measure


@pytest.mark.parametrize("options", [{"batch": 2}, {"batch": 64}, {"batch": 2, "workers": 3}, {"batch": 1}])
def test_a_batch_gives_what_single_values_give(options: dict[str, int]) -> None:
    sizes: list[int] = []

    def measure(values: list[str]) -> Any:
        sizes.append(len(values))
        return lengths(values)

    found = mg.FunctionLoss(measure, "len", **options).evaluate(WORDS)  # type: ignore[arg-type]
    assert found == mg.FunctionLoss(len, "len").evaluate(WORDS)
    assert max(sizes) <= options["batch"]


def test_batches_in_processes() -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = mg.FunctionLoss(lengths, executor=pool, batch=2).evaluate(WORDS)  # type: ignore[arg-type]
    assert [one.score for one in found] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("batch", [None, 1])
def test_workers_measure_at_once(batch: int | None) -> None:
    meeting = Barrier(2, timeout=30)  # passes only when two measurements run at the same time

    def measure(value: Any) -> Any:
        meeting.wait()
        return len(value) if batch is None else [len(value[0])]

    found = mg.FunctionLoss(measure, workers=2, batch=batch).evaluate(WORDS[:4])
    assert [one.score for one in found] == [1, 2, 3, 4]


def test_one_bad_value_spoils_only_itself_in_a_batch() -> None:
    def measure(values: list[str]) -> list[float]:
        return [1 / (len(value) - 2) for value in values]

    found = mg.FunctionLoss(measure, batch=9).evaluate(WORDS)  # type: ignore[arg-type]
    assert [one.score for one in found] == [-1, None, 1, 1 / 2, 1 / 3]
    assert found[1].reason == "ZeroDivisionError: float division by zero" or "division by zero" in found[1].reason


@pytest.mark.parametrize(
    ("result", "why"),
    [([1.0], "1 results for 5 values"), ("words", "returns a list"), ({"C": 1}, "returns a list"), (None, "a list"),
     ([float("nan")] * 5, "returned nan"), ([[1, 2]] * 5, "return a number")],
)  # fmt: skip
def test_a_batch_that_is_none_is_failed(result: Any, why: str) -> None:
    found = mg.FunctionLoss(lambda values: result if len(values) > 1 or not isinstance(result, list) else result * 2,
                            batch=9).evaluate(WORDS)  # type: ignore[arg-type, return-value]  # fmt: skip
    assert {one.status for one in found} == {Status.FAILED}
    assert why in found[0].reason or "2 results for 1" in found[0].reason
    assert not any(one.may_pass for one in found)


@pytest.mark.parametrize("error", [TimeoutError("slow"), ConnectionResetError("gone"), URLError(TimeoutError())])
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    assert mg.FunctionLoss(failing(2, error), pause=0).evaluate(["CC"])[0].score == 2.0
    failed = mg.FunctionLoss(failing(3, error), pause=0).evaluate(["CC"])[0]
    assert (failed.status, failed.may_pass) == (Status.FAILED, True)


def test_what_will_not_pass_is_not_tried_again() -> None:
    for error in (ValueError("wrong"), HTTPError("u", 404, "no", {}, None)):  # type: ignore[arg-type]
        failed = mg.FunctionLoss(failing(1, error), pause=0).evaluate(["CC"])[0]
        assert (failed.status, failed.may_pass) == (Status.FAILED, False)


def test_errors_of_clients_and_of_ones_own_may_pass() -> None:
    class Busy(Exception):
        pass

    class Timeout(Exception):  # as requests names it
        pass

    for error in (Timeout(), subprocess.TimeoutExpired("dock", 3)):
        assert mg.FunctionLoss(failing(1, error), pause=0).evaluate(["CC"])[0].ok
    assert mg.FunctionLoss(failing(1, Busy()), pause=0, passing=(Busy,)).evaluate(["CC"])[0].ok
    assert mg.FunctionLoss(failing(1, Busy()), retries=0, passing=(Busy,)).evaluate(["CC"])[0].may_pass


def test_a_batch_is_tried_again_as_a_whole() -> None:
    calls: list[int] = []

    def measure(values: list[str]) -> list[int]:
        calls.append(len(values))
        if len(calls) < 3:
            raise TimeoutError
        return [len(value) for value in values]

    found = mg.FunctionLoss(measure, batch=9, pause=0).evaluate(WORDS)  # type: ignore[arg-type]
    assert (calls, [one.score for one in found]) == ([5, 5, 5], [1, 2, 3, 4, 5])


def test_a_plain_function_that_times_out_may_pass_too() -> None:
    assert (1 * mg.Function(failing(1, TimeoutError()))).evaluate(["C"])[0].may_pass


def test_an_engine_that_is_down_ends_the_batch() -> None:
    with pytest.raises(EngineError, match="nobody"):
        mg.FunctionLoss(failing(1, EngineError("nobody")), batch=4).evaluate(WORDS)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"batch": 0}, {"retries": -1}, {"pause": -1}, {"pause": 1e9}])
def test_senseless_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        mg.FunctionLoss(len, **wrong)

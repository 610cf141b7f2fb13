"""Values measured through an executor: a process pool, threads, a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Any, TypeVar

from molgrad.autograd.passing import may_pass
from molgrad.errors import EngineError
from molgrad.evaluation import PASSING, Evaluation, Status
from molgrad.llm.parallel import WAKE

T = TypeVar("T")
Measure = Callable[[str, Mapping[str, Any]], Evaluation]


def through(
    executor: Executor, measure: Measure, name: str, values: Sequence[str], contexts: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, Evaluation]]:
    """(index, evaluation) of each value, as the results arrive; what the executor itself fails at is FAILED.

    Args:
        executor: whoever made it shuts it down.
        measure: what measures one value in its context; it must be able to travel there.
        name: of the loss, for evaluations that failed.
        values: what to measure.
        contexts: of each value; its texts and evaluations travel with it.
    """
    running: dict[Future[Evaluation], int] = {}
    for i, (value, context) in enumerate(zip(values, contexts, strict=True)):
        plain = {key: known for key, known in context.items() if isinstance(known, str | Evaluation)}
        running[submitted(executor, measure, value, plain)] = i
    for i, future in gathered(running):
        yield i, _answer(future, name)


def gathered(running: Mapping[Future[T], int]) -> Iterator[tuple[int, Future[T]]]:
    """(number, future) of each that is done, as they end; those that were not begun are cancelled with the iterator.

    Args:
        running: futures with their numbers; of several that are done the lowest comes first.
    """
    try:
        left = set(running)
        while left:
            done, left = wait(left, WAKE, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=running.__getitem__):
                yield running[future], future
    finally:
        for future in running:
            future.cancel()


def submitted(executor: Executor, function: Callable[..., T], *arguments: Any) -> Future[T]:
    """The future of a call; where the executor was shut down or broke, one that failed.

    Args:
        executor: where it runs.
        function: what is called.
        *arguments: what it is called with.
    """
    try:
        return executor.submit(function, *arguments)
    except RuntimeError as error:  # it was shut down, or broke; what it was given before may still come
        refused: Future[T] = Future()
        refused.set_exception(error)
        return refused


def _answer(future: Future[Evaluation], name: str) -> Evaluation:
    try:
        return future.result()
    except EngineError:
        raise
    except Exception as error:
        return executor_failed(error, name)


def executor_failed(error: Exception, name: str) -> Evaluation:
    """The executor's own failure: a worker that died, what could not be sent.

    Args:
        error: what the future raised.
        name: of the loss.
    """
    details = {PASSING: True} if may_pass(error) else {}
    why = f"the executor failed: {type(error).__name__}: {error}"
    return Evaluation(name, Status.FAILED, reason=why, details=details)

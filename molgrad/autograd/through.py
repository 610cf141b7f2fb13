"""Values measured through an executor: a process pool, threads, a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Any

from molgrad.errors import EngineError
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.parallel import WAKE

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
    try:
        for i, (value, context) in enumerate(zip(values, contexts, strict=True)):
            plain = {key: known for key, known in context.items() if isinstance(known, str | Evaluation)}
            running[_submitted(executor, measure, value, plain)] = i
        left = set(running)
        while left:
            done, left = wait(left, WAKE, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=running.__getitem__):
                yield running[future], _answer(future, name)
    finally:
        for future in running:
            future.cancel()


def _submitted(executor: Executor, measure: Measure, value: str, context: Mapping[str, Any]) -> Future[Evaluation]:
    try:
        return executor.submit(measure, value, context)
    except RuntimeError as error:  # it was shut down, or broke; what it was given before may still come
        refused: Future[Evaluation] = Future()
        refused.set_exception(error)
        return refused


def _answer(future: Future[Evaluation], name: str) -> Evaluation:
    try:
        return future.result()
    except EngineError:
        raise
    except Exception as error:  # the executor's own failure: a worker that died, what could not be sent
        return Evaluation(name, Status.FAILED, reason=f"the executor failed: {type(error).__name__}: {error}")

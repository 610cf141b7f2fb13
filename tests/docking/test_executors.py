"""Executors that fail, and what the layer above makes of it; the contract itself is in tests/contracts."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from molgrad.docking import Docker, DockResult
from molgrad.docking.executor import AdaptedExecutor, ProcessExecutor, load_executor
from molgrad.docking.request import DockRequest, ReceptorContent
from molgrad.docking.result import Provenance
from molgrad.errors import DockingError, ReceptorError, UnknownNameError, WorkerDiedError
from molgrad.losses.docking import Docking
from molgrad.receptors import Receptor


class Inline(Executor):
    """Runs nothing: every task ends with this error, or with this result."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        self.asked: list[tuple[Any, ...]] = []

    def submit(self, task: Any, /, *arguments: Any, **more: Any) -> Future[Any]:
        self.asked.append(arguments)
        future: Future[Any] = Future()
        if isinstance(self.outcome, Exception):
            future.set_exception(self.outcome)
        else:
            future.set_result(self.outcome)
        return future


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (OSError("no route to host"), WorkerDiedError, "the executor failed: OSError: no route to host"),
        (ReceptorError("x: Vina could not use the receptor"), ReceptorError, "could not use the receptor"),
    ],
)
def test_an_executor_that_fails_ends_the_docking_and_fails_no_molecule(
    error: Exception, kind: type[Exception], said: str, receptor: Receptor
) -> None:
    with pytest.raises(kind, match=said):
        Docker(receptor, executor=Inline(error)).dock(["CCO"])


def test_no_path_of_this_machine_is_handed_over(receptor: Receptor) -> None:
    inline = Inline(DockResult("CCO", affinity=-2.0).to_json())
    (row,) = Docker(receptor, executor=inline).dock(["CCO"])
    assert row.affinity == -2.0
    ((request, content),) = inline.asked
    assert DockRequest.from_json(request).receptor == ReceptorContent.of(receptor).key
    assert str(receptor.pdbqt.parent) not in str(request)
    assert isinstance(content, bytes)


def test_another_version_of_the_program_is_refused(receptor: Receptor) -> None:
    done = Provenance("vina", {"vina": "1.1.2"})
    inline = Inline(DockResult("CCO", affinity=-2.0, provenance=done).to_json())
    with pytest.raises(DockingError, match=r"docks with Vina 1\.1\.2, here is 1\.\d\.\d: install the same"):
        Docker(receptor, executor=inline).dock(["CCO"])


def test_a_process_that_dies_is_said(receptor: Receptor) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        victim = pool.submit(os.getpid).result(60)
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(WorkerDiedError, match=r"the executor failed: Broken"):
            Docker(receptor, executor=pool).dock(["CCO"])


def test_an_executor_is_named_or_given() -> None:
    assert isinstance(load_executor(None, 1), ProcessExecutor)
    assert isinstance(load_executor("processes", 1), ProcessExecutor)
    assert load_executor(Inline(None), 3).workers == 3
    own = AdaptedExecutor(Inline(None), 2)
    assert load_executor(own, None) is own
    with pytest.raises(UnknownNameError, match="did you mean processes"):
        load_executor("process", 1)
    with pytest.raises(TypeError, match="executor must be"):
        load_executor(3, 1)  # type: ignore[arg-type]  # what a user may give


def test_a_loss_docks_where_it_is_told(receptor: Receptor) -> None:
    inline = Inline(DockResult("CCO", "CCO", affinity=-2.0).to_json())
    (found,) = Docking(receptor, executor=inline, cache=False).evaluate(["CCO"])
    assert found.score == -2.0
    assert len(inline.asked) == 1

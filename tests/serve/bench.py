"""A stand-in at the seam where docks run, and a session over it; no process, no Vina."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from molgrad.docking.request import DockRequest, ReceptorContent
from molgrad.docking.result import DockResult
from molgrad.serve.jobs import Work
from molgrad.serve.models import Job, Reply
from molgrad.serve.service import Service
from molgrad.serve.session import Session, Terms


class Bench:
    """Docks at once: -1 kcal/mol for every carbon. With `hold` every dock waits until it is cancelled or let go."""

    def __init__(self, *, hold: bool = False) -> None:
        self.workers, self.hold = 2, hold
        self.docked: list[str] = []
        self.held: list[tuple[Future[DockResult], DockRequest]] = []
        self.closed = False

    def provide(self, receptor: ReceptorContent) -> None:
        self.receptor = receptor.name

    def submit(self, request: DockRequest) -> Future[DockResult]:
        self.docked.append(request.smiles)
        future: Future[DockResult] = Future()
        if self.hold:
            self.held.append((future, request))
        else:
            future.set_result(result(request.smiles))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.closed = True


def result(smiles: str) -> DockResult:
    heavy = sum(char.isalpha() for char in smiles)
    return DockResult(smiles, smiles, affinity=-float(smiles.upper().count("C")), atom_map=tuple(range(heavy)))


@contextmanager
def session(folder: Path, bench: Bench | None = None, **terms: Any) -> Iterator[Session]:
    given = {"effort": "fast", "receptors": ("1ia1",), **terms}
    opened = Session(folder, Terms(**given), executor=bench or Bench())
    try:
        yield opened
    finally:
        opened.close()


def called(service: Service, name: str, **arguments: Any) -> Reply:
    """The answer of a tool, of a job once it has ended."""
    begun = service.begin(name, arguments)
    service.answer(begun)
    if begun.reply is not None:
        return begun.reply
    assert begun.waiting is not None
    if begun.waiting.work is not None:
        assert begun.waiting.work.finished.wait(30)
    return service.session.jobs.told(begun.waiting.name)


def job(service: Service, name: str, **arguments: Any) -> Job:
    found = called(service, name, **arguments)
    assert isinstance(found, Job)
    return found


def begun(service: Service, name: str, **arguments: Any) -> Work:
    waiting = service.begin(name, arguments).waiting
    assert waiting is not None
    assert waiting.work is not None
    return waiting.work


def until(true: Any, seconds: float = 10.0) -> None:
    """Wait for another thread to come so far."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.005)

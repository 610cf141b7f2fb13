"""A dock that was asked for, and a worker that does docks, as the parent sees them."""

from __future__ import annotations

import socket
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from molgrad.docking.pool import wire
from molgrad.docking.request import DockRequest
from molgrad.docking.result import DockResult, Provenance
from molgrad.evaluation import Status


@dataclass
class Job:
    """One dock that was asked for.

    Attributes:
        request: what is docked.
        begun: the provenance of a dock that never came to an end.
        future: what its caller waits for.
        tries: how often a worker was given it.
    """

    request: DockRequest
    begun: Provenance = field(default_factory=Provenance)
    future: Future[DockResult] = field(default_factory=Future)
    tries: int = 0

    def message(self, number: int) -> wire.Message:
        """What the worker is sent."""
        return {"id": number, "request": self.request.to_json()}

    def answer(self, message: wire.Message) -> None:
        """Hand over what the worker sent."""
        try:
            self._resolve(DockResult.from_json(message["result"]))
        except (TypeError, ValueError, KeyError) as error:
            self.fail(f"the docking process sent no result ({error})")

    def fail(self, reason: str, seconds: float = 0.0, *, timed_out: bool = False, broken: bool = False) -> None:
        """Hand over a failure of the machine."""
        done = replace(self.begun, seconds=seconds, timed_out=timed_out, broken=broken)
        self._resolve(DockResult(self.request.smiles, status=Status.FAILED, reason=reason, provenance=done))

    def cancel(self) -> None:
        """Cancel the job; `concurrent.futures.wait` hears of a cancelled future only when it is notified."""
        if not self.future.done() and self.future.cancel():
            self.future.set_running_or_notify_cancel()

    def _resolve(self, result: DockResult) -> None:
        """Hand over the result, unless the job was cancelled."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(result)


@dataclass
class Worker:
    """A docking process and what it is doing."""

    pid: int
    sock: socket.socket
    reader: wire.Reader
    job: Job | None = None
    number: int = -1
    started: float = 0.0
    heard: float = 0.0  # when it began the species that it docks: what the watchdog counts from
    terminating: str = ""  # why it was killed; it takes no further job
    timed_out: bool = False

    @property
    def deadline(self) -> float | None:
        """When the watchdog stops it, on the monotonic clock; None where there is nothing to stop."""
        if self.job is None or self.terminating:
            return None
        return self.heard + self.job.request.settings.timeout

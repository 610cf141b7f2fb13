"""A dock that was asked for, and a worker that does docks, as the parent sees them."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from molgrad.chem.states import DEFAULT_PROTONATION
from molgrad.docking.effort import Effort
from molgrad.docking.pool import wire
from molgrad.docking.result import DockResult
from molgrad.evaluation import Status


@dataclass
class Job:
    """One dock that was asked for."""

    smiles: str
    docked_smiles: str | None
    effort: Effort
    poses: int
    parent: str | None = None
    protonation: str = DEFAULT_PROTONATION
    tautomers: int = 1
    future: Future[DockResult] = field(default_factory=Future)
    tries: int = 0

    def message(self, number: int) -> wire.Message:
        """What the worker is told."""
        return {
            "id": number, "smiles": self.smiles, "docked_smiles": self.docked_smiles,
            "effort": self.effort.to_json(), "poses": self.poses, "parent": self.parent,
            "protonation": self.protonation, "tautomers": self.tautomers,
        }  # fmt: skip

    def answer(self, message: wire.Message, effort: Mapping[str, Any]) -> None:
        """Hand over what the worker sent."""
        fields = {key: value for key, value in message.items() if key not in ("id", "effort")}
        try:
            spent = self._effort(effort) | message.get("effort", {})
            result = DockResult.from_json({"smiles": self.smiles, "effort": spent, **fields})
        except (TypeError, ValueError, KeyError) as error:
            self.fail(f"the docking process sent no result ({error})", effort)
            return
        self._resolve(result)

    def fail(
        self,
        reason: str,
        effort: Mapping[str, Any],
        seconds: float = 0.0,
        *,
        timed_out: bool = False,
        broken: bool = False,
    ) -> None:  # fmt: skip
        """Hand over a failure of the machine.

        `timed_out`: the watchdog ended the dock. `broken`: nothing can be docked here any more, whatever it is.
        """
        flags = {"timed_out": timed_out, "broken": broken}
        spent = self._effort(effort) | {name: True for name, holds in flags.items() if holds}
        self._resolve(DockResult(self.smiles, status=Status.FAILED, reason=reason, effort=spent, seconds=seconds))

    def cancel(self) -> None:
        """Nobody will dock it; `concurrent.futures.wait` hears of a cancelled future only when it is notified."""
        if not self.future.done() and self.future.cancel():
            self.future.set_running_or_notify_cancel()

    def _effort(self, pool: Mapping[str, Any]) -> dict[str, Any]:
        plan = self.effort
        return {
            "effort": plan.name, "exhaustiveness": plan.exhaustiveness, "evaluations": plan.evaluations, **pool,
        }  # fmt: skip

    def _resolve(self, result: DockResult) -> None:
        """Hand over the result, unless nobody wants it any more."""
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

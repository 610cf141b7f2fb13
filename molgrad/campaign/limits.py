"""What ends a run besides its budget: time, a score that is good enough, a plateau, a stop file, Ctrl-C."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from molgrad.campaign.table import Table

STOP = "STOP"  # a file of this name in the run folder ends a run after what is being measured


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a run may go; None is no limit.

    Attributes:
        evaluations: molecules in all, starts included; not what a laboratory told and nobody asked to measure.
        hours: by the clock, of one run.
        score: the total that is good enough; lower is better.
        patience: molecules measured one after the other without a new best.

    Raises:
        ValueError: a limit that cannot be kept.
    """

    evaluations: int | None = None
    hours: float | None = None
    score: float | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        if self.score is not None and not math.isfinite(self.score):
            raise ValueError(f"until_score is a finite number, not {self.score}")
        for name in ("evaluations", "hours", "patience"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} is more than 0, not {value}")


class Stop:
    """Says whether work in a folder is to end: somebody asked, a file `STOP` lies there, or its hours are over.

    Args:
        folder: in which the file is looked for; it is removed once it was obeyed.
        clock: seconds, for tests.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock = folder / STOP, clock
        self.start()

    def start(self, hours: float | None = None) -> None:
        """Begin to work.

        Args:
            hours: by the clock; None is no limit.
        """
        self._asked, self._began = "", self._clock()
        self._hours = math.inf if hours is None else hours

    def ask(self, why: str) -> None:
        """End after what is being measured; safe in a signal handler.

        Args:
            why: in words.
        """
        self._asked = why

    def asked(self) -> str:
        """Why the work is to end now, in words; empty while it is to go on."""
        if not self._asked and self._file.exists():
            self._file.unlink(missing_ok=True)
            self._asked = f"{self._file} asked for it (it is removed, so that the next run goes on)"
        if self._asked:
            return f"stopped: {self._asked}"
        hours = (self._clock() - self._began) / 3600.0
        return f"stopped after {hours:.3g} hours, as asked" if hours >= self._hours else ""


class Halt(Stop):
    """Says when a run is to end.

    Args:
        folder: of the run, in which a file `STOP` is looked for; it is removed once it was obeyed.
        clock: seconds, for tests.

    Attributes:
        limits: how far the present run may go.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(folder, clock)
        self.limits = Limits()

    def begin(self, limits: Limits) -> None:
        """Begin a run.

        Args:
            limits: how far it may go.
        """
        self.limits = limits
        self.start(limits.hours)

    def reason(self, table: Table) -> str:
        """Why the run is to end now, in words; empty while it is to go on.

        Args:
            table: what was measured.
        """
        limits, best = self.limits, next(table.archive.best(), None)
        if said := self.asked():
            return said
        if limits.evaluations is not None and table.counted >= limits.evaluations:
            return f"stopped: {table.counted} molecules were measured, as asked"
        if best is not None and limits.score is not None and best.evaluation.number() <= limits.score:
            return f"ended: {best.name} has {best.evaluation.number():.4g}, which is good enough ({limits.score:g})"
        if best is not None and limits.patience is not None and table.archive.stalled() >= limits.patience:
            return f"ended: no better molecule among the last {table.archive.stalled()}"
        return ""

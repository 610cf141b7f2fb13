"""Ways to a dask client: a scheduler's address, workers of this machine, or jobs of a batch system."""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from molgrad.errors import MissingExtraError, WorkerDiedError, one_line

CONNECT = 10.0  # seconds to reach a scheduler
END = 5.0  # seconds to end a client


@dataclass(frozen=True)
class Opened:
    """A client, and the cluster that was started for it, if one was."""

    client: Any
    cluster: Any = None

    def close(self) -> None:
        """End both; what is gone already is no fault."""
        for one in (self.client, self.cluster):
            if one is not None:
                try:
                    one.close(timeout=END)
                except Exception:
                    logging.getLogger(__name__).debug("closing %r", one, exc_info=True)


class Opening(Protocol):
    """A way to a dask client; equal ones lead to the same cluster. It can be hashed.

    Attributes:
        title: the cluster in sentences.
        expected: docks that it will do at once, before it has been asked.
    """

    @property
    def title(self) -> str: ...  # noqa: D102 - above

    @property
    def expected(self) -> int: ...  # noqa: D102 - above

    def open(self) -> Opened:
        """A client that is connected.

        Raises:
            WorkerDiedError: there is no scheduler; what to do.
        """
        ...


@dataclass(frozen=True)
class AtAddress:
    """A scheduler that somebody started.

    Attributes:
        where: `host:port`, an address such as `tls://host:8786`, or a scheduler's JSON file.
    """

    where: str
    expected: int = 1

    @property
    def title(self) -> str:
        """The cluster in sentences."""
        return f"the dask scheduler at {self.where}"

    def open(self) -> Opened:
        """A client that is connected."""
        from distributed import Client  # an extra, and 0.5 s

        quiet()
        by_file = self.where.endswith(".json")
        if by_file and not Path(self.where).expanduser().is_file():
            raise WorkerDiedError(f"there is no file {self.where}: dask scheduler --scheduler-file writes it")
        to = {"scheduler_file": str(Path(self.where).expanduser())} if by_file else {"address": self.where}
        try:
            return Opened(Client(**to, timeout=CONNECT, set_as_default=False, name="molgrad"))
        except (OSError, ValueError) as error:
            raise WorkerDiedError(
                f"no dask scheduler answers at {self.where} ({one_line(str(error))}): start one with 'dask scheduler' "
                "and workers with 'dask worker HOST:8786', in an environment with molgrad"
            ) from None


@dataclass(frozen=True)
class OfThisMachine:
    """A scheduler in this process and workers of this machine.

    Attributes:
        expected: worker processes, each for one dock at a time.
    """

    expected: int

    @property
    def title(self) -> str:
        """The cluster in sentences."""
        return f"the dask cluster of this machine ({self.expected} workers)"

    def open(self) -> Opened:
        """A client that is connected."""
        from distributed import Client, LocalCluster  # an extra, and 0.5 s

        quiet()
        cluster = LocalCluster(
            n_workers=self.expected, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
        )
        return Opened(Client(cluster, timeout=CONNECT, set_as_default=False), cluster)


def require_dask() -> None:
    """Raise MissingExtraError, which says what to install, where dask's `distributed` is not."""
    if importlib.util.find_spec("distributed") is None:
        raise MissingExtraError("dask.distributed", "distributed")


def quiet() -> None:
    """Leave it to us to tell of lost workers and schedulers; dask would with pages of tracebacks."""
    # dask gives some of its loggers, such as that of its client, levels of their own.
    own = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    for logger in map(logging.getLogger, ("distributed", *own)):
        if logger.level < logging.CRITICAL:
            logger.setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").addFilter(_of_others)  # once: one that is there is not added again


def _of_others(record: logging.LogRecord) -> bool:
    """Whether a record of asyncio is about anything else than a connection of dask that broke."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, OSError) or type(error).__module__.startswith("distributed"))

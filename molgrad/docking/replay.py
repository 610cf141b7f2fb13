"""Docks written to a file as they are made, and played back from it without docking."""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from molgrad.docking.executor import ProcessExecutor
from molgrad.docking.request import DockRequest, ReceptorContent
from molgrad.docking.result import RECORDED, DockResult
from molgrad.errors import DockingError, InputFileError

PLACE = 1  # decimals of the box, Å: receptors of one name and place are one here


class _ByFile:
    """What recording and playing back share: the file, and what a dock is found by."""

    needs = ""

    def __init__(self, where: str) -> None:
        if not where:
            raise InputFileError(f"this executor needs {self.needs}")
        self.path = Path(where).expanduser()
        self._receptors: dict[str, ReceptorContent] = {}

    def provide(self, receptor: ReceptorContent) -> None:
        """Make a receptor known."""
        self._receptors[receptor.key] = receptor

    def key(self, request: DockRequest) -> str:
        """What a dock is found by: molecule, settings, program, receptor's name and box, known pose and repeat.

        Versions of programs and the machine are left out, and so is the receptor's file.

        Raises:
            KeyError: the receptor was not provided.
        """
        receptor = self._receptors[request.receptor]
        box = [round(x, PLACE) for x in (*receptor.box.center, *receptor.box.size)]
        there = replace(request, receptor=json.dumps([receptor.name, box]))
        return there.key(asdict(request.settings.engine))


class RecordExecutor(_ByFile):
    """Docks in processes of this machine and writes each result to a file: `record:docks.jsonl`.

    Args:
        workers: molecules docked at once; all cores when None.
        where: the file; lines of JSON are appended to it.

    Raises:
        InputFileError: no file.
    """

    needs = "the file to write: record:docks.jsonl"

    def __init__(self, workers: int | None = None, where: str = "") -> None:
        super().__init__(where)
        self._inner = ProcessExecutor(workers)
        self.workers = self._inner.workers
        self._lock = threading.Lock()

    def provide(self, receptor: ReceptorContent) -> None:
        """Make a receptor known."""
        super().provide(receptor)
        self._inner.provide(receptor)

    def submit(self, request: DockRequest) -> Future[DockResult]:
        """Begin a dock. Errors as for `ProcessExecutor.submit`."""
        future = self._inner.submit(request)
        key = self.key(request)
        future.add_done_callback(lambda done: self._keep(key, done))
        return future

    def _keep(self, key: str, done: Future[DockResult]) -> None:
        if done.cancelled() or done.exception() is not None:
            return
        line = json.dumps({"key": key, "result": done.result().to_json()})
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def pids(self) -> tuple[int, ...]:
        """Process ids, as of `ProcessExecutor`."""
        return self._inner.pids()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; the next dock would start new ones.

        Args:
            wait: as for `ProcessExecutor`.
            cancel_futures: end at once.
        """
        self._inner.shutdown(wait, cancel_futures=cancel_futures)


class ReplayExecutor(_ByFile):
    """Plays docks back that `RecordExecutor` wrote, and makes none: `replay:docks.jsonl.gz`.

    A result is what was found when it was recorded, possibly by other versions of the programs.

    Args:
        workers: has no effect.
        where: the file.

    Raises:
        InputFileError: no file, or none that can be read.
    """

    needs = "the file to read: replay:docks.jsonl.gz"

    def __init__(self, workers: int | None = None, where: str = "") -> None:
        super().__init__(where)
        self.workers = workers or 1
        self._kept = {one["key"]: one["result"] for one in read_docks(self.path)}

    def submit(self, request: DockRequest) -> Future[DockResult]:
        """The recorded result; DockingError is set on the future where there is none."""
        future: Future[DockResult] = Future()
        kept = self._kept.get(self.key(request))
        if kept is None:
            name = self._receptors[request.receptor].name
            future.set_exception(DockingError(f"{self.path} holds no dock of {request.smiles} in {name} like this one"))
        else:
            future.set_result(_recorded(DockResult.from_json(kept)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing was started."""


def _recorded(result: DockResult) -> DockResult:
    """The result with its versions marked: they need not be those of this machine."""
    done = result.provenance
    return replace(
        result, provenance=replace(done, versions={f"{name}{RECORDED}": v for name, v in done.versions.items()})
    )


def read_docks(path: Path) -> list[Mapping[str, Any]]:
    """The lines that `RecordExecutor` wrote, unpacked where the name ends in .gz.

    Args:
        path: the file.

    Raises:
        InputFileError: it cannot be read.
    """
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            found = [json.loads(line) for line in file]
    except (OSError, ValueError, EOFError, RecursionError, zlib.error) as error:
        raise InputFileError(f"{path} cannot be read as recorded docks: {error}") from None
    for line, one in enumerate(found, 1):
        sound = isinstance(one, dict) and isinstance(one.get("key"), str) and isinstance(one.get("result"), dict)
        if not sound:
            raise InputFileError(f"{path}, line {line}: no recorded dock")
    return found

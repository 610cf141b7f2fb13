"""A scheduler and workers of dask as processes of this machine, which a test may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

START = 60.0  # seconds


class Machines:
    """A scheduler at a port of its own, and workers with one thread each; `end` kills what is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.scheduler = self.start_scheduler()
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def spec(self) -> str:
        return f"dask://127.0.0.1:{self.port}"

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        words = ["scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        self.scheduler = self._start(words)
        deadline = time.monotonic() + START
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
            except OSError:
                assert time.monotonic() < deadline
                assert self.scheduler.poll() is None, (self.folder / "dask.log").read_text()
                time.sleep(0.05)  # polling a condition with a deadline
            else:
                return self.scheduler

    def start_workers(self, n: int = 2) -> None:
        words = ["worker", f"127.0.0.1:{self.port}", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
        for _ in range(n):
            folder = self.folder / f"worker{len(self.workers)}"
            self.workers.append(
                self._start([*words, "--local-directory", str(folder)], MOLGRAD_CACHE=str(folder / "x"))
            )

    def _start(self, words: Sequence[str], **more: str) -> subprocess.Popen[bytes]:
        log = (self.folder / "dask.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *words], stdout=log, stderr=log, env={**os.environ, **more}
            )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            self.kill(process)


@contextmanager
def machines(folder: Path, workers: int = 2) -> Iterator[Machines]:
    made = Machines(folder)
    try:
        made.start_workers(workers)
        yield made
    finally:
        made.end()

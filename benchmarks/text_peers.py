"""The peers of benchmarks/text.py: their environments, and a process of each that runs jobs."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import IO, Any

HERE = Path(__file__).resolve().parent
SECONDS_A_RUN = 600  # after which a peer that hangs is ended


@dataclass(frozen=True)
class Peer:
    """A package, what installs it, and the driver that runs it."""

    name: str
    environment: str
    packages: tuple[str, ...]
    command: tuple[str, ...]


_TEXTGRAD, _GEPA, _DSPY = ("textgrad==0.1.8",), ("gepa==0.1.4", "openai>=2"), ("dspy[optuna]==3.4.1",)
_ALL = (
    Peer("textgrad", "textgrad", _TEXTGRAD, ("textgrad_driver.py",)),
    Peer("gepa", "gepa", _GEPA, ("gepa_driver.py",)),
    Peer("dspy-gepa", "dspy", _DSPY, ("dspy_driver.py", "gepa")),
    Peer("dspy-miprov2", "dspy", _DSPY, ("dspy_driver.py", "mipro")),
    # The same with larger minibatches than their documents advise: how much of a difference comes from that?
    Peer("textgrad-12", "textgrad", _TEXTGRAD, ("textgrad_driver.py", "12")),
    Peer("gepa-15", "gepa", _GEPA, ("gepa_driver.py", "15")),
    Peer("dspy-gepa-15", "dspy", _DSPY, ("dspy_driver.py", "gepa", "15")),
)
VARIANTS = {peer.name: peer for peer in _ALL[4:]}
PEERS = {peer.name: peer for peer in _ALL[:4]}


@dataclass
class Outcome:
    """What came of a run: the best prompts, and why it ended if not by itself."""

    prompts: dict[str, str] = field(default_factory=dict)
    error: str = ""


def python_of(peer: Peer, folder: Path) -> Path:
    """The Python of a peer's environment, made if it is not there."""
    room = folder / peer.environment
    python, done = room / "bin" / "python", room / "installed"
    wanted = "\n".join(peer.packages)
    if not (done.exists() and done.read_text() == wanted):
        print(f"installing {', '.join(peer.packages)} into {room}", flush=True)
        venv.create(room, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *peer.packages], check=True)
        done.write_text(wanted)
    return python


class Runner:
    """A driver's process, which runs one job after the other."""

    def __init__(self, command: Sequence[str], log: IO[str]) -> None:
        environment = {
            **os.environ, "PYTHONPATH": str(HERE.parent), "OPENAI_API_KEY": "none", "NO_PROXY": "127.0.0.1",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        self.room = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment,
            cwd=self.room.name,
        )  # fmt: skip

    def run(self, job: dict[str, Any]) -> Outcome:
        """One job; the latest prompts that the driver told are the best."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        outcome = Outcome(error="the driver ended")
        room = tempfile.mkdtemp(dir=self.room.name)
        watch = Timer(SECONDS_A_RUN, self.process.kill)
        watch.start()
        try:
            self.process.stdin.write(json.dumps({**job, "room": room}) + "\n")
            self.process.stdin.flush()
            for line in self.process.stdout:
                word, _, rest = line.partition(" ")
                if word == "BEST":
                    outcome.prompts = json.loads(rest)
                elif word == "DONE":
                    outcome.error = json.loads(rest)
                    break
        finally:
            watch.cancel()
        return outcome

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.room.cleanup()


@contextmanager
def running(peer: Peer, folder: Path, log: IO[str]) -> Iterator[Runner]:
    """A driver's process for a `with` block."""
    script, *options = peer.command
    runner = Runner([str(python_of(peer, folder)), str(HERE / "peers" / script), *options], log)
    try:
        yield runner
    finally:
        runner.close()

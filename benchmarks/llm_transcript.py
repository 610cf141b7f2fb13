"""What opening and replaying a long transcript takes: `python benchmarks/llm_transcript.py [calls]`.

Each call has a prompt of 24 KB and an answer of 6 KB, as a critique of a molecule with its lineage has. The
replay is a process of its own, which asks every request once; its peak memory is what the system counted.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

CALLS = 10_000
_PROMPT, _ANSWER = 24_000, 6_000  # characters
_REPLAY = """
import json, resource, sys, time
from benchmarks.llm_transcript import requests
from molgrad.llm.replay import ReplayModel
def peak():  # MB; Linux counts in ru_maxrss what the process that started this one held
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
began = time.perf_counter()
model = ReplayModel(sys.argv[1])
opened = time.perf_counter() - began
answered = sum(bool(model.complete(messages, seed=i).text) for i, messages in enumerate(requests(int(sys.argv[2]))))
print(json.dumps({"calls": answered, "megabytes": peak(), "opened": opened, "seconds": time.perf_counter() - began}))
"""


@dataclass(frozen=True)
class Figures:
    """What a replay took: its answers, the process's peak memory, the seconds to open and in all, and the file."""

    calls: int
    megabytes: float
    opened: float
    seconds: float
    file_megabytes: float
    written: float


def requests(calls: int) -> Iterator[list[dict[str, str]]]:
    """The requests of the run, one at a time."""
    for i in range(calls):
        text = random.Random(i).randbytes(_PROMPT // 2).hex()
        yield [{"role": "system", "content": "You design molecules."}, {"role": "user", "content": text}]


def write(path: Path, calls: int) -> float:
    """A transcript of that length, and the seconds that writing took; a run syncs every call, this every hundredth."""
    from molgrad.llm.transcript import Call, Transcript
    from molgrad.llm.types import Usage

    began = time.perf_counter()
    transcript = Transcript(path)
    answers = (random.Random(-1 - i).randbytes(_ANSWER // 2).hex() for i in range(calls))
    made = (
        Call(messages, answer, usage=Usage(1, 8000, 2000), seconds=1.0, seed=i, model="benchmark")
        for i, (messages, answer) in enumerate(zip(requests(calls), answers, strict=True))
    )
    while some := list(islice(made, 100)):
        transcript.add(*some)
    transcript.close()
    return time.perf_counter() - began


def measure(calls: int = CALLS) -> Figures:
    """Write a transcript of that many calls, and replay all of them in a process of its own."""
    root = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.db"
        written = write(path, calls)
        done = subprocess.run(
            [sys.executable, "-c", _REPLAY, str(path), str(calls)],
            cwd=root, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return Figures(**json.loads(done.stdout), file_megabytes=path.stat().st_size / 2**20, written=written)


def main(calls: int = CALLS) -> None:
    """Print the figures."""
    found = measure(calls)
    print(
        f"transcript of {calls} calls, {found.file_megabytes:.0f} MB on disk: opened in {found.opened:.3f} s, "
        f"{found.calls} replayed in {found.seconds:.1f} s, peak memory {found.megabytes:.0f} MB (at most 200); "
        f"written in {found.written:.1f} s"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))

"""What the drivers of all peers share: jobs read from standard input, results written to standard output.

A driver runs in the peer's own environment, with this checkout on PYTHONPATH for `molgrad.testing.rubric`. A job is
a line of JSON with `kind`, `seed`, `calls`, `url` and `room`, a folder for caches. For each the driver writes lines
`BEST {name: prompt}` as better prompts are known, and at the end `DONE error-or-nothing`.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.request import urlopen

from molgrad.testing.rubric import Example, Task, make

_OUT = sys.stdout


@dataclass(frozen=True)
class Job:
    """One run of a peer."""

    task: Task
    seed: int
    calls: int
    url: str
    room: str

    def used(self) -> int:
        """Calls that the server has answered."""
        with urlopen(f"{self.url}/calls", timeout=30) as answer:  # noqa: S310 - our own server
            return sum(json.load(answer)["calls"].values())

    def spent(self) -> bool:
        """Whether the budget is used up."""
        return self.used() >= self.calls

    def right(self, example: Example, answer: str) -> tuple[float, str]:
        """1 for a right answer and 0 for a wrong one, with the words of the score."""
        loss, words = self.task.score(example, answer)
        return 1.0 - loss, words


def best(prompts: Mapping[str, str]) -> None:
    """Tell the best prompts so far: the whole text that stands before a question."""
    print("BEST " + json.dumps(dict(prompts)), file=_OUT, flush=True)


def serve(run: Callable[[Job], None]) -> None:
    """Run the jobs as they come; what a peer prints goes to standard error."""
    for line in sys.stdin:
        given = json.loads(line)
        job = Job(make(given["kind"], given["seed"]), given["seed"], given["calls"], given["url"], given["room"])
        error = ""
        with contextlib.redirect_stdout(sys.stderr):
            try:
                run(job)
            except Exception as failure:  # the best so far counts, and why it ended is told
                error = f"{type(failure).__name__}: {failure}"[:300]
        print("DONE " + json.dumps(error), file=_OUT, flush=True)

"""Progress of a screen as one line on a terminal, or a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from molgrad.screening.intake import Progress, Watch

EVERY = 30.0  # seconds between lines of a log
_OFTEN = 0.2  # seconds between changes of the line on a terminal


@contextmanager
def progress_line(*, quiet: bool = False) -> Iterator[Watch]:
    """What shows the progress of a screen on stderr; the line is cleared at the end.

    Args:
        quiet: show nothing.
    """
    terminal, last, stage = sys.stderr.isatty(), [0.0], [""]

    def watch(progress: Progress) -> None:
        now = time.monotonic()
        if quiet or (now - last[0] < (_OFTEN if terminal else EVERY) and progress.stage == stage[0]):
            return
        last[0], stage[0] = now, progress.stage
        sys.stderr.write(f"\r{words_of(progress)} \033[K" if terminal else f"molgrad: {words_of(progress)}\n")

    try:
        yield watch
    finally:
        if terminal and not quiet:
            sys.stderr.write("\r\033[K")


def words_of(progress: Progress) -> str:
    """`reading 12000/1000000, 11800 to choose from, 12:40 left`.

    Args:
        progress: how far a stage is.
    """
    total = f"/{progress.total}" if progress.total else ""
    left = "" if progress.left is None else f"{int(progress.left) // 60}:{int(progress.left) % 60:02d} left"
    return ", ".join(part for part in (f"{progress.stage} {progress.done}{total}", progress.words, left) if part)

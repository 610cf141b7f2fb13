"""Ctrl-C and a notebook's stop button: the first ends a run after what is being measured, the second now."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Any, Protocol

from molgrad.campaign.events import Watcher, ignore
from molgrad.display import in_notebook

FINISHING = "finishing what is being measured"
_LIVE = "molgrad.report.live"  # above this room, so it is found by name when a notebook needs it


class Stoppable(Protocol):
    """What can be asked to end: a campaign, a screen, a library run."""

    def stop(self, why: str = ...) -> None:
        """End after what is being measured."""
        ...


def _on_stderr(words: str) -> None:
    sys.stderr.write(f"\nmolgrad: {words}\n")


@contextmanager
def stoppable(
    work: Stoppable, say: Callable[[str], None] = _on_stderr, *, key: str = "Ctrl-C", again: str = "Ctrl-C again"
) -> Iterator[None]:
    """Within the block the first interrupt finishes what is being measured, and the second stops now.

    Args:
        work: what runs.
        say: shows what the first one does.
        key: what the user pressed, for the run's notes.
        again: what stops now.
    """
    before = signal.getsignal(signal.SIGINT)
    # A shell's background jobs ignore it, and only the main thread has signals; nothing to change then.
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return

    def first(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what signal handlers take
        signal.signal(signal.SIGINT, signal.default_int_handler)
        work.stop(key)
        say(f"{FINISHING}; {again} stops now")

    signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def watched(
    work: Stoppable, watch: Watcher | None, go_on: str, scores: Callable[[], Sequence[float | None]] = tuple
) -> Iterator[Watcher]:
    """Who is told of each measurement: `watch`, or in a notebook the live view, or nobody.

    In a notebook the stop button ends the block without an error, and what is shown says how to go on.

    Args:
        work: what runs.
        watch: as given by the user; None for the default.
        go_on: the line of Python that goes on after a stop.
        scores: what was measured before, in order, for the curve of the view.
    """
    if not in_notebook():
        yield watch or ignore
        return
    view: Any = import_module(_LIVE).live_line()
    shown: Any = watch if hasattr(watch, "say") else view
    if hasattr(shown, "begin"):
        shown.begin(scores())
    try:
        with stoppable(work, shown.say, key="the stop button", again="the stop button once more"):
            yield watch or view
    except KeyboardInterrupt:
        shown.say(f"stopped at once; everything measured so far is kept, {go_on} goes on")
    finally:
        shown.close()

"""Progress of a campaign: a view in a notebook, one moving line on a terminal, lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from molgrad.campaign.events import Event
from molgrad.display import in_notebook
from molgrad.errors import one_line, shorten
from molgrad.report.notebook.live import LiveView


class _Place(Protocol):
    """Where the line is shown."""

    def show(self, event: Event, words: str) -> None: ...

    def say(self, words: str) -> None: ...

    def close(self) -> None: ...


class LiveLine:
    """Shows campaign events; pass it as `watch`, or use it as a context manager to have the line cleared.

    One moving line on a terminal, the best molecule and a curve in a notebook; elsewhere a line a molecule on stderr.
    """

    def __init__(self, place: _Place) -> None:
        self._place = place
        self._began = time.monotonic()
        self._first: int | None = None  # what an earlier session measured: its time tells nothing of ours

    def __call__(self, event: Event) -> None:
        """Show where the campaign stands."""
        if self._first is None:
            self._first, self._began = event.spent, time.monotonic()
        self._place.show(event, self._words(event))

    def begin(self, scores: Sequence[float | None]) -> None:
        """Take in what was measured before; a curve shows it.

        Args:
            scores: in order; None for failures.
        """
        if isinstance(self._place, LiveView):
            self._place.begin(scores)

    def say(self, words: str) -> None:
        """Show a word on the run itself, such as that it is about to stop.

        Args:
            words: plain text.
        """
        self._place.say(words)

    def note(self, words: str) -> bool:
        """Show what a reader of the results should know, where there is a place for it that stays.

        Args:
            words: plain text.

        Returns:
            Whether it is shown.
        """
        if not isinstance(self._place, LiveView):
            return False
        self._place.note(words)
        return True

    def close(self) -> None:
        """Clear the line; a notebook keeps the last state."""
        self._place.close()

    def _words(self, event: Event) -> str:
        best = f"best {_word(event)} {event.best[1]:.3f}" if event.best else "no score yet"
        done = event.spent - (self._first or 0)
        left = "--:--"
        if done > 0:
            seconds = int((time.monotonic() - self._began) / done * max(0, event.budget - event.spent))
            left = f"{seconds // 60}:{seconds % 60:02d}"
        failed = f"  {event.failed} failed" if event.failed else ""
        if event.spent >= event.budget:  # the end; or a plate, whose budget is not known
            return f"{event.spent}/{event.budget} {event.unit}{failed}  {best}"
        return f"{event.spent}/{event.budget} {event.unit}{failed}  {best}  {left} left"

    def __enter__(self) -> LiveLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def live_line(*, quiet: bool = False) -> LiveLine:
    """The progress line for a notebook, a terminal or a log, whichever this runs in."""
    if quiet:
        return LiveLine(_Silence())
    if in_notebook():
        return LiveLine(LiveView())
    console = Console(file=sys.stderr)
    return LiveLine(_Terminal(console) if console.is_terminal else _Log(console))


def _word(event: Event) -> str:
    return "score" if event.maximize else "loss"


class _Silence:
    def show(self, event: Event, words: str) -> None:
        pass

    def say(self, words: str) -> None:
        pass

    def close(self) -> None:
        pass


class _Log(_Silence):
    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, words: str) -> None:
        self._console.print(words, soft_wrap=True, highlight=False, markup=False)

    def show(self, event: Event, words: str) -> None:
        if event.proposal is None or event.evaluation is None:
            return
        score = event.evaluation.score
        mark = (
            f"{_word(event)} {score:.3f}"
            if score is not None
            else f"{event.outcome or event.evaluation.status.value:>8}"
        )
        again = f"  {event.again}" if event.again else ""
        line = f"{words}  {mark}  {shorten(one_line(event.proposal.value), 70)}{again}"
        self._console.print(line, soft_wrap=True, highlight=False, markup=False)


class _Terminal(_Silence):
    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[words]}"),
        )
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("", total=None, words="starting")

    def show(self, event: Event, words: str) -> None:
        self._progress.start()  # a second start does nothing
        doing = "docking" if event.unit == "docked" else "measuring"
        self._progress.update(self._task, description=doing, total=event.budget, completed=event.spent, words=words)

    def say(self, words: str) -> None:
        self._progress.console.print(words, soft_wrap=True, highlight=False, markup=False)

    def close(self) -> None:
        self._progress.stop()

"""What a command writes and how it is ended: no stranger's control characters, warnings as notes, SIGTERM as Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import sys
import warnings
from types import FrameType
from typing import Any, TextIO, cast

from molgrad.errors import one_line, plain

# What we ourselves send to a terminal: colours, moving and erasing a line of progress, hiding the cursor.
_OURS = re.compile("(\r|\x1b\\[[0-9;]*[mAK]|\x1b\\[\\?25[lh])")
_ENDING = (signal.SIGTERM, signal.SIGHUP)


class PlainStream:
    """A stream that passes on no control characters, except those of our own on a terminal.

    Everything that a command prints goes through here: names of molecules and files, a model's words, errors.

    Args:
        stream: stdout or stderr.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty() or bool(os.environ.get("FORCE_COLOR"))

    def write(self, text: str) -> int:
        """Write the text; returns its length."""
        if not (text.isascii() and text.isprintable()):
            parts = _OURS.split(text) if self._terminal else [text]
            text = "".join(part if place % 2 else plain(part) for place, part in enumerate(parts))
        self._stream.write(text)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write each of the texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Ended(KeyboardInterrupt):
    """The system asked the program to end; it does so as after Ctrl-C."""


def prepare() -> None:
    """Make stdout, stderr, warnings and signals those of a command."""
    sys.stdout = cast(TextIO, PlainStream(sys.stdout))
    sys.stderr = cast(TextIO, PlainStream(sys.stderr))
    warnings.showwarning = _note
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has SIGHUP ignored
            signal.signal(number, _end)


def ended_by() -> int | None:
    """The exit code of a program that a signal ended; None where none came."""
    return _code


_code: int | None = None


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what signal handlers take
    global _code
    for other in _ENDING:
        signal.signal(other, signal.SIG_DFL)  # a second one ends at once
    _code = 128 + number
    raise Ended


def _note(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning meant for users as a line of ours; those meant for developers as Python shows them."""
    if issubclass(category, UserWarning):
        say(str(message))
    else:
        (file or sys.stderr).write(warnings.formatwarning(message, category, filename, lineno, line))


def say(words: str) -> None:
    """A note on stderr, a line for each line of `words`.

    Args:
        words: what is said; nothing is written where it is empty.
    """
    for note in words.splitlines():
        sys.stderr.write(f"molgrad: {one_line(note)}\n")

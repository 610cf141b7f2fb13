"""The pipes of a server on standard input and output: nothing but the protocol passes, whatever else prints."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

import anyio
import anyio.to_thread

LONGEST_LINE = 1_000_000  # bytes of one message; the largest call within the bounds has a tenth of that
_PIECE = 65_536


class Lines:
    """Lines of a pipe as they come; unlike a reading thread it can be stopped at any time.

    Args:
        handle: to read from.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle

    async def __aiter__(self) -> AsyncIterator[str]:
        kept, skipping = b"", False
        while piece := await self._piece():
            kept += piece
            *lines, kept = kept.split(b"\n")
            for line in lines:
                if not skipping:
                    yield line.decode("utf-8", errors="replace")
                skipping = False
            if len(kept) > LONGEST_LINE:  # the rest of it is read and forgotten
                if not skipping:
                    yield "a message that is too long"
                kept, skipping = b"", True

    async def _piece(self) -> bytes:
        with suppress(OSError, ValueError):  # a file, which cannot be waited for, is always ready
            await anyio.wait_readable(self._handle)
        return os.read(self._handle, _PIECE)


class Output:
    """Writes messages to a pipe, in another thread: a client that does not read stops nothing else.

    Args:
        handle: to write to.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle

    async def write(self, text: str) -> None:
        """Write all of a text.

        Args:
            text: a message with its line break.
        """
        await anyio.to_thread.run_sync(self._write, text.encode("utf-8"), abandon_on_cancel=True)

    async def flush(self) -> None:
        """Nothing is held back."""

    def _write(self, data: bytes) -> None:
        with suppress(BrokenPipeError):  # the client is gone; the end of its input will say so
            while data:
                data = data[os.write(self._handle, data) :]


@contextmanager
def claimed() -> Iterator[tuple[Lines, Output]]:
    """Standard input and output for the protocol alone.

    From here on whatever prints, in Python, in C or in a child process, prints to standard error, and whatever reads
    standard input finds its end. Both are put back afterwards.
    """
    sys.stdout.flush()
    inside, outside = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        yield Lines(inside), Output(outside)
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os.dup2(inside, 0)
        os.dup2(outside, 1)
        for handle in (inside, outside, nothing):
            os.close(handle)

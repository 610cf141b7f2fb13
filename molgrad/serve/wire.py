"""The pipes of a server on standard input and output: nothing but the protocol passes, whatever else prints."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from threading import Lock

import anyio
import anyio.to_thread

LONGEST_LINE = 1_000_000  # bytes of one message; the largest call within the bounds has a tenth of that
TOO_LONG = f"a message has at most {LONGEST_LINE} bytes: ask for fewer molecules in a call"
_INVALID = -32600  # JSON-RPC's code of a request that is not one
_PIECE = 65_536
_ENDS = 400  # bytes at either end of a message in which its id stands, as SDKs write it
_ID = re.compile(rb'"id"\s*:\s*(\d{1,18}|"[^"\\]{1,100}")')


class Lines:
    """Lines of a pipe as they come; unlike a reading thread it can be stopped at any time.

    A message that is too long is refused here, and never passed on.

    Args:
        handle: to read from.
        output: where it is refused.
    """

    def __init__(self, handle: int, output: Output) -> None:
        self._handle, self._output = handle, output

    async def __aiter__(self) -> AsyncIterator[str]:
        kept, head = b"", b""  # head: of a message that is too long
        while piece := await self._piece():
            kept += piece
            *lines, kept = kept.split(b"\n")
            for line in lines:
                if head:
                    await self._refuse(head, line[-_ENDS:])
                else:
                    yield line.decode("utf-8", errors="replace")
                head = b""
            if len(kept) > LONGEST_LINE:  # the rest of it is read and forgotten, but for its end
                head, kept = head or kept[:_ENDS], kept[-_ENDS:]

    async def _refuse(self, head: bytes, tail: bytes) -> None:
        found = _ID.search(head) or _ID.search(tail)
        answer = {"jsonrpc": "2.0", "id": json.loads(found[1]) if found else None}
        await self._output.write(json.dumps({**answer, "error": {"code": _INVALID, "message": TOO_LONG}}) + "\n")

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
        self._handle, self._lock = handle, Lock()

    async def write(self, text: str) -> None:
        """Write all of a text.

        Args:
            text: a message with its line break.
        """
        await anyio.to_thread.run_sync(self._write, text.encode("utf-8"), abandon_on_cancel=True)

    async def flush(self) -> None:
        """Nothing is held back."""

    def _write(self, data: bytes) -> None:
        with self._lock, suppress(BrokenPipeError):  # the client is gone; the end of its input will say so
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
        output = Output(outside)
        yield Lines(inside, output), output
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os.dup2(inside, 0)
        os.dup2(outside, 1)
        for handle in (inside, outside, nothing):
            os.close(handle)

"""Files from the web, read within a bound of bytes and of seconds."""

from __future__ import annotations

import time
from urllib.request import Request, urlopen

PATIENCE = 30.0  # seconds without a byte
_PIECE = 65_536


def fetched(address: str, most: int, seconds: float = PATIENCE) -> bytes:
    """The bytes at an address, at most one more than allowed, so that what is too long can be told.

    Args:
        address: http or https.
        most: bytes.
        seconds: for the whole file.

    Raises:
        OSError: the address does not answer, or not to its end in time.
    """
    due = time.monotonic() + seconds
    found = bytearray()
    asked = Request(address, headers={"User-Agent": "molgrad"})  # noqa: S310 - the caller looked at the scheme
    with urlopen(asked, timeout=min(seconds, PATIENCE)) as answer:  # noqa: S310
        while len(found) <= most and (piece := answer.read1(min(_PIECE, most + 1 - len(found)))):
            found += piece
            if time.monotonic() > due:
                raise TimeoutError(f"{address} did not end within {seconds:g} seconds")
    return bytes(found)

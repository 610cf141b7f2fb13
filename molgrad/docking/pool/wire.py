"""JSON lines over a socket, bounded, between the parent and its docking processes."""

from __future__ import annotations

import json
import socket
from typing import Any

MAX_LINE = 8 << 20  # bytes; nine poses of a 150-atom molecule are 0.2 MB

Message = dict[str, Any]


class WireError(Exception):
    """The other end sent something that is not a message of ours."""


def send(sock: socket.socket, message: Message) -> None:
    """Write one message; raises OSError when the other end is gone."""
    sock.sendall(encode(message))


def encode(message: Message) -> bytes:
    """One line of JSON; NaN and infinities are refused, since JSON has none."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"


class Reader:
    """Takes a socket's bytes apart into messages."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._rest = bytearray()

    def read(self) -> list[Message] | None:
        """The messages complete after one `recv`; None once the other end has closed."""
        try:
            data = self._sock.recv(1 << 16)
        except BlockingIOError:
            return []
        except OSError:
            return None
        return self.feed(data) if data else None

    def feed(self, data: bytes) -> list[Message]:
        """The messages that `data` completes.

        Raises:
            WireError: a line longer than `MAX_LINE`, or one that is no JSON object.
        """
        self._rest += data
        *lines, rest = self._rest.split(b"\n")
        self._rest = bytearray(rest)
        if len(rest) > MAX_LINE:
            raise WireError(f"a message of more than {MAX_LINE} bytes")
        try:
            messages = [json.loads(line) for line in lines]
        except ValueError as error:
            raise WireError(f"not JSON: {error}") from None
        if not all(isinstance(message, dict) for message in messages):
            raise WireError("not a JSON object")
        return messages

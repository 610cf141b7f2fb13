"""A server of bytes on 127.0.0.1: what comes after a request is the test's own business."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterable
from threading import Event, Thread

from tests.loopback import completion

GOOD = completion("fine").body.encode()


class RawServer:
    """Reads each request whole, then sends what the reply says, byte for byte, until the client goes.

    Args:
        reply: the pieces to send, of a request's bytes; between pieces it waits `pause` seconds.
        pause: seconds.
    """

    def __init__(self, reply: Callable[[bytes], Iterable[bytes]], pause: float = 0.0) -> None:
        self.requests: list[bytes] = []
        self.cut = Event()  # set when a client has gone in the middle of a reply
        self._reply, self._pause = reply, pause
        self._stopping = Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._serving = Thread(target=self._serve, daemon=True)
        self._serving.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def spec(self) -> str:
        return f"{self.url}#m"

    def _serve(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                Thread(target=self._answer, args=(self._socket.accept()[0],), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with peer:
            request = _whole(peer)
            self.requests.append(request)
            try:
                for piece in self._reply(request):
                    peer.sendall(piece)
                    if self._stopping.wait(self._pause):
                        return
            except OSError:
                self.cut.set()

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        self._serving.join()
        self._socket.close()


def _whole(peer: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length[1]):
        body += peer.recv(65_536)
    return head + b"\r\n\r\n" + body


def head(status: str = "200 OK", **headers: str | int) -> bytes:
    """A reply's head; `_` in a name is a hyphen."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """A chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)

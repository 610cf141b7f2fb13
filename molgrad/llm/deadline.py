"""One call to an endpoint and the moment at which it is over, whatever the endpoint does meanwhile."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextvars import ContextVar, copy_context
from threading import Event, Thread
from typing import Any, TypeVar

WAKE = 0.5  # seconds; once RDKit has run, Ctrl-C no longer ends a wait for a lock, and is heard after it
T = TypeVar("T")

current: ContextVar[Call | None] = ContextVar("molgrad_call", default=None)
# Set by who runs calls side by side, so that Ctrl-C in the main thread ends those of the other threads.
abandoned: ContextVar[Event | None] = ContextVar("molgrad_abandoned", default=None)


class StoppedError(BaseException):
    """Ends a request at once. No Exception, because clients try again after any of those.

    Attributes:
        fault: why.
    """

    def __init__(self, fault: Exception) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Call:
    """The time of one call: names, connections, TLS, headers, body, unpacking, further tries and waits between them.

    A client's own limits hold for each read, so that an endpoint that sends a byte now and then would hold a call for
    ever. The requests therefore run in a thread of their own, which is left alone when the time is over, and whose
    connections are cut so that it ends.

    Args:
        seconds: how long it may take, from the first request on.

    Attributes:
        origin: scheme, host and port of the first request.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: float | None = None
        self.origin: tuple[str, str, int | None] | None = None
        self._sockets: list[socket.socket] = []
        self._over = False

    @property
    def left(self) -> float:
        """Seconds until it must be over; 0 when it is."""
        if self._over:
            return 0.0
        return self._seconds if self._due is None else max(0.0, self._due - time.monotonic())

    def run(self, function: Callable[[], T]) -> T:
        """The result of a function that makes requests.

        Args:
            function: called in another thread, with this thread's context.

        Raises:
            TimeoutError: the time is over.
            CancelledError: those who started the call gave it up.
        """
        if self._due is None:
            self._due = time.monotonic() + self._seconds
        results: list[T] = []
        failures: list[BaseException] = []
        done = Event()

        def work() -> None:
            current.set(self)
            try:
                results.append(function())
            except BaseException as error:  # it is raised again in the thread that waits
                failures.append(error)
            finally:
                done.set()

        Thread(target=copy_context().run, args=(work,), name="molgrad-endpoint", daemon=True).start()
        try:
            self._wait(done)
        except BaseException:  # the time is over, or the user's Ctrl-C
            self._cut()
            raise
        if failures:
            if isinstance(failures[0], StoppedError):
                self._cut()
            raise failures.pop()
        return results[0]

    def _wait(self, done: Event) -> None:
        given_up = abandoned.get()
        while not done.wait(min(WAKE, self.left)):
            if self.left <= 0:
                raise TimeoutError
            if given_up is not None and given_up.is_set():
                raise CancelledError

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Remember the connections that are made; httpx's trace extension.

        Args:
            event: what happened, as httpx names it.
            info: what came of it.
        """
        stream = info.get("return_value")
        if event.endswith(("connect_tcp.complete", "start_tls.complete")) and stream is not None:
            made = stream.get_extra_info("socket")
            if isinstance(made, socket.socket):
                self._sockets.append(made)
        if self._over:
            self._cut()

    def _cut(self) -> None:
        self._over = True
        for made in self._sockets:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(made, socket.SHUT_RDWR)  # not TLS's own, which would say goodbye first

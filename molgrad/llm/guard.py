"""What an endpoint's reply may be: bounded, packed as it was asked for, and from the address that was asked."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from molgrad.llm.deadline import Call, StoppedError, current
from molgrad.llm.faults import LeadsElsewhereError, NotAChatCompletionError

MAX_BYTES = 4_000_000  # of a whole reply, packed and unpacked; the longest honest answer is a tenth of that
_PIECE = 65_536  # bytes that are unpacked at once
_PACKED = "gzip, deflate"  # what is asked for; others cannot be unpacked in pieces by every client
_KEEPS_THE_PROMPT = (307, 308)  # other redirects turn a question into a request for a page


def guard(http: Any) -> None:
    """Hold the requests that an httpx client makes for us to the limits of their calls; others are left alone.

    Args:
        http: the client; what is no httpx client is left as it is.
    """
    hooks = getattr(http, "event_hooks", None)
    if not isinstance(hooks, dict) or _leave in hooks.get("request", ()):
        return
    http.event_hooks = {
        "request": [*hooks.get("request", ()), _leave],
        "response": [_arrive, *hooks.get("response", ())],
    }


def _leave(request: Any) -> None:
    """Before a request is sent, and before a redirect is followed."""
    call = current.get()
    if call is None:
        return
    left = call.left
    if left <= 0:
        raise StoppedError(TimeoutError())
    if call.origin not in (None, _origin(request.url)):
        raise StoppedError(LeadsElsewhereError(_place(request.url)))
    call.origin = _origin(request.url)
    waits = request.extensions.get("timeout", {})
    request.extensions["timeout"] = {k: left if v is None else min(v, left) for k, v in waits.items()}
    request.extensions["trace"] = call.trace
    request.headers["accept-encoding"] = _PACKED


def _arrive(response: Any) -> None:
    """When the head of a reply is there, and nothing of its body was read."""
    call = current.get()
    if call is None:
        return
    _same_place(response, call)
    codings = [word.strip().lower() for word in response.headers.get("content-encoding", "").split(",")]
    codings = [word for word in codings if word not in ("", "identity")]
    if codings and (len(codings) > 1 or codings[0] not in ("gzip", "x-gzip", "deflate")):
        raise StoppedError(NotAChatCompletionError("packed in a way that was not asked for"))
    response.encoding = "utf-8"  # as JSON is; some codecs that a reply could name take minutes, or raise anything
    # Unpacked here, in pieces, so that a small reply cannot become a large one at once.
    for name in ("content-encoding", "content-length"):
        response.headers.pop(name, None)
    library = importlib.import_module(type(response).__module__.partition(".")[0])  # httpx or httpx2
    kind = type("Bounded", (_Bounded, library.SyncByteStream), {})
    response.stream = kind(response.stream, codings[0] if codings else "")


def _same_place(response: Any, call: Call) -> None:
    location = response.headers.get("location")
    if not 300 <= response.status_code < 400 or location is None:
        return
    try:
        target = response.request.url.join(location)
    except Exception:  # a stranger's text, of which each version makes another error
        raise StoppedError(NotAChatCompletionError("a redirect to nowhere")) from None
    if response.status_code not in _KEEPS_THE_PROMPT or _origin(target) != call.origin:
        raise StoppedError(LeadsElsewhereError(_place(target)))


def _origin(url: Any) -> tuple[str, str, int | None]:
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host.lower(), port


def _place(url: Any) -> str:
    """The address without what may hold a key: user, password, query, fragment."""
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.host}{port}{url.path}"


class _Bounded:
    """A reply's body, unpacked, and never more than the bound of either."""

    def __init__(self, inner: Any, coding: str) -> None:
        self._inner = inner
        self._coding = coding

    def __iter__(self) -> Iterator[bytes]:
        packed = _counted(self._inner)
        return _counted(_unpacked(packed, self._coding)) if self._coding else packed

    def close(self) -> None:
        self._inner.close()


def _counted(parts: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > MAX_BYTES:
            raise StoppedError(NotAChatCompletionError(f"more than {MAX_BYTES} bytes"))
        yield part


def _unpacked(parts: Iterable[bytes], coding: str) -> Iterator[bytes]:
    unpacker = None
    for part in parts:
        if unpacker is None:
            unpacker = zlib.decompressobj(_window(part, coding))
        rest = part
        while rest and not unpacker.eof:
            try:
                piece = unpacker.decompress(rest, _PIECE)
            except zlib.error:
                raise StoppedError(NotAChatCompletionError("damaged in packing")) from None
            rest = unpacker.unconsumed_tail
            yield piece


def _window(first: bytes, coding: str) -> int:
    if coding != "deflate":
        return zlib.MAX_WBITS | 16
    # By the standard deflate has zlib's head; some servers leave it out.
    headed = len(first) > 1 and first[0] & 0x0F == 8 and (first[0] << 8 | first[1]) % 31 == 0
    return zlib.MAX_WBITS if headed else -zlib.MAX_WBITS

"""An endpoint that attacks: it trickles, floods, unpacks to a flood, leads elsewhere, and sends the key back."""

from __future__ import annotations

import gzip
import itertools
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import active_count

import httpx2
import openai
import pytest

from molgrad.errors import EngineError
from molgrad.llm.openai import MAX_BYTES, OpenAIModel
from molgrad.llm.parallel import gather
from tests.faults.raw import GOOD, RawServer, chunk, head
from tests.loopback import Loopback, error

ASK = [{"role": "user", "content": "the prompt of ours"}]
pytestmark = pytest.mark.slow
KEY = "sk-loopback-0123456789abcdefghij"
LATE = 15  # seconds; without the deadlines each of these calls lasts for ever, or as long as its default of minutes
CHUNKED = {"transfer_encoding": "chunked", "content_type": "application/json"}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MOLGRAD_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def _bytes_for_ever(*begin: bytes, then: bytes = b" ") -> Callable[[bytes], Iterator[bytes]]:
    return lambda _: itertools.chain(begin, itertools.repeat(then))


TRICKLES = {
    "status line": lambda _: (bytes([b]) for b in b"HTTP/1.1 200 OK\r\n" + b"x-pad: 0\r\n" * 1000),
    "headers": _bytes_for_ever(b"HTTP/1.1 200 OK\r\nx-slow: ", then=b"y"),
    "informational": _bytes_for_ever(then=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": _bytes_for_ever(head(content_length=999_999)),
    "chunks": _bytes_for_ever(head(**CHUNKED), then=chunk(b" ")),
    "error chunks": _bytes_for_ever(head("500 Oh", **CHUNKED), then=chunk(b" ")),
    "refusal in chunks": _bytes_for_ever(head("400 Oh", **CHUNKED), then=chunk(b" ")),
    "keep-alives": _bytes_for_ever(head(transfer_encoding="chunked", content_type="text/event-stream"),
                                   then=chunk(b": ping\n\n")),
    "trailers": _bytes_for_ever(head(**CHUNKED), chunk(GOOD), b"0\r\n", then=b"x: y\r\n"),
    "packed": _bytes_for_ever(head(**CHUNKED, content_encoding="gzip"), chunk(gzip.compress(b"")[:10]),
                              then=chunk(b"\x00")),
    "retry later": lambda _: iter([head("429 Busy", retry_after=30, content_length=2), b"{}"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", TRICKLES)
def test_the_deadline_holds_whatever_trickles(kind: str) -> None:
    with RawServer(TRICKLES[kind], pause=0.05) as server:
        began = time.monotonic()
        with pytest.raises(EngineError, match=r"did not answer within 0\.6 s|damaged in packing") as caught:
            OpenAIModel(server.spec(), api_key=KEY, timeout=0.6).complete(ASK)
        assert time.monotonic() - began < LATE
        assert server.url in str(caught.value)
        assert KEY not in str(caught.value)
        assert caught.value.__context__ is None
        assert kind == "retry later" or server.cut.wait(2)  # the connection is not left open


def test_the_deadline_is_one_for_all_that_a_call_asks() -> None:
    def refuse(request: bytes) -> Iterator[bytes]:
        time.sleep(0.3)  # each refusal takes a while: temperature, then seed, then ...
        field = next((f for f in (b"temperature", b"seed", b"max_tokens") if b'"' + f in request), b"max_tokens")
        body = json.dumps({"error": {"message": f"{field.decode()} is not known"}}).encode()
        yield head("400 No", content_length=len(body)) + body

    with RawServer(refuse) as server:
        began = time.monotonic()
        with pytest.raises(EngineError, match=r"within 0\.8 s"):
            OpenAIModel(server.spec(), timeout=0.8, temperature=0.0).complete(ASK, seed=1)
        assert time.monotonic() - began < LATE


def test_a_tls_handshake_that_trickles_ends_too() -> None:
    with RawServer(_bytes_for_ever()) as server:  # it waits for a request that never comes
        began = time.monotonic()
        with pytest.raises(EngineError, match=r"within 0\.5 s"):
            OpenAIModel(server.spec().replace("http:", "https:"), timeout=0.5).complete(ASK)
        assert time.monotonic() - began < LATE


def test_parallel_calls_end_at_their_deadlines_and_their_threads_with_them() -> None:
    before = active_count()
    with RawServer(TRICKLES["headers"], pause=0.05) as server:
        model = OpenAIModel(server.spec(), timeout=0.6)
        began = time.monotonic()
        with pytest.raises(EngineError, match="did not answer"):
            gather([lambda: model.complete(ASK)] * 6, workers=6)
        assert time.monotonic() - began < LATE
    for _ in range(40):
        if active_count() <= before:
            break
        time.sleep(0.05)
    assert active_count() <= before


@pytest.mark.parametrize("wrap", ["client", "http_client"])
def test_a_client_of_ones_own_has_the_deadline_and_the_bounds_too(wrap: str) -> None:
    with RawServer(_either(TRICKLES["headers"], _bytes_for_ever(head("400 No", **CHUNKED), then=chunk(b"x" * 60_000))),
                   pause=0.002) as server:  # fmt: skip
        http = httpx2.Client()
        given = {"http_client": http}
        if wrap == "client":
            given = {"client": openai.OpenAI(base_url=server.url, api_key=KEY, http_client=http, max_retries=0)}
        model = OpenAIModel("m" if wrap == "client" else server.spec(), timeout=1.0, **given)
        with pytest.raises(EngineError, match="within 1 s"):
            model.complete(ASK)
        with pytest.raises(EngineError, match=f"more than {MAX_BYTES} bytes"):
            model.complete(ASK)
        assert not http.is_closed


def _either(*replies: Callable[[bytes], Iterable[bytes]]) -> Callable[[bytes], Iterable[bytes]]:
    left = iter(replies)
    return lambda request: next(left)(request)


@pytest.mark.parametrize("workers", [1, 4])
def test_ctrl_c_is_heard_in_the_middle(workers: int) -> None:
    with RawServer(TRICKLES["headers"], pause=0.1) as server:
        code = (
            "import signal\nfrom molgrad.llm.openai import OpenAIModel\nfrom molgrad.llm.parallel import gather\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background jobs ignore it
            f"model = OpenAIModel({server.spec()!r}, timeout=60)\n"
            f"ask = lambda: model.complete({ASK!r})\n"
            f"gather([ask] * {workers}, workers={workers})\n"
        )
        child = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
        while len(server.requests) < workers and child.poll() is None:
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert "KeyboardInterrupt" in child.communicate(timeout=20)[1]
        assert time.monotonic() - began < LATE


def _flood(status: str, **headers: str) -> Callable[[bytes], Iterator[bytes]]:
    return _bytes_for_ever(head(status, **CHUNKED, **headers), then=chunk(b"x" * 60_000))


def _bomb(coding: str, status: str = "400 No") -> Callable[[bytes], Iterator[bytes]]:
    window = {"gzip": 31, "deflate": 15, "raw": -15}[coding]
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    packed = b"".join(packer.compress(bytes(10**6)) for _ in range(200)) + packer.flush()
    named = "deflate" if coding == "raw" else coding
    return lambda _: iter([head(status, content_encoding=named, content_length=len(packed)), packed])


FLOODS = {
    "good": _flood("200 OK"),
    "refusal": _flood("400 No"),
    "failure": _flood("500 Oh"),
    "unknown model": _flood("404 Where"),
    "length told small": lambda _: itertools.chain([head("400 No", content_length=10**10)],
                                                   itertools.repeat(b"x" * 60_000)),
    "gzip bomb": _bomb("gzip"),
    "good gzip bomb": _bomb("gzip", "200 OK"),
    "deflate bomb": _bomb("deflate"),
    "raw deflate bomb": _bomb("raw"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FLOODS)
def test_no_reply_is_read_beyond_the_bound(kind: str) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with RawServer(FLOODS[kind]) as server, pytest.raises(EngineError, match=f"more than {MAX_BYTES} bytes"):
        OpenAIModel(server.spec(), timeout=30).complete(ASK)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 60_000  # kB


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, gzip, gzip, br", "x" * 5_000])
def test_packing_that_was_not_asked_for_is_refused(coding: str) -> None:
    with (
        RawServer(lambda _: [head("400 No", content_encoding=coding, content_length=4), b"xxxx"]) as server,
        pytest.raises(EngineError, match="not asked for"),
    ):
        OpenAIModel(server.spec()).complete(ASK)
    assert b"accept-encoding: gzip, deflate\r\n" in server.requests[0].lower()


@pytest.mark.parametrize("charset", ["rot13", "zlib_codec", "idna", "punycode", "no-such"])
def test_a_codec_that_the_reply_names_is_not_used(charset: str) -> None:
    """Punycode's takes minutes for a megabyte."""
    body = b"it-is-too-long" + b"a" * 10**6
    kind = f"text/plain; charset={charset}"
    with (
        RawServer(lambda _: [head("400 No", content_type=kind, content_length=len(body)), body]) as server,
        pytest.raises(EngineError, match=r"refused the request to m \(400: it-is-too-long"),
    ):
        OpenAIModel(server.spec(), timeout=20).complete(ASK)


@pytest.mark.parametrize("window", [31, 15, -15])
def test_honest_packing_is_unpacked(window: int) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    packed = packer.compress(GOOD) + packer.flush()
    named = "gzip" if window == 31 else "deflate"
    with RawServer(lambda _: [head(content_encoding=named, content_length=len(packed)), packed]) as server:
        assert OpenAIModel(server.spec()).complete(ASK).text == "fine"


HEADS = {
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: y\r\n" % i for i in range(300_000)),
    "one line": b"HTTP/1.1 200 OK\r\nx: " + b"y" * 50_000_000,
    "status line": b"HTTP/1.1 200 " + b"y" * 50_000_000,
    "chunk extension": head(**CHUNKED) + b"1;" + b"y" * 50_000_000,
    "informational": b"HTTP/1.1 102 Processing\r\n\r\n" * 1_000_000,
}


@pytest.mark.parametrize("kind", HEADS)
def test_heads_are_bounded(kind: str) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with RawServer(lambda _: [HEADS[kind]]) as server, pytest.raises(EngineError, match=r"model endpoint .*127\.0\.0"):
        OpenAIModel(server.spec(), timeout=3).complete(ASK)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 60_000  # kB


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_elsewhere_is_refused_with_what_to_do(status: int) -> None:
    with Loopback(["stolen"]) as thief:
        target = f"{thief.url}/chat/completions?key={KEY}"
        with (
            RawServer(lambda _: [head(f"{status} Go", location=target, content_length=0)]) as server,
            pytest.raises(
                EngineError, match=r"leads to http://127\.0\.0\.1:\d+/v1/chat/completions, .*endpoint's"
            ) as e,
        ):
            OpenAIModel(server.spec(), api_key=KEY).complete(ASK)
        assert KEY not in str(e.value)
        assert thief.requests == []
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "target", ["https://127.0.0.1:{port}/v1/x", "//localhost:{port}/x", "http://127.0.0.1/x", "http://me:pw@127.0.0.1/",
               "file:///etc/passwd", "http://[::1", "\x1b[2Jhttp://x", "gopher://127.0.0.1:{port}/"]
)  # fmt: skip
def test_only_the_same_scheme_host_and_port_are_followed(target: str) -> None:
    def reply(_: bytes) -> list[bytes]:
        location = target.format(port=server.url.rpartition(":")[2].removesuffix("/v1"))
        return [head("307 Go", location=location, content_length=0)]

    with RawServer(reply) as server, pytest.raises(EngineError) as caught:
        OpenAIModel(server.spec(), api_key=KEY, timeout=5).complete(ASK)
    assert {r.split(b" ")[1] for r in server.requests} == {b"/v1/chat/completions"}
    assert "\x1b" not in str(caught.value)
    assert "pw" not in str(caught.value).replace(target, "")


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_within_the_same_place_is_followed(status: int) -> None:
    def reply(request: bytes) -> list[bytes]:
        if b"POST /v1/chat/completions " in request:
            return [head(f"{status} Go", location="/other/place", content_length=0)]
        return [head(content_length=len(GOOD)), GOOD]

    with RawServer(reply) as server:
        assert OpenAIModel(server.spec(), api_key=KEY).complete(ASK).text == "fine"
    assert b"the prompt of ours" in server.requests[1]


def test_redirects_without_end_end() -> None:
    with (
        RawServer(lambda _: [head("308 Go", location="/v1/chat/completions", content_length=0)]) as server,
        pytest.raises(EngineError, match=r"cannot be reached \(TooManyRedirects"),
    ):
        OpenAIModel(server.spec(), timeout=20).complete(ASK)


def _echoes() -> dict[str, Callable[[], list[bytes]]]:
    def body(status: str, text: str) -> list[bytes]:
        return [head(status, content_type="application/json", content_length=len(text.encode())), text.encode()]

    said = json.dumps({"error": {"message": f"you sent {KEY}, did you?"}})
    return {
        "refusal": lambda: body("400 No", said),
        "forbidden": lambda: body("403 No", said),
        "failure": lambda: body("500 Oh", said),
        "unknown": lambda: body("404 Where", said),
        "quota": lambda: body("429 Busy", said),
        "split by controls": lambda: body("400 No", json.dumps({"error": {"message": KEY[:9] + "\x1b[0m" + KEY[9:]}})),
        "cut": lambda: body("400 No", json.dumps({"error": {"message": "x" * 280 + " " + KEY}})),
        "in part": lambda: body("400 No", json.dumps({"error": {"message": f"key {KEY[:22]}... and ...{KEY[-15:]}"}})),
        "nested": lambda: body("400 No", json.dumps({"error": {"inner": [{"headers": {"a": f"Bearer {KEY}"}}]}})),
        "in base64": lambda: body("400 No", b64encode(f"Bearer {KEY}".encode()).decode()),
        "in hexadecimal": lambda: body("500 Oh", KEY.encode().hex()),
        "no json": lambda: body("400 No", f"<h1>{KEY}</h1>"),
        "no completion": lambda: body("200 OK", f"hello {KEY}"),
        "answer": lambda: body("200 OK", GOOD.decode().replace("fine", KEY)),
        "header": lambda: [head("403 No", x_echo=KEY, content_length=2), b"{}"],
        "status line": lambda: [head(f"200 {KEY}", content_length=len(GOOD)), GOOD],
        "redirect": lambda: [head("307 Go", location=f"http://localhost:1/{KEY}", content_length=0)],
        "redirect here": lambda: [head("307 Go", location=f"/{KEY}?{KEY}", content_length=0)],
        "no http": lambda: [f"{KEY}\r\n\r\n".encode()],
        "bad header": lambda: [f"HTTP/1.1 200 OK\r\n{KEY}\r\n\r\n".encode()],
        "bad chunk": lambda: [head(**CHUNKED), f"{KEY}\r\n".encode()],
    }


@pytest.mark.parametrize("kind", _echoes())
def test_a_key_sent_back_is_shown_nowhere(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with RawServer(lambda _: _echoes()[kind]()) as server:
        model = OpenAIModel(server.spec(), api_key=KEY, timeout=10)
        try:
            shown = model.complete(ASK).text
        except EngineError as caught:
            shown = "".join(traceback.format_exception(caught))
    assert KEY.encode() in server.requests[0]
    shown += caplog.text + repr(model)
    assert KEY.encode().hex() not in shown
    assert not [i for i in range(3) if b64encode(KEY[i:].encode())[:24].decode() in shown]
    assert not [KEY[i : i + 12] for i in range(len(KEY) - 12) if KEY[i : i + 12] in shown]


def test_an_endpoints_texts_move_no_terminal_and_are_short() -> None:
    nasty = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp" + "long " * 100_000
    with (
        Loopback(lambda _: error(404, nasty), models=[nasty, "\x1b[31mred"]) as server,
        pytest.raises(EngineError) as caught,
    ):
        OpenAIModel(server.spec()).complete(ASK)
    said = str(caught.value)
    assert not set(said) & set("\x1b\x07\x9b\u202e\n\r")
    assert len(said) < 1_500
    assert "red" in said


@pytest.mark.parametrize("depth", [200, 900, 100_000])
def test_an_error_nested_deeply_is_an_error_of_ours(depth: int) -> None:
    text = b'{"error":' * depth + b"1" + b"}" * depth
    reply = [head("400 No", content_type="application/json", content_length=len(text)), text]
    with (
        RawServer(lambda _: reply) as server,
        pytest.raises(EngineError, match="refused the request"),
    ):
        OpenAIModel(server.spec()).complete(ASK)


def test_the_list_of_models_is_bounded_and_has_a_deadline() -> None:
    with (
        RawServer(_flood("200 OK")) as server,
        pytest.raises(EngineError, match=f"more than {MAX_BYTES} bytes"),
    ):
        OpenAIModel(server.spec()).models()
    with RawServer(_bytes_for_ever(then=b"H")) as server, pytest.raises(EngineError):
        OpenAIModel(server.spec()).models()


@pytest.mark.parametrize(
    "reply", [[], [b"\r\n"], [head(content_length=500), GOOD[:100]], [head(**CHUNKED), b"5\r\nab"], [b"SSH-2.0-x\r\n"]]
)
def test_a_reply_that_breaks_off_is_named(reply: list[bytes]) -> None:
    with RawServer(lambda _: reply) as server, pytest.raises(EngineError, match="broke off, or does not speak HTTP"):
        OpenAIModel(server.spec()).complete(ASK)


def test_the_password_of_a_proxy_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://me:secret99@127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(EngineError) as caught:
        OpenAIModel("http://models.invalid/v1#m", timeout=5).complete(ASK)
    assert "secret99" not in "".join(traceback.format_exception(caught.value))


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with RawServer(lambda _: [head(content_length=len(GOOD)), GOOD]) as proxy:
        for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
        assert OpenAIModel("http://models.invalid/v1#m").complete(ASK).text == "fine"
    assert proxy.requests[0].startswith(b"POST http://models.invalid/v1/chat/completions")
    assert os.environ["HTTP_PROXY"]

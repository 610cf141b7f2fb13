"""Endpoints of language models that held a call, filled the memory, or sent the prompt elsewhere."""

from __future__ import annotations

import gzip
import itertools
import time

import pytest

from molgrad.errors import EngineError
from molgrad.llm.openai import MAX_BYTES, OpenAIModel
from tests.faults.raw import RawServer, chunk, head
from tests.loopback import Loopback, Reply

ASK = [{"role": "user", "content": "the prompt"}]


@pytest.mark.parametrize(
    ("begin", "then"),
    [(b"HTTP/1.1 200 OK\r\nx-slow: ", b"y"), (head("400 No", transfer_encoding="chunked"), chunk(b" "))],
    ids=["header", "error body"],
)
def test_an_endpoint_that_trickles_held_the_call_without_limit(begin: bytes, then: bytes) -> None:
    with RawServer(lambda _: itertools.chain([begin], itertools.repeat(then)), pause=0.05) as server:
        began = time.monotonic()
        with pytest.raises(EngineError, match=rf"{server.url} did not answer within 0\.4 s"):
            OpenAIModel(server.spec(), timeout=0.4).complete(ASK)
        assert time.monotonic() - began < 20  # it would never end


@pytest.mark.parametrize("packed", [False, True])
def test_an_error_body_was_read_to_its_end(packed: bool) -> None:
    body = gzip.compress(bytes(10 * MAX_BYTES)) if packed else b"x" * (MAX_BYTES + 1)
    told = {"content_length": len(body), **({"content_encoding": "gzip"} if packed else {})}
    with (
        RawServer(lambda _: [head("400 No", **told), body]) as server,
        pytest.raises(EngineError, match=f"more than {MAX_BYTES} bytes"),
    ):
        OpenAIModel(server.spec()).complete(ASK)


def test_a_redirect_carried_the_prompt_to_another_host() -> None:
    with Loopback(["stolen"]) as other:
        there = Reply("", 307, {"location": f"{other.url}/chat/completions"})
        with Loopback([there]) as server, pytest.raises(EngineError, match=f"leads to {other.url}.*give it"):
            OpenAIModel(server.spec(), api_key="sk-0123456789abcdefghij").complete(ASK)
        assert other.requests == []

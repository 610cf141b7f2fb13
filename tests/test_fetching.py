"""A file from the web is read within its bounds, whatever the server sends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

import pytest

from molgrad.fetching import fetched
from tests.faults.raw import RawServer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"


def endless(_: bytes) -> Iterator[bytes]:
    yield HEAD
    yield from repeat(b"x" * 65_536)


def test_a_file_is_read_whole() -> None:
    with RawServer(lambda _: [HEAD, b"x" * 200_000]) as server:
        assert fetched(server.url, 200_000) == b"x" * 200_000


def test_of_an_endless_file_one_byte_too_many_is_read() -> None:
    with RawServer(endless) as server:
        assert len(fetched(server.url, 1_000_000)) == 1_000_001
        assert server.cut.wait(20)


def test_a_file_that_comes_drop_by_drop_is_given_up() -> None:
    with (
        RawServer(lambda _: [HEAD, *repeat(b"x", 100)], pause=0.05) as server,
        pytest.raises(TimeoutError, match="did not end within"),
    ):
        fetched(server.url, 1_000_000, 0.3)

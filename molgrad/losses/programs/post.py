"""One POST to a predictor: in time whatever the other side does, bounded, and to no other address."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.docking.programs import last_words
from molgrad.errors import one_line, shorten
from molgrad.llm.deadline import Call
from molgrad.llm.endpoint import Endpoint
from molgrad.losses.programs.fault import NoAnswer
from molgrad.losses.programs.lines import LONGEST_LINE, LONGEST_REPLY, Question, parsed, written

_CONNECT = 5.0  # seconds: an address where nobody is must be told soon
_BUSY = (408, 425, 429)  # and 5xx
_EXCERPT = 2_000  # bytes of an error's page that are read


class Busy(NoAnswer):
    """Nobody answered, or the service had no time: another try in a moment may go better."""


class Service:
    """Where a predictor answers.

    Args:
        url: its address.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Any = None

    def ask(self, questions: Sequence[Question], headers: Mapping[str, str], seconds: float) -> list[dict[str, Any]]:
        """The answers in the reply, as they came.

        Args:
            questions: the molecules.
            headers: to be sent too.
            seconds: how long it may take in all.

        Raises:
            Busy: another try in a moment may go better.
            NoAnswer: the reply is no list of answers.
        """
        call = Call(seconds)
        body = b"".join(written(questions))
        try:
            return _answers(call.run(lambda: self._posted(call, body, headers, seconds)))
        except TimeoutError:
            self.close()
            raise NoAnswer(f"no whole reply came within {seconds:.3g} s (`timeout`)") from None
        except NoAnswer:
            raise
        except Exception as error:  # each version of the library has errors of its own
            self.close()
            raise Busy(f"it cannot be reached: {type(error).__name__}: {one_line(shorten(str(error), 200))}") from None

    def _posted(self, call: Call, body: bytes, headers: Mapping[str, str], seconds: float) -> bytes:
        library = _library()
        if self._client is None:
            local = Endpoint(self._url, "").is_local  # where proxies have no business
            self._client = library.Client(follow_redirects=False, trust_env=not local)
        sent = {"content-type": "application/x-ndjson", "accept-encoding": "identity", **headers}
        limits = library.Timeout(seconds, connect=min(seconds, _CONNECT))
        more = {"trace": call.trace}
        post = self._client.stream("POST", self._url, content=body, headers=sent, timeout=limits, extensions=more)
        with post as reply:
            if not 200 <= reply.status_code < 300:
                raise _refusal(reply)
            if reply.headers.get("content-encoding", "identity").lower() != "identity":
                raise NoAnswer("it packed its reply, which was not asked for")
            return _bounded(reply)

    def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _library() -> Any:
    """The httpx that the `openai` package brought: its third version brings httpx2."""
    try:
        return importlib.import_module("httpx2")
    except ImportError:
        return importlib.import_module("httpx")


def _bounded(reply: Any) -> bytes:
    whole = bytearray()
    for piece in reply.iter_raw():
        whole += piece
        if len(whole) > LONGEST_REPLY:
            raise NoAnswer(f"its reply is longer than {LONGEST_REPLY >> 20} MB")
    return bytes(whole)


def _refusal(reply: Any) -> NoAnswer:
    """What a reply other than 200 means, with the first words of its page."""
    status = reply.status_code
    if 300 <= status < 400:
        return NoAnswer(f"it answered with status {status}, which leads elsewhere: give the address that answers")
    page = b""
    for piece in reply.iter_raw():
        page += piece
        if len(page) > _EXCERPT:
            break
    said = last_words(page[:_EXCERPT], 3)
    kind = Busy if status in _BUSY or status >= 500 else NoAnswer
    return kind(f"it answered with status {status}{': ' if said else ''}{said}")


def _answers(body: bytes) -> list[dict[str, Any]]:
    """The answers of a reply: lines of JSON, or one list."""
    try:
        if body.lstrip().startswith(b"["):
            found = json.loads(body.decode())
            if all(isinstance(one, dict) for one in found):
                return list(found)
        lines = [line for line in body.split(b"\n") if line.strip()]
        if max(map(len, lines), default=0) > LONGEST_LINE:
            raise NoAnswer(f"it wrote more than an answer can be ({LONGEST_LINE >> 20} MB a line)")
        return [parsed(line) for line in lines]
    except RecursionError:
        raise NoAnswer("its reply is nested too deeply") from None
    except ValueError as error:
        raise NoAnswer(str(error)) from None

"""Predictors for tests: a program that counts carbon, programs that err, and a service on 127.0.0.1."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = Mapping[str, Any]
LOOP = (
    "import json, os, sys, time\nfor line in sys.stdin:\n    asked = json.loads(line)\n    smiles = asked['smiles']\n"
)
COUNTING = LOOP + (
    "    n = smiles.upper().count('C')\n"
    "    fact = {'text': 'its first atom', 'atoms': [0], 'value': n, 'weight': 0.5}\n"
    "    print(json.dumps({'id': asked['id'], 'value': n, 'sd': 0.5, 'text': f'{n} C', 'facts': [fact]}))\n"
)


def python(code: str) -> list[str]:
    """The command that runs a Python program given as text."""
    return [sys.executable, "-c", code]


def answering(line: str) -> list[str]:
    """The command of a program that does this for each molecule, `asked` and `smiles` known."""
    return python(LOOP + "".join(f"    {part}\n" for part in line.split("\n")))


class Predictor:
    """A service that answers as a function says; what it was sent is kept.

    Args:
        reply: (path, questions) -> (status, body, headers).
    """

    def __init__(self, reply: Callable[[str, list[Answer]], tuple[int, bytes, Mapping[str, str]]]) -> None:
        self.headers: list[dict[str, str]] = []
        self.asked: list[list[Answer]] = []
        self._reply = reply
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/predict"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes, Mapping[str, str]]:
        questions = [json.loads(line) for line in body.splitlines()]
        self.headers.append(headers)
        self.asked.append(questions)
        return self._reply(path, questions)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def lengths(path: str, questions: list[Answer]) -> tuple[int, bytes, Mapping[str, str]]:
    """The length of each SMILES, as lines."""
    answers = [{"id": one["id"], "value": len(one["smiles"]), "facts": ["it has atoms"]} for one in questions]
    return 200, "\n".join(map(json.dumps, answers)).encode(), {}


@cache
def counting_service() -> Predictor:
    """A service that runs until the tests end."""
    return Predictor(lengths)


def _handler(predictor: Predictor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, reply, headers = predictor.answer(self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in {"content-length": str(len(reply)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(reply)
            except ConnectionError:  # it was longer than the client reads
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing: the test reads `asked`."""

    return Handler

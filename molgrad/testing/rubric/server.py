"""The models behind an address on 127.0.0.1 that speaks OpenAI's protocol."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from molgrad.testing.rubric.forms import Request
from molgrad.testing.rubric.ledger import Ledger

USED_UP = "the budget of calls is used up"


class Server:
    """A server of the models `student` and `critic`, as a context manager that gives the base URL.

    `GET /v1/calls` tells the calls, tokens and limit so far.

    Args:
        models: what answers, by role; a model's name chooses the role whose name it ends with.
        ledger: what counts, and refuses with status 402 when its limit is reached.
    """

    def __init__(self, models: Mapping[str, Callable[[Request], str]], ledger: Ledger) -> None:
        self.models, self.ledger = models, ledger
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def answer(self, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the body of an answer."""
        model = str(body.get("model", ""))
        role = next((role for role in self.models if model.endswith(role)), None)
        if role is None:
            return 404, _error(f"there is no model {model!r}; there are {', '.join(self.models)}", "not_found_error")
        if not self.ledger.take():
            return 402, _error(USED_UP, "insufficient_quota")
        try:
            request = Request.of(body)
            said = self.models[role](request)
        except BaseException:
            self.ledger.give_back()
            raise
        sent, answered = self.ledger.note(role, request.characters, len(said))
        used = {"prompt_tokens": sent, "completion_tokens": answered, "total_tokens": sent + answered}
        message = {"role": "assistant", "content": said}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return 200, {"id": "rubric", "object": "chat.completion", "created": 0, "model": model, "usage": used,
                     "choices": [choice]}  # fmt: skip

    def told(self, path: str) -> tuple[int, dict[str, Any]]:
        """The answer to a GET."""
        if path.endswith("/calls"):
            ledger = self.ledger
            return 200, {"calls": dict(ledger.calls), "tokens": dict(ledger.tokens), "limit": ledger.limit}
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "rubric"} for name in self.models]
        return (200, {"object": "list", "data": listed}) if path.endswith("/models") else (404, _error("no such page"))

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _error(message: str, kind: str = "invalid_request_error") -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "code": kind}}


def _handler(served: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # head and body leave together: two small packets would wait for each other

        def do_GET(self) -> None:
            self._send(*served.told(self.path))

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            if not self.path.endswith("/chat/completions"):
                self._send(404, _error("only chat completions are spoken here"))
                return
            try:
                body = json.loads(raw)
            except ValueError:
                self._send(400, _error("this is no JSON"))
                return
            self._send(*served.answer(body))

        def _send(self, status: int, body: Mapping[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Nothing: the ledger counts."""

    return Handler

"""A real HTTP server on 127.0.0.1 that speaks OpenAI's protocols, Azure's paths too, and errs on request."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

# The client waits as long as a server tells it to before it tries again: tests need not.
AT_ONCE = {"retry-after-ms": "1"}


@dataclass(frozen=True)
class Request:
    """What the server received."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        """All messages as one text."""
        return "\n".join(_text(message.get("content") or message.get("output") or "") for message in self.messages)

    @property
    def messages(self) -> Sequence[Mapping[str, Any]]:
        """The messages, by whichever protocol they came."""
        found: Sequence[Mapping[str, Any]] = self.body.get("messages") or self.body.get("input") or []
        return found

    @property
    def by_responses(self) -> bool:
        """Whether the responses protocol was spoken."""
        return self.path.partition("?")[0].endswith("/responses")

    @property
    def system(self) -> str:
        """The system message, or nothing."""
        return next((_text(m["content"]) for m in self.messages if m.get("role") == "system"), "")

    @property
    def tools(self) -> list[str]:
        """The names of the tools that are offered, by whichever protocol they came."""
        return [str((tool.get("function") or tool)["name"]) for tool in self.body.get("tools") or []]

    @property
    def results(self) -> list[str]:
        """The results of tools in the conversation, in order."""
        by_chat = [str(m["content"]) for m in self.messages if m.get("role") == "tool"]
        return by_chat or [str(m["output"]) for m in self.messages if m.get("type") == "function_call_output"]


def _text(content: str | Sequence[Mapping[str, Any]]) -> str:
    return content if isinstance(content, str) else "".join(str(part.get("text", "")) for part in content)


@dataclass(frozen=True)
class Reply:
    """What the server sends back; `hang` sends nothing until the server stops."""

    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False


def completion(text: str | None, prompt_tokens: int = 11, completion_tokens: int = 7) -> Reply:
    """A chat completion with this text."""
    message = {"role": "assistant", "content": text}
    used = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens}  # fmt: skip
    body = {"id": "c", "object": "chat.completion", "created": 0, "model": "loopback", "usage": used,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}]}  # fmt: skip
    return Reply(json.dumps(body))


def response(text: str, input_tokens: int = 11, output_tokens: int = 7) -> Reply:
    """An answer of the responses protocol, with the thoughts that stand before it."""
    parts = [{"type": "output_text", "text": text, "annotations": []}]
    output = [
        {"id": "r", "type": "reasoning", "summary": []},
        {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": parts},
    ]
    used = {"input_tokens": input_tokens, "output_tokens": output_tokens, "total_tokens": input_tokens + output_tokens}
    body = {"id": "resp", "object": "response", "created_at": 0, "model": "loopback", "status": "completed",
            "output": output, "usage": used, "error": None}  # fmt: skip
    return Reply(json.dumps(body))


def calls(request: Request, *called: tuple[str, Mapping[str, Any] | str], text: str = "") -> Reply:
    """A message that calls tools, in the protocol of the request.

    Args:
        request: that it answers.
        called: names with arguments; a text stands as it is, where arguments should be JSON.
        text: said beside the calls.
    """
    at = len(request.results)
    made = [(f"call_{at + i}", name, a if isinstance(a, str) else json.dumps(a)) for i, (name, a) in enumerate(called)]
    answer = json.loads((response if request.by_responses else completion)(text).body)
    if request.by_responses:
        answer["output"] += [
            {"id": f"fc_{key}", "type": "function_call", "call_id": key, "name": name, "arguments": arguments}
            for key, name, arguments in made
        ]
    else:
        functions = [{"id": k, "type": "function", "function": {"name": n, "arguments": a}} for k, n, a in made]
        answer["choices"][0]["message"]["tool_calls"] = functions
    return Reply(json.dumps(answer))


def error(status: int, message: str = "it went wrong", **more: str) -> Reply:
    """An error in the shape that the protocol gives it."""
    body = {"error": {"message": message, "type": "error", **more}}
    return Reply(json.dumps(body), status, AT_ONCE)


def garbage() -> Reply:
    """Success, but no chat completion."""
    return Reply("<html><body>Welcome to the router!</body></html>")


def hang() -> Reply:
    """No answer."""
    return Reply(hang=True)


Scripted = str | Reply
Script = Sequence[Scripted] | Callable[[Request], Scripted]


class Loopback:
    """The server, as a context manager.

    Args:
        script: answers in the order of the requests (a text is an answer with it), or a function of the
            request. When the answers are used up, it answers 418, which no client tries again.
        models: what /v1/models lists.
    """

    def __init__(self, script: Script = (), models: Sequence[str] = ("loopback",)) -> None:
        self.models = models
        self.requests: list[Request] = []
        self._script = script
        self._lock = Lock()
        self._stopping = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def azure(self) -> str:
        """The address that openai.AzureOpenAI takes as `azure_endpoint`."""
        return self.url.removesuffix("/v1")

    def spec(self, model: str = "loopback") -> str:
        """An engine's name for a model here."""
        return f"{self.url}#{model}"

    @property
    def prompts(self) -> list[str]:
        """The messages of each request, as one text each."""
        return [request.prompt for request in self.requests]

    def answer(self, request: Request) -> Reply:
        """Record a request and choose the reply."""
        with self._lock:
            place = len(self.requests)
            self.requests.append(request)
        if callable(self._script):
            chosen: Scripted = self._script(request)
        elif place < len(self._script):
            chosen = self._script[place]
        else:
            chosen = error(418, "the script of the loopback server is used up")
        if isinstance(chosen, Reply):
            return chosen
        return response(chosen) if request.by_responses else completion(chosen)

    def wait_for_stop(self) -> None:
        """Keep a request waiting until the test is over."""
        self._stopping.wait(30)

    def stop(self) -> None:
        """Take the server down; requests from now on are refused."""
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if not self._stopping.is_set():
            self.stop()


def nobody() -> str:
    """The base URL of an address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


_PATHS = re.compile(r"/v1/(chat/completions|responses)|/openai/(deployments/[^/]+/chat/completions|responses)")


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            listed = [{"id": m, "object": "model", "created": 0, "owned_by": "us"} for m in loopback.models]
            found = self.path == "/v1/models"
            body = json.dumps({"object": "list", "data": listed}) if found else "{}"
            self._send(Reply(body, 200 if found else 404))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if not _PATHS.fullmatch(self.path.partition("?")[0]):
                self._send(error(404, "no such page"))
                return
            reply = loopback.answer(Request(self.path, dict(self.headers), json.loads(body)))
            if reply.hang:
                loopback.wait_for_stop()
                self.close_connection = True
                return
            self._send(reply)

        def _send(self, reply: Reply) -> None:
            data = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing: the test reads `requests`."""

    return Handler

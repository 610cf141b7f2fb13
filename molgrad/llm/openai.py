"""A language model behind any endpoint that speaks OpenAI's chat protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from molgrad.autograd.advisor import Completion, Message, Usage
from molgrad.errors import EngineError, shorten
from molgrad.llm.dialect import Dialect
from molgrad.llm.endpoint import parse_endpoint
from molgrad.llm.faults import Fault, NotAChatCompletionError, explain
from molgrad.llm.usage import UsageMeter

TIMEOUT = 60.0  # seconds of silence; the client tries three times in all
CONNECT_TIMEOUT = 4.0  # seconds: an address where nobody is must be told soon
MAX_TOKENS = 16_000  # room for a reasoning model's thoughts and an answer of six proposals
MAX_BYTES = 4_000_000  # of a whole response; the longest honest answer is a tenth of that
_ADAPTATIONS = 7  # every parameter refused once, and one to spare
_NO_KEY = "no-key-needed"  # the client insists on one; servers without keys ignore it


class OpenAIModel:
    """A chat model by name or address; a LanguageModel.

    Retries: the client's own two, for 408, 409, 429, 5xx and broken connections; none on top. A refused
    parameter (temperature, the name of the token limit, seed, JSON schema) is left out and remembered.
    Threads: safe. Failure: EngineError, whose words never hold the key.

    Args:
        spec: "gpt-5-mini", or an endpoint and its model: "http://localhost:11434/v1#llama3".
        api_key: the key; by default OPENAI_API_KEY for OpenAI and the endpoint in OPENAI_BASE_URL, and
            MOLGRAD_API_KEY for any other. A server that asks for no key needs none.
        base_url: the endpoint, where `spec` is a name; by default OPENAI_BASE_URL, then OpenAI.
        temperature: left to the endpoint unless given.
        timeout: seconds to wait for an answer.
        max_tokens: the longest answer, a reasoning model's thoughts included.
        http_client: an httpx client of your own, handed to the `openai` package.
    """

    def __init__(
        self,
        spec: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        temperature: float | None = None,
        timeout: float = TIMEOUT,
        max_tokens: int = MAX_TOKENS,
        http_client: Any = None,
    ) -> None:
        self.endpoint = parse_endpoint(spec, base_url=base_url, api_key=api_key)
        self.name = self.endpoint.model
        self.temperature = temperature
        self.timeout = timeout
        self.max_tokens = max_tokens
        limit = "max_completion_tokens" if self.endpoint.is_openai else "max_tokens"
        self._dialect = Dialect(limit=limit)
        self._http_client = http_client
        self._client: Any = None
        self._lock = Lock()
        self._meter = UsageMeter()

    @property
    def usage(self) -> Usage:
        """Requests and tokens so far."""
        return self._meter.total

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The model's next message.

        Raises:
            EngineError: the endpoint is down, refuses, or does not answer with a chat completion.
        """
        dialect = self._dialect
        fault = Fault("")
        for calls in range(1, _ADAPTATIONS + 1):
            options = dialect.options(
                schema=schema, temperature=self.temperature, seed=seed, max_tokens=self.max_tokens
            )
            outcome = self._send(messages, options)
            if isinstance(outcome, Completion):
                with self._lock:
                    self._dialect = dialect
                self._meter.add(Usage(1) + outcome.usage)
                return Completion(outcome.text, Usage(calls) + outcome.usage)
            self._meter.add(Usage(1))
            fault = outcome
            other = dialect.after(fault.complaint, options) if fault.complaint else None
            if other is None:
                break
            dialect = other
        # Raised here and not where it was caught: the client's exception holds the request and its headers,
        # and would otherwise hang on to this one as its context.
        raise EngineError(fault.message)

    def _send(self, messages: Sequence[Message], options: Mapping[str, Any]) -> Completion | Fault:
        try:
            chat = self._connected().chat.completions.with_streaming_response
            with chat.create(model=self.name, messages=[dict(m) for m in messages], **options) as response:
                return _completion(_body(response, self.timeout))
        except Exception as error:  # the client's, its transport's, or a body that is no completion
            return explain(error, self.endpoint, self.timeout, self._models)

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                import openai  # 0.6 s to import: only when a model is really called

                patience = openai.Timeout(self.timeout, connect=min(CONNECT_TIMEOUT, self.timeout))
                http = self._http_client
                if http is None and self.endpoint.is_local:
                    http = openai.DefaultHttpxClient(trust_env=False, timeout=patience)
                key = self.endpoint.key
                self._client = openai.OpenAI(
                    api_key=key.reveal() if key else _NO_KEY,
                    base_url=self.endpoint.url, timeout=patience, http_client=http,
                )  # fmt: skip
            return self._client

    def models(self) -> list[str]:
        """The names that the endpoint lists.

        Raises:
            EngineError: the endpoint is down, or refuses to tell.
        """
        try:
            return self._listed()
        except Exception as error:
            fault = explain(error, self.endpoint, CONNECT_TIMEOUT, list)
        raise EngineError(fault.message)  # outside the handler: the client's exception holds the key

    def _models(self) -> list[str]:
        try:
            return self._listed()
        except Exception:  # only asked in order to word another error better
            return []

    def _listed(self) -> list[str]:
        page = self._connected().with_options(max_retries=0, timeout=CONNECT_TIMEOUT).models.list()
        return sorted(str(model.id) for model in page.data)

    def close(self) -> None:
        """Close the connections; the next call opens them again, unless `http_client` was given."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def __repr__(self) -> str:
        return f"OpenAIModel({self.endpoint.url + '#' + self.name!r})"


def _body(response: Any, timeout: float) -> bytes:
    deadline = time.monotonic() + timeout
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise NotAChatCompletionError(f"more than {MAX_BYTES} bytes")
        if time.monotonic() > deadline:  # a trickle resets the client's own clock with every byte
            raise TimeoutError
    return b"".join(parts)


def _completion(body: bytes) -> Completion:
    shown = shorten(repr(body[:200].decode("utf-8", "replace")), 120)
    try:
        data = json.loads(body)
        message = data["choices"][0]["message"]
        content = message.get("content")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotAChatCompletionError(shown) from None
    if isinstance(content, list):  # parts, as some servers send them
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if not content and isinstance(message.get("refusal"), str):
        content = message["refusal"]
    used = data.get("usage")
    counted = used if isinstance(used, dict) else {}
    prompt, answer = (_count(counted.get(k)) for k in ("prompt_tokens", "completion_tokens"))
    return Completion(str(content or ""), Usage(0, prompt, answer))


def _count(number: object) -> int:
    return number if isinstance(number, int) and number > 0 else 0

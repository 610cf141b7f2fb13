"""A language model behind any endpoint that speaks one of OpenAI's protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from molgrad.errors import ConflictingSettingsError, EngineError, PicturesRefusedError, ToolsRefusedError, plain
from molgrad.llm.deadline import Call, StoppedError
from molgrad.llm.dialect import Dialect
from molgrad.llm.endpoint import endpoint_of, parse_endpoint
from molgrad.llm.faults import NoAnswer, NotAChatCompletionError, explain
from molgrad.llm.guard import MAX_BYTES as MAX_BYTES
from molgrad.llm.guard import guard
from molgrad.llm.logs import keep_out_of_logs
from molgrad.llm.protocols import CHAT, RESPONSES, put, read
from molgrad.llm.text import without
from molgrad.llm.tool_calls import cleaned
from molgrad.llm.types import Completion, Message, Offer, Usage
from molgrad.llm.usage import UsageMeter

TIMEOUT = 120.0  # seconds for an answer in all: every request that it takes, and the waits between them
CONNECT_TIMEOUT = 4.0  # seconds: an address where nobody is must be told soon
MAX_TOKENS = 16_000  # room for a reasoning model's thoughts and an answer of six proposals
_ADAPTATIONS = 11  # every parameter refused once, and one to spare
AUTO = "auto"
_NO_KEY = "no-key-needed"  # the client insists on one; servers without keys ignore it


class OpenAIModel:
    """A model by name or address; a LanguageModel.

    Retries: the client's own two, for 408, 409, 429, 5xx and broken connections; none on top. A refused
    parameter (temperature, the name of the token limit, seed, JSON schema) is left out and remembered, tools that are
    refused are refused at once from then on, and a model that is not served by the chat protocol is asked by the
    responses protocol.
    Time: everything together gets `timeout` seconds: connecting, further tries, the waits between them, and an
    answer that comes byte by byte. Then the call ends and its connections are cut.
    Replies: at most 4 MB, error messages included, packed and unpacked. A redirect to another scheme, host or port is
    refused, since it would carry the prompt there.
    Threads: safe. Failure: EngineError, whose message never holds the key.

    Args:
        spec: "gpt-5-mini", "claude-sonnet-4-5", "ollama/llama3", or an endpoint and its model:
            "http://localhost:11434/v1#llama3".
        api_key: the key; by default OPENAI_API_KEY for OpenAI and the endpoint in OPENAI_BASE_URL, that of a provider
            whose model is named (ANTHROPIC_API_KEY for "claude-sonnet-4-5"), and MOLGRAD_API_KEY for any other. A
            server that asks for no key needs none.
        base_url: the endpoint, where `spec` is a name; by default OPENAI_BASE_URL, then OpenAI.
        temperature: left to the endpoint unless given.
        timeout: seconds to wait for an answer, retries included; 120 by default. For a client of your own that
            is, by default, its own limit times the number of its tries.
        max_tokens: the longest answer, a reasoning model's thoughts included.
        api: "chat", "responses", or "auto": chat, until the endpoint says that a model needs the other.
        client: an openai.OpenAI or openai.AzureOpenAI of your own, with its address, key and retries; `spec`
            is then the model or the deployment.
        http_client: an httpx client of your own, handed to the `openai` package.
    """

    def __init__(
        self,
        spec: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        temperature: float | None = None,
        timeout: float | None = None,
        max_tokens: int = MAX_TOKENS,
        api: str = AUTO,
        client: Any = None,
        http_client: Any = None,
    ) -> None:
        if api not in (AUTO, CHAT, RESPONSES):
            raise ConflictingSettingsError(f'api={api!r} is no protocol; give "auto", "chat" or "responses"')
        if client is not None and (base_url or api_key or http_client is not None):
            raise ConflictingSettingsError("a client has its own address, key and connection; give them to it")
        if client is None:
            self.endpoint = parse_endpoint(spec, base_url=base_url, api_key=api_key)
        else:
            self.endpoint = endpoint_of(client, spec)
        self.name = self.endpoint.model
        self.temperature = temperature
        self.timeout = timeout or _patience_of(client)
        self._own_patience = timeout is None
        self._limit = timeout or self.timeout * _tries_of(client)
        self.max_tokens = max_tokens
        self.api = api
        limit = "max_completion_tokens" if self.endpoint.is_openai else "max_tokens"
        self._dialect = Dialect(limit=limit, api=CHAT if api == AUTO else api, settled=api != AUTO)
        self._http_client = http_client
        self._given = client
        self._client: Any = None
        self._lock = Lock()
        self._meter = UsageMeter()

    @property
    def usage(self) -> Usage:
        """Requests and tokens so far."""
        return self._meter.total

    @property
    def settings(self) -> Mapping[str, Any]:
        """What decides the answers besides the request; holds no key."""
        query = getattr(self._given, "default_query", None)  # Azure's version of the protocol
        kept: dict[str, Any] = dict(url=self.endpoint.url, model=self.name, api=self.api)
        kept |= dict(temperature=self.temperature, max_tokens=self.max_tokens)
        return {**kept, **({"query": dict(query)} if query else {})}

    def scrub(self, text: str) -> str:
        """`text` without the key."""
        return without(self.endpoint.key.reveal(), text) if self.endpoint.key else text

    @property
    def calls_tools(self) -> bool:
        """Whether the endpoint was not heard to refuse tools."""
        return self._dialect.tools

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        seed: int | None = None,
        tools: Offer | None = None,
    ) -> Completion:
        """The model's next message.

        Raises:
            ToolsRefusedError: tools are offered, and the endpoint says that the model takes none.
            PicturesRefusedError: a message holds a picture, and the endpoint says that the model takes none.
            EngineError: the endpoint is down, refuses, or does not answer with a chat completion.
        """
        dialect = self._dialect
        if tools is not None and not dialect.tools:
            raise ToolsRefusedError(f"{self.name} at {self.endpoint.url} takes no tools")
        fault = NoAnswer("")
        call = Call(self._limit)
        for calls in range(1, _ADAPTATIONS + 1):
            options = dialect.options(
                schema=schema, temperature=self.temperature, seed=seed, max_tokens=self.max_tokens, tools=tools
            )
            outcome = self._send(call, dialect.api, messages, options)
            if isinstance(outcome, Completion):
                with self._lock:
                    self._dialect = dialect
                self._meter.add(Usage(1) + outcome.usage)
                return cleaned(replace(outcome, usage=Usage(calls) + outcome.usage), self.scrub)
            self._meter.add(Usage(1))
            fault = outcome
            other = dialect.after(fault.complaint, options) if fault.complaint else None
            if other is None:
                break
            dialect = other
            if tools is not None and not dialect.tools:
                with self._lock:
                    self._dialect = dialect
                raise ToolsRefusedError(f"{self.name} at {self.endpoint.url} takes no tools: {fault.message}")
        # Raised here and not where it was caught: the client's exception holds the request and its headers,
        # and would otherwise hang on to this one as its context.
        if fault.of_pictures and any(not isinstance(message["content"], str) for message in messages):
            raise PicturesRefusedError(fault.message)
        raise EngineError(fault.message)

    def _send(
        self, call: Call, api: str, messages: Sequence[Message], options: Mapping[str, Any]
    ) -> Completion | NoAnswer:
        def ask() -> Completion:
            resource = client.chat.completions if api == CHAT else client.responses
            asked = {"model": self.name, **put(api, messages), **options}
            with resource.with_streaming_response.create(**asked) as response:
                return read(b"".join(response.iter_bytes()))

        error: Exception
        try:
            client = self._connected()  # before the clock starts: the first one imports for a second
            return call.run(ask)
        except StoppedError as stopped:
            error = stopped.fault
        except Exception as caught:  # the client's, its transport's, or a body that is no completion
            error = TimeoutError() if call.left <= 0 else caught
        return explain(error, self.endpoint, self._limit, lambda: self._models(call.left))

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None and self._given is not None:
                self._client = self._given
                if not self._own_patience:
                    self._client = self._given.with_options(timeout=self.timeout)
                guard(getattr(self._given, "_client", None))  # acts on our calls only
            elif self._client is None:
                import openai  # 0.6 s to import: only when a model is really called

                patience = openai.Timeout(self.timeout, connect=min(CONNECT_TIMEOUT, self.timeout))
                http = self._http_client
                if http is None:
                    # A connection for each call: one that is shared could not be cut for one call alone.
                    one = {"connection": "close"}
                    local = self.endpoint.is_local
                    http = openai.DefaultHttpxClient(trust_env=not local, timeout=patience, headers=one)
                guard(http)
                key = self.endpoint.key.reveal() if self.endpoint.key else _NO_KEY
                where = self.endpoint.url
                self._client = openai.OpenAI(api_key=key, base_url=where, timeout=patience, http_client=http)
            if self.endpoint.key is not None:
                keep_out_of_logs(self.endpoint.key)
            return self._client

    def models(self) -> list[str]:
        """The names that the endpoint lists.

        Raises:
            EngineError: the endpoint is down, or refuses to tell.
        """
        try:
            return self._listed(CONNECT_TIMEOUT)
        except StoppedError as stopped:
            fault = explain(stopped.fault, self.endpoint, CONNECT_TIMEOUT, list)
        except Exception as error:
            fault = explain(error, self.endpoint, CONNECT_TIMEOUT, list)
        raise EngineError(fault.message)  # outside the handler: the client's exception holds the key

    def _models(self, left: float) -> list[str]:
        try:
            return self._listed(min(CONNECT_TIMEOUT, left))
        except (Exception, StoppedError):  # only asked in order to word another error better
            return []

    def _listed(self, seconds: float) -> list[str]:
        client = self._connected().with_options(max_retries=0, timeout=CONNECT_TIMEOUT)
        found = getattr(Call(seconds).run(client.models.list), "data", None)
        if not isinstance(found, list):
            raise NotAChatCompletionError("no list of models")
        return sorted(self.scrub(plain(str(getattr(model, "id", "")))) for model in found)

    def close(self) -> None:
        """Close the connections; the next call opens them again. A client or http_client of yours stays open."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None and self._given is None and self._http_client is None:
            client.close()

    def __repr__(self) -> str:
        return f"OpenAIModel({self.endpoint.url + '#' + self.name!r})"


def _patience_of(client: Any) -> float:
    own = getattr(client, "timeout", None)
    seconds = own if isinstance(own, int | float) else getattr(own, "read", None)
    return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else TIMEOUT


def _tries_of(client: Any) -> int:
    retries = getattr(client, "max_retries", 0)
    return 1 + retries if isinstance(retries, int) and retries > 0 else 1

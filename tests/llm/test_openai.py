"""The client over real sockets: answers, refusals, silence, and a key that never shows."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from molgrad.errors import EngineError
from molgrad.llm.openai import MAX_BYTES, OpenAIModel
from molgrad.llm.types import LanguageModel, Usage
from tests.llm.conftest import KEY
from tests.loopback import Loopback, Reply, Request, completion, error, garbage, hang, nobody

ASK = [{"role": "user", "content": "Say {something} in JSON"}]
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


def test_an_answer_and_its_tokens() -> None:
    with Loopback(["hello"]) as server:
        model = OpenAIModel(server.spec("m"))
        answer = model.complete(ASK, seed=7)
    assert (answer.text, answer.usage) == ("hello", Usage(1, 11, 7))
    sent = server.requests[0].body
    assert (sent["model"], sent["messages"], sent["seed"]) == ("m", ASK, 7)
    assert "temperature" not in sent
    assert sent["max_tokens"] > 0
    assert isinstance(model, LanguageModel)


def test_fault_15_tokens_and_calls_are_counted() -> None:
    with Loopback(["a", "b"]) as server:
        model = OpenAIModel(server.spec())
        model.complete(ASK)
        model.complete(ASK)
    assert model.usage == Usage(2, 22, 14)


def test_a_schema_is_sent() -> None:
    with Loopback(["{}"]) as server:
        OpenAIModel(server.spec()).complete(ASK, schema=SCHEMA)
    assert server.requests[0].body["response_format"]["json_schema"]["schema"] == SCHEMA


def test_a_refused_schema_falls_back_and_is_remembered() -> None:
    def script(request: Request) -> str | Reply:
        form = request.body.get("response_format", {}).get("type")
        return "{}" if form is None else error(400, f"{form} is not understood here")

    with Loopback(script) as server:
        model = OpenAIModel(server.spec())
        assert model.complete(ASK, schema=SCHEMA).text == "{}"
        assert model.complete(ASK, schema=SCHEMA).text == "{}"
    asked = [r.body.get("response_format", {}).get("type") for r in server.requests]
    assert asked == ["json_schema", "json_object", None, None]


def test_a_refused_temperature_is_dropped_and_remembered() -> None:
    def script(request: Request) -> str | Reply:
        if "temperature" in request.body:
            return error(400, "Unsupported value: 'temperature' only takes the default", param="temperature")
        return "fine"

    with Loopback(script) as server:
        model = OpenAIModel(server.spec(), temperature=0.3)
        assert [model.complete(ASK).text, model.complete(ASK).text] == ["fine", "fine"]
    assert len(server.requests) == 3


def test_a_renamed_token_limit_is_followed() -> None:
    def script(request: Request) -> str | Reply:
        if "max_tokens" in request.body:
            return error(400, "'max_tokens' is not supported here. Use 'max_completion_tokens' instead.")
        return "fine"

    with Loopback(script) as server:
        assert OpenAIModel(server.spec(), max_tokens=99).complete(ASK).text == "fine"
    assert server.requests[1].body["max_completion_tokens"] == 99


def test_a_token_limit_beyond_the_models_context_is_left_out() -> None:
    def script(request: Request) -> str | Reply:
        return error(400, "max_tokens is too large: 16000") if "max_tokens" in request.body else "fine"

    with Loopback(script) as server:
        assert OpenAIModel(server.spec()).complete(ASK).text == "fine"


def test_another_400_is_told_and_nothing_is_learned_from_it() -> None:
    with Loopback([error(400, "bad words"), error(400, "bad words"), error(400, "bad words"), "{}"]) as server:
        model = OpenAIModel(server.spec())
        with pytest.raises(EngineError, match="bad words"):
            model.complete(ASK, schema=SCHEMA)
        model.complete(ASK, schema=SCHEMA)
    assert server.requests[3].body["response_format"]["type"] == "json_schema"


def test_fault_8_a_prompt_beyond_the_context_says_what_to_do() -> None:
    said = "This model's maximum context length is 8192 tokens"
    with (
        Loopback([error(400, said, code="context_length_exceeded")]) as server,
        pytest.raises(EngineError, match="prompt_limit"),
    ):
        OpenAIModel(server.spec()).complete(ASK, schema=SCHEMA)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_only_the_clients_own_two_retries(status: int) -> None:
    with (
        Loopback([error(status)] * 9) as server,
        pytest.raises(EngineError, match=f"{status}, after retries") as caught,
    ):
        OpenAIModel(server.spec()).complete(ASK)
    assert len(server.requests) == 3
    assert server.url in str(caught.value)


def test_a_passing_failure_is_survived() -> None:
    with Loopback([error(500), error(429), "fine"]) as server:
        assert OpenAIModel(server.spec()).complete(ASK).text == "fine"


def test_an_endpoint_that_is_down_is_named() -> None:
    url = nobody()
    with pytest.raises(EngineError, match=r"cannot be reached.*start the server.*chemist") as caught:
        OpenAIModel(f"{url}#m").complete(ASK)
    assert url in str(caught.value)


def test_silence_ends_after_the_timeout() -> None:
    with (
        Loopback(lambda _: hang()) as server,
        pytest.raises(EngineError, match=r"did not answer within 0\.1 s"),
    ):
        OpenAIModel(server.spec(), timeout=0.1).complete(ASK)
    assert len(server.requests) <= 1  # the client would try three times; the time is over


def test_a_retry_gets_what_is_left_of_the_time() -> None:
    replies = iter([error(500), error(500), hang()])
    began = time.monotonic()
    with Loopback(lambda _: next(replies)) as server, pytest.raises(EngineError, match=r"within 1 s"):
        OpenAIModel(server.spec(), timeout=1).complete(ASK)
    assert len(server.requests) == 3
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("reply", [garbage(), Reply(""), Reply("[]"), Reply('{"choices": []}'), Reply("[" * 50_000)])
def test_something_else_than_a_completion_is_said(reply: Reply) -> None:
    with Loopback([reply]) as server, pytest.raises(EngineError, match="not with a chat completion"):
        OpenAIModel(server.spec()).complete(ASK)


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    with Loopback([Reply("x" * (MAX_BYTES + 10))]) as server, pytest.raises(EngineError, match="more than"):
        OpenAIModel(server.spec()).complete(ASK)


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    with (
        Loopback([error(404, "model 'lama' not found")], models=["llama3", "qwen3"]) as server,
        pytest.raises(EngineError, match=r"no model 'lama'.*it has: llama3, qwen3"),
    ):
        OpenAIModel(server.spec("lama")).complete(ASK)


def test_a_forgotten_v1_is_guessed() -> None:
    with Loopback() as server, pytest.raises(EngineError, match="/v1: is that missing"):
        OpenAIModel(server.spec().replace("/v1", "")).complete(ASK)


def test_empty_and_odd_contents_are_texts() -> None:
    parts = json.loads(completion("").body)
    parts["choices"][0]["message"]["content"] = [{"type": "text", "text": "in parts"}]
    del parts["usage"]
    with Loopback([completion(None), Reply(json.dumps(parts))]) as server:
        model = OpenAIModel(server.spec())
        assert [model.complete(ASK).text, model.complete(ASK).text] == ["", "in parts"]


def test_the_key_is_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    def script(request: Request) -> Reply:
        return error(403, f"forbidden for {request.headers['authorization']}")

    caplog.set_level(logging.DEBUG)
    with Loopback(script) as server:
        model = OpenAIModel(server.spec(), api_key=KEY)
        with pytest.raises(EngineError) as caught:
            model.complete(ASK)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    shown = "".join(traceback.format_exception(caught.value))
    assert "forbidden" in shown
    assert KEY not in shown + caplog.text + repr(model) + str(vars(model)) + repr(model.endpoint)
    assert caught.value.__context__ is None  # the client's exception would carry the request's headers


def test_a_refused_key_says_what_to_set_and_quotes_nothing() -> None:
    with (
        Loopback([error(401, f"Incorrect API key provided: {KEY[:8]}***{KEY[-4:]}")]) as server,
        pytest.raises(EngineError, match="MOLGRAD_API_KEY") as caught,
    ):
        OpenAIModel(server.spec(), api_key=KEY).complete(ASK)
    assert KEY[-4:] not in str(caught.value)


def test_openais_key_stays_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Loopback(["fine"]) as server:
        OpenAIModel(server.spec()).complete(ASK)
    assert KEY not in server.requests[0].headers["authorization"]


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", nobody())
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with Loopback(["fine"]) as server:
        assert OpenAIModel(server.spec()).complete(ASK).text == "fine"


def test_threads_share_one_model() -> None:
    with Loopback(lambda request: request.body["messages"][0]["content"]) as server:
        model = OpenAIModel(server.spec())
        texts = [str(i) for i in range(24)]
        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda t: model.complete([{"role": "user", "content": t}]).text, texts))
    assert said == texts
    assert model.usage.calls == 24


def test_it_connects_again_after_close() -> None:
    with Loopback(["a", "b"]) as server:
        model = OpenAIModel(server.spec())
        model.complete(ASK)
        model.close()
        assert model.complete(ASK).text == "b"


def test_fault_20_importing_loads_no_client_and_writes_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, molgrad.llm.openai as o, molgrad.advisors.model.model\n"
        "o.OpenAIModel('http://localhost:1/v1#m')\n"
        "print([m for m in ('openai', 'httpx', 'httpx2', 'rdkit') if m in sys.modules])"
    )
    path = {"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=path)
    assert done.stdout.strip() == "[]", done.stderr
    assert list(tmp_path.iterdir()) == []

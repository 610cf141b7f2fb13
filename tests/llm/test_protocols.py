"""The responses protocol, clients of one's own, and answers that are odd in either protocol."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from molgrad.errors import ConflictingSettingsError, EngineError
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.text import LONGEST
from molgrad.llm.types import Usage
from tests.llm.conftest import KEY, ask
from tests.loopback import Loopback, Reply, Request, completion, error

ASK = ask("Say something")
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
ONLY_RESPONSES = "This model is only supported in v1/responses and not in v1/chat/completions."
IMAGE = "data:image/png;base64,iVBORw0KGgo="


def with_image(address: Any) -> list[dict[str, Any]]:
    parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": address}]
    return [{"role": "user", "content": parts}]


@pytest.mark.parametrize("status", [400, 404])
def test_a_model_of_the_other_protocol_is_found_and_remembered(status: int) -> None:
    def script(request: Request) -> str | Reply:
        return "by responses" if request.by_responses else error(status, ONLY_RESPONSES)

    with Loopback(script) as server:
        model = OpenAIModel(server.spec())
        first, second = model.complete(ASK, schema=SCHEMA, seed=3), model.complete(ASK)
    assert (first.text, first.usage) == ("by responses", Usage(2, 11, 7))
    assert second.usage == Usage(1, 11, 7)
    assert [r.path for r in server.requests] == ["/v1/chat/completions", "/v1/responses", "/v1/responses"]
    sent = server.requests[1].body
    assert sent["text"]["format"]["schema"] == SCHEMA
    assert sent["input"] == ASK
    assert sent["store"] is False
    assert sent["max_output_tokens"] > 0
    assert "seed" not in sent


def test_a_protocol_that_was_chosen_is_kept() -> None:
    with Loopback([error(400, ONLY_RESPONSES)]) as server, pytest.raises(EngineError, match="v1/responses"):
        OpenAIModel(server.spec(), api="chat").complete(ASK)
    with Loopback(["fine"]) as server:
        assert OpenAIModel(server.spec(), api="responses").complete(ASK).text == "fine"
    assert [r.path for r in server.requests] == ["/v1/responses"]


def test_an_unknown_model_is_no_reason_to_change_the_protocol() -> None:
    with Loopback([error(404, "no such model")]) as server, pytest.raises(EngineError, match="knows no model"):
        OpenAIModel(server.spec()).complete(ASK)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("temperature", "Unsupported parameter: 'temperature' is not supported with this model."),
        ("max_output_tokens", "Unsupported parameter: 'max_output_tokens'"),
        ("store", "store is not understood here"),
    ],
)
def test_the_responses_protocol_drops_what_is_refused(name: str, said: str) -> None:
    with Loopback(lambda request: error(400, said) if name in request.body else "fine") as server:
        model = OpenAIModel(server.spec(), api="responses", temperature=0.2)
        assert [model.complete(ASK).text, model.complete(ASK).text] == ["fine", "fine"]
    assert len(server.requests) == 3


def test_the_responses_protocol_falls_back_to_plain_words_for_json() -> None:
    def script(request: Request) -> str | Reply:
        return error(400, "Invalid parameter: 'text.format'") if "text" in request.body else "{}"

    with Loopback(script) as server:
        assert OpenAIModel(server.spec(), api="responses").complete(ASK, schema=SCHEMA).text == "{}"
    assert [r.body.get("text", {}).get("format", {}).get("type") for r in server.requests] == [
        "json_schema", "json_object", None,
    ]  # fmt: skip


def test_images_travel_by_both_protocols() -> None:
    with Loopback(["a cat", "a cat"]) as server:
        OpenAIModel(server.spec()).complete(with_image({"url": IMAGE, "detail": "low"}))
        OpenAIModel(server.spec(), api="responses").complete(with_image({"url": IMAGE, "detail": "low"}))
    chat, responses = server.requests
    assert chat.body["messages"] == with_image({"url": IMAGE, "detail": "low"})
    assert responses.body["input"][0]["content"] == [
        {"type": "input_text", "text": "What is it?"},
        {"type": "input_image", "image_url": IMAGE, "detail": "low"},
    ]


def test_a_failed_response_and_an_empty_one() -> None:
    failed = Reply(json.dumps({"status": "failed", "error": {"message": "overheated"}, "output": []}))
    empty = Reply(json.dumps({"status": "incomplete", "output": [{"type": "reasoning"}]}))
    with Loopback([failed, empty]) as server:
        model = OpenAIModel(server.spec(), api="responses")
        with pytest.raises(EngineError, match="overheated"):
            model.complete(ASK)
        assert model.complete(ASK).text == ""


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_an_azure_client_is_used_as_it_is(api: str) -> None:
    with Loopback(["from Azure"]) as server:
        client = openai.AzureOpenAI(azure_endpoint=server.azure, api_key=KEY, api_version="2025-04-01-preview")
        model = OpenAIModel("my-deployment", client=client, api=api)
        assert model.complete(ASK).text == "from Azure"
        model.close()
    path = {"chat": "/openai/deployments/my-deployment/chat/completions", "responses": "/openai/responses"}[api]
    assert server.requests[0].path == f"{path}?api-version=2025-04-01-preview"
    assert server.requests[0].headers["api-key"] == KEY
    assert KEY not in repr(model) + str(model.settings)
    assert model.settings["query"] == {"api-version": "2025-04-01-preview"}
    assert not client.is_closed()


def test_the_key_of_a_given_client_is_in_no_error() -> None:
    with Loopback([error(403, f"no entry with {KEY}"), error(401)]) as server:
        client = openai.AzureOpenAI(azure_endpoint=server.azure, azure_ad_token=KEY, api_version="1", max_retries=0)
        model = OpenAIModel("d", client=client)
        with pytest.raises(EngineError, match="no entry") as caught:
            model.complete(ASK)
        assert KEY not in str(caught.value)
        with pytest.raises(EngineError, match="client that you gave"):
            model.complete(ASK)


def test_a_clients_own_retries_and_timeout_hold() -> None:
    with Loopback([error(500)] * 3) as server:
        client = openai.OpenAI(base_url=server.url, api_key=KEY, max_retries=0, timeout=7.0)
        model = OpenAIModel("m", client=client)
        with pytest.raises(EngineError, match="500"):
            model.complete(ASK)
    assert model.timeout == 7
    assert len(server.requests) == 1


def test_settings_that_exclude_one_another_are_refused() -> None:
    client = openai.OpenAI(base_url="http://localhost:1/v1", api_key=KEY)
    with pytest.raises(ConflictingSettingsError, match="own address"):
        OpenAIModel("m", client=client, api_key="other")
    with pytest.raises(EngineError, match="has an address already"):
        OpenAIModel("http://localhost:2/v1#m", client=client)
    with pytest.raises(EngineError, match="must be awaited"):
        OpenAIModel("m", client=openai.AsyncOpenAI(base_url="http://localhost:1/v1", api_key=KEY))
    with pytest.raises(ConflictingSettingsError, match="no protocol"):
        OpenAIModel("http://localhost:2/v1#m", api="soap")


def test_a_refused_key_is_not_tried_twice() -> None:
    with Loopback([error(401)] * 3) as server, pytest.raises(EngineError, match="set MOLGRAD_API_KEY"):
        OpenAIModel(server.spec()).complete(ASK)
    assert len(server.requests) == 1


def test_hostile_answers_are_bounded_and_fit_for_a_file() -> None:
    odd = "\x1b[31mred\x00 \ud800 ../../etc/passwd {braces} <script>"
    with Loopback(["x" * 1_000_000, completion(odd), f"your key is {KEY}"]) as server:
        model = OpenAIModel(server.spec(), api_key=KEY)
        long, strange, leaked = (model.complete(ASK).text for _ in range(3))
    assert LONGEST <= len(long) < LONGEST + 100
    assert strange == odd.replace("\ud800", "?")
    assert KEY not in leaked


def test_a_short_key_is_a_word_and_stays_in_answers() -> None:
    with Loopback(["EMPTY is a word"]) as server:
        assert OpenAIModel(server.spec(), api_key="EMPTY").complete(ASK).text == "EMPTY is a word"

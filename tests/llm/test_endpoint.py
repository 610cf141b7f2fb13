"""Names and addresses of models, and where keys go."""

from __future__ import annotations

import pickle

import pytest

from molgrad.errors import EngineError
from molgrad.llm.endpoint import OPENAI_URL, parse_endpoint
from molgrad.llm.providers import providers

KEY = "sk-0123456789"


def test_a_name_means_openai() -> None:
    endpoint = parse_endpoint("gpt-5-mini", environ={"OPENAI_API_KEY": KEY})
    assert (endpoint.url, endpoint.model) == (OPENAI_URL, "gpt-5-mini")
    assert endpoint.key is not None
    assert endpoint.key.reveal() == KEY


def test_an_address_with_its_model_needs_no_key() -> None:
    endpoint = parse_endpoint("http://localhost:11434/v1#llama3:8b", environ={})
    assert (endpoint.url, endpoint.model, endpoint.key) == ("http://localhost:11434/v1", "llama3:8b", None)
    assert endpoint.is_local


def test_the_base_url_of_the_environment_is_used() -> None:
    endpoint = parse_endpoint("llama3", environ={"OPENAI_BASE_URL": "http://gpu7:8000/v1/", "OPENAI_API_KEY": KEY})
    assert endpoint.url == "http://gpu7:8000/v1"
    assert endpoint.key is not None


def test_openais_key_does_not_travel_to_another_host() -> None:
    environ = {"OPENAI_API_KEY": KEY, "MOLGRAD_API_KEY": "other-key"}
    endpoint = parse_endpoint("https://models.example.org/v1#m", environ=environ)
    assert endpoint.key is not None
    assert endpoint.key.reveal() == "other-key"
    assert parse_endpoint("https://models.example.org/v1#m", environ={"OPENAI_API_KEY": KEY}).key is None


def test_without_a_key_openai_is_refused_with_a_way_out() -> None:
    with pytest.raises(EngineError, match=r"OPENAI_API_KEY.*chemist"):
        parse_endpoint("gpt-5-mini", environ={})


def test_a_mistyped_advisor_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("molgrad.registry.names", lambda kind: ("chemist", "model"))
    with pytest.raises(EngineError, match="did you mean the built-in advisor 'chemist'"):
        parse_endpoint("chemsit", environ={})


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("http://localhost:11434/v1", "names no model"),
        ("http://localhost:11434/v1#", "names no model"),
        ("http://#llama3", "not the address"),
        ("http://localhost:port/v1#llama3", "not the address"),
        ("ftp://localhost/v1#llama3", "not the address"),
        ("localhost:11434/v1#llama3", "not the name of a model"),
        ("", "not the name of a model"),
        ("https://me:secret99@host/v1#m", "MOLGRAD_API_KEY"),
        ("https://host/v1?key=secret99#m", "MOLGRAD_API_KEY"),
    ],
)
def test_a_wrong_spec_says_what_is_wrong(spec: str, said: str) -> None:
    with pytest.raises(EngineError, match=said) as caught:
        parse_endpoint(spec, environ={})
    assert "secret99" not in str(caught.value)


def test_a_key_is_in_no_repr_and_no_pickle() -> None:
    endpoint = parse_endpoint("m", api_key=KEY, environ={})
    assert KEY not in f"{endpoint!r} {endpoint.key!r} {endpoint.key!s}"
    with pytest.raises(TypeError):
        pickle.dumps(endpoint)


def test_a_mangled_key_is_refused_unseen() -> None:
    with pytest.raises(EngineError) as caught:
        parse_endpoint("m", api_key="sk-012 345é", environ={})
    assert "345" not in str(caught.value)


def test_a_key_for_other_addresses_does_not_travel_to_openai() -> None:
    with pytest.raises(EngineError, match="set OPENAI_API_KEY"):
        parse_endpoint("gpt-5-mini", environ={"MOLGRAD_API_KEY": KEY})
    endpoint = parse_endpoint("gpt-5-mini", environ={"MOLGRAD_API_KEY": "other-key", "OPENAI_API_KEY": KEY})
    assert endpoint.key is not None
    assert endpoint.key.reveal() == KEY


@pytest.mark.parametrize(
    ("spec", "environ", "variable"),
    [
        ("m", {"OPENAI_BASE_URL": "http://gpu7/v1", "OPENAI_API_KEY": KEY}, "OPENAI_API_KEY"),
        ("m", {"OPENAI_BASE_URL": "http://gpu7/v1", "MOLGRAD_API_KEY": KEY}, "MOLGRAD_API_KEY"),
        ("http://gpu8/v1#m", {"OPENAI_BASE_URL": "http://gpu7/v1", "OPENAI_API_KEY": KEY}, "MOLGRAD_API_KEY"),
        ("m", {"OPENAI_API_KEY": KEY}, "OPENAI_API_KEY"),
    ],
)
def test_the_variable_that_a_key_was_read_from_is_known(spec: str, environ: dict[str, str], variable: str) -> None:
    assert parse_endpoint(spec, environ=environ).variable == variable


@pytest.mark.parametrize(
    ("spec", "environ", "url", "model", "variable"),
    [
        (
            "claude-sonnet-4-5",
            {"ANTHROPIC_API_KEY": KEY},
            "https://api.anthropic.com/v1",
            "claude-sonnet-4-5",
            "ANTHROPIC_API_KEY",
        ),
        (
            "anthropic/claude-opus-4-6",
            {"ANTHROPIC_API_KEY": KEY},
            "https://api.anthropic.com/v1",
            "claude-opus-4-6",
            "ANTHROPIC_API_KEY",
        ),
        (
            "gemini-2.5-flash",
            {"GOOGLE_API_KEY": KEY},
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "gemini-2.5-flash",
            "GOOGLE_API_KEY",
        ),
        (
            "mistral-large-latest",
            {"MISTRAL_API_KEY": KEY},
            "https://api.mistral.ai/v1",
            "mistral-large-latest",
            "MISTRAL_API_KEY",
        ),
        ("deepseek-chat", {"DEEPSEEK_API_KEY": KEY}, "https://api.deepseek.com", "deepseek-chat", "DEEPSEEK_API_KEY"),
        (
            "groq/llama-3.3-70b",
            {"GROQ_API_KEY": KEY},
            "https://api.groq.com/openai/v1",
            "llama-3.3-70b",
            "GROQ_API_KEY",
        ),
        ("ollama/llama3:8b", {}, "http://localhost:11434/v1", "llama3:8b", "MOLGRAD_API_KEY"),
        ("ollama/llama3", {"OLLAMA_BASE_URL": "http://gpu7:1/v1"}, "http://gpu7:1/v1", "llama3", "MOLGRAD_API_KEY"),
        ("openai/gpt-4o", {"OPENAI_API_KEY": KEY}, OPENAI_URL, "gpt-4o", "OPENAI_API_KEY"),
    ],
)
def test_a_providers_model_goes_to_its_own_endpoint_with_its_own_key(
    spec: str, environ: dict[str, str], url: str, model: str, variable: str
) -> None:
    endpoint = parse_endpoint(spec, environ={"MOLGRAD_API_KEY": "for-my-own-server", **environ})
    assert (endpoint.url, endpoint.model, endpoint.variable) == (url, model, variable)
    assert (endpoint.key.reveal() if endpoint.key else None) == (KEY if variable in environ else None)


@pytest.mark.parametrize("spec", ["claude-sonnet-4-5", "gemini-2.5-pro", "mistral-small", "deepseek-chat", "groq/x"])
def test_a_provider_without_its_key_names_it_and_gets_no_other(spec: str) -> None:
    with pytest.raises(EngineError, match=r"set (ANTHROPIC|GEMINI|MISTRAL|DEEPSEEK|GROQ)_API_KEY") as caught:
        parse_endpoint(spec, environ={"OPENAI_API_KEY": KEY, "MOLGRAD_API_KEY": KEY})
    assert "OPENAI_API_KEY" not in str(caught.value)
    assert "https://HOST/v1#" in str(caught.value)


def test_an_address_that_is_given_serves_any_name() -> None:
    environ = {"OPENAI_BASE_URL": "http://gateway/v1", "OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": "other-key"}
    assert parse_endpoint("claude-sonnet-4-5", environ=environ).url == "http://gateway/v1"
    assert parse_endpoint("claude-x", base_url="http://mine/v1", environ=environ).url == "http://mine/v1"
    given = parse_endpoint("claude-x", api_key=KEY, environ={})
    assert (given.url, given.key and given.key.reveal()) == ("https://api.anthropic.com/v1", KEY)


def test_a_name_that_nobody_has_says_how_an_endpoint_is_named() -> None:
    with pytest.raises(EngineError, match=r"http://localhost:11434/v1#llama3.*ollama/llama3"):
        parse_endpoint("qwen2.5", environ={})


def test_every_row_of_the_table_says_where_it_was_read() -> None:
    for provider in providers():
        assert provider.source.startswith("https://")
        assert provider.prefixes
        assert provider.url.startswith("https://") or not provider.keys

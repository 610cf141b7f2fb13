"""Names and addresses of models, and where keys go."""

from __future__ import annotations

import pickle

import pytest

from molgrad.errors import EngineError
from molgrad.llm.endpoint import OPENAI_URL, parse_endpoint

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

"""Engines: by name, by endpoint, foreign ones, with and without a cache."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import molgrad.compat.textgrad as tg
from molgrad.compat.textgrad.engine import validate_multimodal_engine
from molgrad.compat.textgrad.engine.local_model_openai_api import ChatExternalClient
from molgrad.compat.textgrad.engine.openai import AzureChatOpenAI, ChatOpenAI
from molgrad.compat.textgrad.engine_experimental import base, openai
from molgrad.compat.textgrad.engine_experimental.litellm import LiteLLMEngine
from molgrad.compat.textgrad.store import default_store
from molgrad.errors import EngineError, MissingExtraError
from molgrad.llm.cache import CachedModel
from molgrad.llm.openai import OpenAIModel
from tests.compat.stubs import Derived
from tests.compat.test_variable import PNG
from tests.loopback import Loopback, Request, error


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "AZURE_OPENAI_API_KEY", "GROQ_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("MOLGRAD_LLM_CACHE", raising=False)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("name", ["gpt-4o", "gpt-3.5-turbo", "gpt-5-mini", "o3"])
def test_openais_models_are_known_by_name(name: str) -> None:
    engine = tg.get_engine(name)
    assert isinstance(engine, ChatOpenAI)
    assert (engine.model_string, engine.base_url) == (name, None)


@pytest.mark.parametrize(
    ("name", "model", "url"),
    [
        ("ollama-llama3:8b", "llama3:8b", "http://localhost:11434/v1"),
        ("vllm-llama-3-8b", "meta-llama/Meta-Llama-3-8B-Instruct", "http://localhost:8000/v1"),
        ("groq-mixtral", "mixtral", "https://api.groq.com/openai/v1"),
        ("sonnet-3.5", "claude-3-5-sonnet-20240620", "https://api.anthropic.com/v1"),
        ("http://127.0.0.1:9/v1#mine", "mine", "http://127.0.0.1:9/v1"),
    ],
)
def test_other_providers_are_endpoints(monkeypatch: pytest.MonkeyPatch, name: str, model: str, url: str) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "k")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    engine = tg.get_engine(name)
    assert (engine.model_string, engine.base_url) == (model, url)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("nonsense", {}, "no engine is known"),
        ("gpt-4o", {}, "OPENAI_API_KEY"),
        ("groq-mixtral", {}, "GROQ_API_KEY"),
        ("azure-mine", {}, "AZURE_OPENAI_API_KEY"),
        ("http://127.0.0.1:9/v1", {}, "names no model"),
        ("ollama-x", {"cache": True}, "experimental"),
        ("experimental:gpt-4o", {"cache": [1, 2]}, "a mapping"),
    ],
)
def test_a_name_that_leads_nowhere_says_what_to_do(name: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        tg.get_engine(name, **options)


def test_an_experimental_engine_needs_no_key_before_it_is_called() -> None:
    engine = tg.get_engine("experimental:claude-3-opus-20240229", cache=False)
    assert isinstance(engine, LiteLLMEngine)
    with pytest.raises(EngineError, match="OPENAI_API_KEY"):
        tg.get_engine("experimental:gpt-4o")("hello")


def test_azure_is_an_endpoint_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "k")
    monkeypatch.setenv("AZURE_OPENAI_API_BASE", "https://mine.openai.azure.com/")
    engine = tg.get_engine("azure-gpt-4o")
    assert isinstance(engine, AzureChatOpenAI)
    assert (engine.model_string, engine.base_url) == ("gpt-4o", "https://mine.openai.azure.com/openai/v1")


def echo(request: Request) -> str:
    return f"{request.body['temperature']}: {request.system} / {request.prompt.removeprefix(request.system).strip()}"


def test_a_call_sends_both_prompts_and_counts_tokens() -> None:
    with Loopback(echo) as server:
        engine = ChatOpenAI("m", "be brief", base_url=server.url)
        assert engine("hi") == "0.0: be brief / hi"
        assert engine.generate(prompt="hi", system_prompt="be long", temperature=1.0, top_p=0.9) == "1.0: be long / hi"
        assert engine(content="hi") == "0.0: be brief / hi"
        assert engine.usage.calls == 3
        assert server.requests[0].body["model"] == "m"


def test_a_server_that_refuses_is_an_engine_error_that_names_it() -> None:
    with Loopback(lambda request: error(401, "bad key")) as server, pytest.raises(EngineError, match=r"127\.0\.0\.1"):
        tg.get_engine(server.spec())("hi")


@pytest.mark.usefixtures("key")
def test_a_client_of_ones_own_lends_its_address_and_key() -> None:
    class Client:
        api_key = "sk-own"

        def __init__(self, base_url: str) -> None:
            self.base_url = base_url

    makers: list[Callable[[Client], tg.EngineLM]] = [
        lambda client: ChatExternalClient(client, "m"),
        lambda client: openai.OpenAICompatibleEngine(client, "m"),
    ]
    with Loopback(lambda request: request.headers["authorization"]) as server:
        for make in makers:
            assert make(Client(server.url))("hi") == "Bearer sk-own"


def test_images_travel_beside_texts_and_are_refused_by_engines_without_eyes() -> None:
    with Loopback(lambda request: str([p["type"] for p in request.body["messages"][1]["content"]])) as server:
        seeing = ChatOpenAI("m", base_url=server.url, is_multimodal=True)
        assert seeing([PNG, "what is this?"]) == "['image_url', 'text']"
        blind = ChatOpenAI("m", base_url=server.url)
        with pytest.raises(NotImplementedError, match="takes no images"):
            blind([PNG, "what is this?"])
    validate_multimodal_engine(seeing)
    with pytest.raises(ValueError, match="takes no images"):
        validate_multimodal_engine(blind)


@pytest.mark.parametrize("shared", [True, False])
def test_a_cache_answers_the_same_request_and_no_other(shared: bool) -> None:
    cache: Any = True if shared else {}
    with Loopback(echo) as server:
        for _ in range(2):  # the second engine finds what the first one kept
            engine = LiteLLMEngine("m", cache=cache, base_url=server.url)
            assert engine("hi", temperature=0.5).startswith("0.5")
        assert len(server.requests) == 1
        engine("hi", temperature=0.7)
        engine("hi", temperature=0.5, system_prompt="other")
        assert len(server.requests) == 3
        LiteLLMEngine("m", base_url=server.url)("hi", temperature=0.5)
        assert len(server.requests) == 4  # without a cache it is asked


def test_the_cache_makes_its_file_with_the_first_answer() -> None:
    store, again = default_store(), default_store()
    assert store is not None
    assert again is not None
    assert "a" not in store
    assert not store.path.exists()
    with pytest.raises(KeyError):
        store["a"]
    store["a"] = "b"
    assert (store["a"], again.get("a"), store.get("c", "d")) == ("b", "b", "d")


def test_the_cache_is_the_one_that_molgrads_own_models_have(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(echo) as server:
        CachedModel(OpenAIModel(server.spec("m"), temperature=0.1)).complete([{"role": "user", "content": "hi"}])
        for _ in range(2):
            assert LiteLLMEngine("m", cache=True, base_url=server.url)("hi", temperature=0.5).startswith("0.5")
        assert len(server.requests) == 2
        monkeypatch.setenv("MOLGRAD_LLM_CACHE", "off")
        LiteLLMEngine("m", cache=True, base_url=server.url)("hi", temperature=0.5)
        assert len(server.requests) == 3


def test_an_engine_that_only_writes_generate_can_be_called() -> None:
    assert Derived()("hi", system_prompt="s") == "s|hi"
    assert tg.LLMCall(Derived(), "s")(tg.Variable("hi", role_description="r")).value == "s|hi"
    with pytest.raises(TypeError, match="abstract"):
        tg.EngineLM()  # type: ignore[abstract]


def test_the_experimental_base_has_one_method_for_texts_and_one_for_images() -> None:
    class Mine(base.EngineLM):
        def _generate_from_single_prompt(self, content: str, system_prompt: str | None = None, **options: Any) -> str:
            return f"text {content} {system_prompt}"

        def _generate_from_multiple_input(
            self, content: list[str | bytes], system_prompt: str | None = None, **options: Any
        ) -> str:
            return f"list of {len(content)}"

    assert Mine("m", "s")("hi") == "text hi s"
    assert Mine("m", is_multimodal=True)([PNG, "what?"]) == "list of 2"
    with pytest.raises(NotImplementedError, match="is_multimodal"):
        Mine("m")([PNG, "what?"])
    with pytest.raises(ValueError, match="a mapping"):
        Mine("m", cache=7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("module", "name", "key", "called"),
    [
        ("anthropic", "ChatAnthropic", "ANTHROPIC_API_KEY", "claude-3-opus-20240229"),
        ("cohere", "ChatCohere", "COHERE_API_KEY", "command-r-plus"),
        ("gemini", "ChatGemini", "GOOGLE_API_KEY", "gemini-pro"),
        ("groq", "ChatGroq", "GROQ_API_KEY", "llama3-70b-8192"),
        ("together", "ChatTogether", "TOGETHER_API_KEY", "meta-llama/Llama-3-70b-chat-hf"),
        ("vllm", "ChatVLLM", "", "meta-llama/Meta-Llama-3-8B-Instruct"),
    ],
)
def test_the_classes_of_providers_are_in_textgrads_modules(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, key: str, called: str
) -> None:
    made = getattr(import_module(f"molgrad.compat.textgrad.engine.{module}"), name)
    if key:
        for other in (key, "GEMINI_API_KEY", "CO_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY"):
            monkeypatch.delenv(other, raising=False)
        with pytest.raises(ValueError, match="needs a key: set"):
            made()
        monkeypatch.setenv(key, "k")
    engine = made()
    assert engine.called == called
    assert engine.base_url.startswith("http")


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(("made", "call"), [(openai.OpenAIEngine, "openai_call"), (LiteLLMEngine, "lite_llm_generate")])
def test_the_call_can_be_replaced_below_the_cache(monkeypatch: pytest.MonkeyPatch, made: Any, call: str) -> None:
    asked: list[tuple[Any, ...]] = []

    def instead(self: Any, *arguments: Any, **_: Any) -> str:
        asked.append(arguments)
        return f"answer {len(asked)}"

    monkeypatch.setattr(made, call, instead)
    engine = made("gpt-4o", cache={})
    said = [engine.generate("p", temperature=heat, top_p=1.0) for heat in (0.7, 0.7, 0.8)]
    assert said == ["answer 1", "answer 1", "answer 2"]
    assert asked[0][:2] == ("p", engine.system_prompt)


class LiteLLM(types.ModuleType):
    """The one function of litellm's that is used."""

    def __init__(self, answer: str | Exception = "from elsewhere") -> None:
        super().__init__("litellm")
        self.answer, self.asked = answer, []  # type: ignore[var-annotated]

    def completion(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"choices": [{"message": {"content": self.answer}}]}


def test_a_name_that_only_litellm_knows_goes_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    package = LiteLLM()
    monkeypatch.setitem(sys.modules, "litellm", package)
    engine = tg.get_engine("experimental:bedrock/some-model", cache=False)
    assert engine("hi", system_prompt="be brief") == "from elsewhere"
    (asked,) = package.asked
    assert asked["model"] == "bedrock/some-model"
    assert [m["content"] for m in asked["messages"]] == ["be brief", "hi"]
    for ours in ("gpt-4o", "openai/gpt-4o", "claude-3-opus", "together_ai/meta-llama/x"):
        assert LiteLLMEngine(ours)._litellm is None


def test_what_litellm_raises_is_an_engine_error_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_KEY", "abcdefghijkl-0123456789")
    monkeypatch.setitem(sys.modules, "litellm", LiteLLM(RuntimeError("bad key abcdefghijkl-0123456789")))
    with pytest.raises(EngineError, match=r"does not answer through litellm: RuntimeError: bad key \[key\]"):
        LiteLLMEngine("bedrock/some-model")("hi")


def test_without_litellm_such_a_name_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "litellm", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'molgrad\[textgrad\]'"):
        LiteLLMEngine("bedrock/some-model")


@pytest.mark.parametrize(("name", "says"), [("litellm", True), ("nonsense_of_ones_own", False)])
def test_a_program_that_imports_what_is_missing_is_told(tmp_path: Path, name: str, says: bool) -> None:
    program = tmp_path / "program.py"
    program.write_text(f"import sys\nsys.modules[{name!r}] = None\nimport textgrad, {name}\n")
    command = [sys.executable, "-m", "molgrad.compat.textgrad", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1
    assert ("pip install 'molgrad[textgrad]'" in done.stderr) == says
    assert ("Traceback" in done.stderr) != says

"""Every language model of ours under the contract of LanguageModel; a new one is found by itself."""

from __future__ import annotations

import inspect
import pkgutil
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest

import molgrad.llm
from molgrad.errors import EngineError
from molgrad.llm.budget import Budget, BudgetedModel
from molgrad.llm.cache import CachedModel
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.parallel import PacedModel
from molgrad.llm.recording import RecordingModel
from molgrad.llm.replay import ReplayModel
from molgrad.llm.transcript import Call, Transcript
from molgrad.llm.types import Completion, LanguageModel
from molgrad.llm.usage import CountedModel, PricedModel
from tests.loopback import Loopback, Reply, Request, error

KEY = "sk-contract-0123456789abcdef"
SCHEMA = {"type": "object"}
TEXTS = [f"question {i}" for i in range(12)]


def found() -> list[str]:
    modules = [import_module(f"molgrad.llm.{m.name}") for m in pkgutil.iter_modules(molgrad.llm.__path__)]
    classes = {c for m in modules for _, c in inspect.getmembers(m, inspect.isclass) if c.__module__ == m.__name__}
    return sorted(c.__name__ for c in classes if hasattr(c, "complete") and c is not LanguageModel)


def messages(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def script(request: Request) -> str | Reply:
    return error(403, f"forbidden to {KEY}") if "forbidden" in request.prompt else f"on {request.prompt}"


def replay(client: OpenAIModel, folder: Path) -> LanguageModel:
    calls = [Call(messages(t), f"on {t}", schema=SCHEMA, seed=1, model=client.name) for t in TEXTS]
    Transcript(folder / "calls.db").add(*calls)
    return ReplayModel(folder)


MAKERS: dict[str, Callable[[OpenAIModel, Path], LanguageModel]] = {
    "OpenAIModel": lambda client, _: client,
    "CachedModel": lambda client, folder: CachedModel(client, folder / "a.db"),
    "RecordingModel": lambda client, folder: RecordingModel(client, Transcript(folder / "calls.db")),
    "BudgetedModel": lambda client, _: BudgetedModel(client, Budget(calls=100)),
    "CountedModel": lambda client, _: CountedModel(client),
    "PricedModel": lambda client, _: PricedModel(client, (1.0, 2.0)),
    "PacedModel": lambda client, _: PacedModel(client, 1000),
    "ReplayModel": replay,
}


@pytest.mark.parametrize("name", found())
class TestModels:
    @pytest.fixture
    def model(self, name: str, tmp_path: Path) -> Iterator[LanguageModel]:
        with Loopback(script) as server:
            yield MAKERS[name](OpenAIModel(server.spec("m"), api_key=KEY), tmp_path)

    def test_it_is_one_and_bears_the_models_name(self, model: LanguageModel) -> None:
        assert isinstance(model, LanguageModel)
        assert model.name == "m"

    def test_it_answers(self, model: LanguageModel) -> None:
        answer = model.complete(messages(TEXTS[0]), schema=SCHEMA, seed=1)
        assert isinstance(answer, Completion)
        assert answer.text == f"on {TEXTS[0]}"

    def test_it_changes_nothing_of_the_request(self, model: LanguageModel) -> None:
        given, schema = messages(TEXTS[0]), {**SCHEMA}
        model.complete(given, schema=schema, seed=1)
        assert (given, schema) == (messages(TEXTS[0]), SCHEMA)

    def test_threads_may_share_it(self, model: LanguageModel) -> None:
        with ThreadPoolExecutor(6) as pool:
            said = list(pool.map(lambda t: model.complete(messages(t), schema=SCHEMA, seed=1).text, TEXTS))
        assert said == [f"on {t}" for t in TEXTS]

    def test_a_failure_is_an_engine_error_without_the_key(self, model: LanguageModel) -> None:
        with pytest.raises(EngineError) as caught:
            model.complete(messages("forbidden"))
        assert KEY not in "".join(traceback.format_exception(caught.value))

    def test_it_shows_no_key_and_can_be_closed(self, model: LanguageModel) -> None:
        assert KEY not in repr(model) + str(vars(model)) + str(getattr(model, "settings", ""))
        model.close()  # type: ignore[attr-defined]


def test_a_model_without_a_place_here_would_be_noticed() -> None:
    assert set(MAKERS) == set(found())

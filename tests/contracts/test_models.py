"""Every language model of ours, and every registered one, under the shipped suite."""

from __future__ import annotations

import inspect
import pkgutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

import molgrad.llm
from molgrad import registry
from molgrad.llm.budget import Budget, BudgetedModel
from molgrad.llm.cache import CachedModel
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.parallel import PacedModel
from molgrad.llm.recording import RecordingModel
from molgrad.llm.replay import ReplayModel
from molgrad.llm.transcript import Call, Transcript
from molgrad.llm.types import Completion, LanguageModel
from molgrad.llm.usage import CountedModel, PricedModel
from molgrad.llm.wrapper import Wrapper
from molgrad.testing.model import REFUSED, TEXTS, LanguageModelSuite, RegisteredModels
from tests.loopback import Loopback, Reply, Request, error

KEY = LanguageModelSuite.key


def is_protocol(one: type) -> bool:
    return bool(getattr(one, "_is_protocol", False))


def found() -> list[str]:
    modules = [import_module(f"molgrad.llm.{m.name}") for m in pkgutil.iter_modules(molgrad.llm.__path__)]
    classes = {c for m in modules for _, c in inspect.getmembers(m, inspect.isclass) if c.__module__ == m.__name__}
    return sorted(c.__name__ for c in classes if hasattr(c, "complete") and not is_protocol(c))


def script(request: Request) -> str | Reply:
    return error(403, f"forbidden to {KEY}") if REFUSED in request.prompt else f"on {request.prompt}"


def recorded(folder: Path) -> Path:
    """A folder with a transcript of every question."""
    asked = dict(schema=LanguageModelSuite.schema, seed=LanguageModelSuite.seed, model="m")
    calls = [Call([{"role": "user", "content": text}], f"on {text}", **asked) for text in TEXTS]  # type: ignore[arg-type]
    Transcript(folder / "calls.db").add(*calls)
    return folder


MAKERS: dict[str, Callable[[OpenAIModel, Path], LanguageModel]] = {
    "OpenAIModel": lambda client, _: client,
    "CachedModel": lambda client, folder: CachedModel(client, folder / "a.db"),
    "RecordingModel": lambda client, folder: RecordingModel(client, Transcript(folder / "calls.db")),
    "BudgetedModel": lambda client, _: BudgetedModel(client, Budget(calls=100)),
    "CountedModel": lambda client, _: CountedModel(client),
    "PricedModel": lambda client, _: PricedModel(client, (1.0, 2.0)),
    "PacedModel": lambda client, _: PacedModel(client, 10_000),
    "ReplayModel": lambda _, folder: ReplayModel(recorded(folder)),
    "Wrapper": lambda client, _: Wrapper(client),
}


@contextmanager
def room() -> Iterator[tuple[Loopback, Path]]:
    with Loopback(script) as server, tempfile.TemporaryDirectory() as folder:
        yield server, Path(folder)


@pytest.mark.parametrize("name", found())
class TestModels(LanguageModelSuite):
    @pytest.fixture
    def model(self, name: str) -> Iterator[LanguageModel]:
        with room() as (server, folder):
            yield MAKERS[name](OpenAIModel(server.spec("m"), api_key=KEY), folder)

    def fits(self, text: str, answer: str) -> bool:
        return answer == f"on {text}"

    def test_it_bears_the_models_name(self, model: LanguageModel) -> None:
        assert model.name == "m"


class TestRegisteredModels(RegisteredModels):
    @contextmanager
    def opened(self) -> Iterator[LanguageModel]:
        with room() as (server, folder), pytest.MonkeyPatch.context() as patch:
            patch.setenv("MOLGRAD_API_KEY", KEY)
            what = str(recorded(folder)) if self.kind == "replay" else server.spec("m")
            yield registry.load("models", self.kind)(what)


def test_a_model_without_a_place_here_would_be_noticed() -> None:
    assert set(MAKERS) == set(found())


class Leaky:
    """A model that shows its key and answers nothing."""

    name = "leaky"

    def complete(self, messages: object, **_: object) -> Completion:
        raise RuntimeError(KEY)

    def __repr__(self) -> str:
        return f"Leaky({KEY!r})"


def test_the_suite_finds_a_model_that_breaks_the_contract() -> None:
    suite = LanguageModelSuite()
    with pytest.raises(AssertionError):
        suite.test_it_shows_no_key_and_can_be_closed(Leaky())
    with pytest.raises(RuntimeError):
        suite.test_a_failure_is_an_engine_error_without_the_key(Leaky())

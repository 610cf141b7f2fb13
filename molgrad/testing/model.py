"""What every language model must do as a `LanguageModel`."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from copy import deepcopy
from typing import Any, ClassVar

import pytest

from molgrad import registry
from molgrad.errors import EngineError
from molgrad.llm.types import Completion, LanguageModel, Message

TEXTS = tuple(f"question {i}" for i in range(12))
REFUSED = "a question that is refused"


class LanguageModelSuite:
    """The contract of a language model. Subclass it and write `opened`.

    The model answers each text of `TEXTS`, and refuses `REFUSED`.

    Attributes:
        schema: the JSON schema that is asked for with each question.
        seed: the seed that is asked for.
        key: the secret that the model was given; it must never be shown.
    """

    schema: ClassVar[dict[str, Any]] = {"type": "object"}
    seed: ClassVar[int] = 1
    key: ClassVar[str] = "sk-contract-0123456789abcdef"

    def opened(self) -> AbstractContextManager[LanguageModel]:
        """The model, within a `with` block that ends what it needs, such as a server."""
        raise NotImplementedError

    def fits(self, text: str, answer: str) -> bool:  # noqa: ARG002 - for those who know more
        """Whether this answers a question; any text does, unless a suite knows what the model says."""
        return bool(answer)

    @pytest.fixture
    def model(self) -> Iterator[LanguageModel]:
        """The model."""
        with self.opened() as model:
            yield model

    def ask(self, model: LanguageModel, text: str) -> Completion:
        """One question."""
        messages: list[Message] = [{"role": "user", "content": text}]
        return model.complete(messages, schema=self.schema, seed=self.seed)

    def test_it_is_one_and_bears_a_name(self, model: LanguageModel) -> None:
        """The protocol is complete."""
        assert isinstance(model, LanguageModel)
        assert model.name.strip() == model.name != ""

    def test_it_answers(self, model: LanguageModel) -> None:
        """A completion with a text, and what it took."""
        answer = self.ask(model, TEXTS[0])
        assert isinstance(answer, Completion)
        assert self.fits(TEXTS[0], answer.text)
        assert min(answer.usage.calls, answer.usage.tokens, answer.usage.cached) >= 0

    def test_it_changes_nothing_of_the_request(self, model: LanguageModel) -> None:
        """Messages and schema are the caller's."""
        messages: list[Message] = [{"role": "user", "content": TEXTS[0]}]
        schema = deepcopy(self.schema)
        model.complete(messages, schema=schema, seed=self.seed)
        assert (messages, schema) == ([{"role": "user", "content": TEXTS[0]}], self.schema)

    def test_threads_may_share_it(self, model: LanguageModel) -> None:
        """Each question gets its own answer; no question is asked twice, which a replay would refuse."""
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda text: self.ask(model, text).text, TEXTS))
        assert all(self.fits(text, answer) for text, answer in zip(TEXTS, answers, strict=True))

    def test_a_failure_is_an_engine_error_without_the_key(self, model: LanguageModel) -> None:
        """Neither the message nor its traceback shows the key."""
        with pytest.raises(EngineError) as caught:
            self.ask(model, REFUSED)
        assert self.key not in "".join(traceback.format_exception(caught.value))

    def test_it_shows_no_key_and_can_be_closed(self, model: LanguageModel) -> None:
        """A log of the object is harmless; `close`, where there is one, may be called."""
        assert self.key not in repr(model) + str(vars(model)) + str(getattr(model, "settings", ""))
        close = getattr(model, "close", None)
        if close is not None:
            close()


class RegisteredModels(LanguageModelSuite):
    """The suite over every model under the entry point `molgrad.models`; `opened` opens the one called `self.kind`."""

    kind: str

    @pytest.fixture(params=registry.names("models"))
    def model(self, request: pytest.FixtureRequest) -> Iterator[LanguageModel]:
        """Each model in turn."""
        self.kind = request.param
        with self.opened() as model:
            yield model

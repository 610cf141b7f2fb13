"""A TextGrad engine, which knows two arguments, as molgrad's advisor; and an advisor as such an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.advisors.model.model import WORKERS, ModelAdvisor
from molgrad.autograd.advisor import Advisor
from molgrad.autograd.engine import get_backward_engine
from molgrad.compat.textgrad.engine import get_engine
from molgrad.compat.textgrad.engine.base import Engine, EngineLM
from molgrad.compat.textgrad.engine.chat import ChatEngine
from molgrad.compat.textgrad.images import Content, parts_of, pictures_in, text_in
from molgrad.errors import EngineError, PicturesRefusedError
from molgrad.llm.types import Completion, LanguageModel, Message, Usage

NO_ENGINE = (
    "no engine is given and none is set: pass an engine here, or call set_backward_engine(...) with an engine "
    'or a model\'s name first ("gpt-4o", "http://localhost:11434/v1#llama3")'
)


class EngineModel:
    """A LanguageModel over anything that is called `engine(prompt, system_prompt=None)`.

    Schema and seed are not passed on: such an engine has no place for them.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = checked(engine)
        self.name = str(getattr(engine, "model_string", "") or type(engine).__name__)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,  # noqa: ARG002 - the protocol's signature
        seed: int | None = None,  # noqa: ARG002
    ) -> Completion:
        """What the engine answers; a conversation of several turns becomes one prompt, pictures after its text.

        Raises:
            PicturesRefusedError: there are pictures, and the engine does not say that it takes them.
        """
        system = "\n\n".join(_text(m) for m in messages if m["role"] == "system")
        turns = [m for m in messages if m["role"] != "system"]
        pictures = [data for m in turns for data in pictures_in(m["content"])]
        if pictures and getattr(self.engine, "is_multimodal", False) is not True:
            raise PicturesRefusedError(f"{self.name} takes no images: its is_multimodal is not True")
        prompt = "\n\n".join(map(_text, turns))
        answer = self.engine([prompt, *pictures] if pictures else prompt, system_prompt=system or None)
        return Completion("" if answer is None else str(answer), Usage(1))


def checked(engine: Engine) -> Engine:
    """The engine itself.

    Raises:
        EngineError: it cannot be called.
    """
    if not callable(engine):
        raise EngineError(f"an engine is called as engine(prompt, system_prompt=None); {engine!r} cannot be called")
    return engine


def _text(message: Message) -> str:
    content = text_in(message["content"])
    return f"Your answer was:\n{content}" if message["role"] == "assistant" else content


class EngineAdvisor(ModelAdvisor):
    """An Advisor over a TextGrad engine, which it keeps.

    Threads: an engine of ours is asked several things at once; one of the user's, which may not bear that, in turn.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(EngineModel(engine), workers=WORKERS if isinstance(engine, ChatEngine) else 1)
        self.engine = engine


class AdvisorEngine:
    """An engine over a language model of molgrad's, for functions that call their engine themselves."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.model_string = model.name

    def __call__(self, prompt: Content, /, system_prompt: str | None = None) -> str:
        """The model's answer."""
        messages: list[Message] = [{"role": "user", "content": parts_of(prompt)}]
        if system_prompt:
            messages.insert(0, {"role": "system", "content": system_prompt})
        return self.model.complete(messages).text


def resolve(engine: str | Engine | None) -> Engine:
    """The engine given or named, else the global one.

    Raises:
        EngineError: there is none, or the global one is no language model.
    """
    if isinstance(engine, str):
        return get_engine(engine)
    if engine is not None:
        return checked(engine)
    return engine_of(get_backward_engine())


def advisor_of(engine: str | Engine | Advisor | LanguageModel | None) -> Advisor:
    """The advisor over an engine of either framework.

    Args:
        engine: an engine, the name of one, an advisor or a language model; the global one by default.

    Raises:
        EngineError: there is none.
    """
    if engine is None:
        advisor = get_backward_engine()
        if advisor is None:
            raise EngineError(NO_ENGINE)
        return advisor
    if not isinstance(engine, EngineLM):  # which is one whatever other methods it has
        if isinstance(engine, Advisor):
            return engine
        if isinstance(engine, LanguageModel):
            return ModelAdvisor(engine)
    return EngineAdvisor(get_engine(engine) if isinstance(engine, str) else engine)


def engine_of(advisor: Advisor | None) -> Engine:
    """The engine under an advisor.

    Raises:
        EngineError: there is no advisor, or it is one that writes no free text.
    """
    if advisor is None:
        raise EngineError(NO_ENGINE)
    if isinstance(advisor, EngineAdvisor):
        return advisor.engine
    if isinstance(advisor, ModelAdvisor):
        return AdvisorEngine(advisor.model)
    raise EngineError(f"{advisor.name} writes no free text; set a language model with set_backward_engine(...)")

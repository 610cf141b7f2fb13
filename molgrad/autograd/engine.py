"""Which advisor answers when none is given: the global backward engine, and names to engines."""

from __future__ import annotations

from molgrad import registry
from molgrad.autograd.advisor import Advisor, LanguageModel
from molgrad.errors import EngineError

_backward_engine: Advisor | None = None


def set_backward_engine(engine: str | Advisor | LanguageModel | None) -> Advisor | None:
    """Set who critiques and proposes wherever no engine is passed; None removes it.

    Args:
        engine: "chemist", a model's name ("gpt-5-mini"), an endpoint ("http://localhost:11434/v1#llama3"),
            an Advisor, or a LanguageModel.
    """
    global _backward_engine
    _backward_engine = None if engine is None else resolve_engine(engine)
    return _backward_engine


def get_backward_engine() -> Advisor | None:
    """The advisor set with `set_backward_engine`, if any."""
    return _backward_engine


def resolve_engine(engine: str | Advisor | LanguageModel) -> Advisor:
    """The advisor behind a name or a model; an advisor is returned as it is."""
    if isinstance(engine, Advisor):
        return engine
    if isinstance(engine, LanguageModel) or (isinstance(engine, str) and engine not in registry.names("advisors")):
        advisor = registry.load("advisors", "model")(engine)
    elif isinstance(engine, str):
        advisor = registry.load("advisors", engine)()
    else:
        raise EngineError(f"an engine is a name, an Advisor or a LanguageModel, not {type(engine).__name__}")
    if not isinstance(advisor, Advisor):
        raise EngineError(f"{engine!r} is registered as an advisor but lacks its methods")
    return advisor


def resolve_model(engine: str | LanguageModel) -> LanguageModel:
    """The language model behind a name, an endpoint or "KIND:WHAT"; a model is returned as it is.

    KIND is a name registered under `molgrad.models`, such as "replay:FOLDER"; any other text is for the
    OpenAI client, "llama3:8b" too.
    """
    if isinstance(engine, LanguageModel):
        return engine
    kind, _, what = engine.partition(":")
    known = bool(what) and kind in registry.names("models")
    model = registry.load("models", kind)(what) if known else registry.load("models", "openai")(engine)
    if not isinstance(model, LanguageModel):
        raise EngineError(f"{engine!r} does not lead to a language model")
    return model

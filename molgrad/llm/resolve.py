"""Names and endpoints to language models."""

from __future__ import annotations

from molgrad import registry
from molgrad.errors import ConflictingSettingsError, EngineError
from molgrad.llm.types import LanguageModel

_WITH_ADDRESS = ("openai", "replay")  # ours, which need to be told what they stand for


def resolve_model(
    engine: str | LanguageModel, *, temperature: float | None = None, max_tokens: int | None = None
) -> LanguageModel:
    """The language model behind a name.

    Args:
        engine: a model's name ("gpt-5-mini"), an endpoint ("http://localhost:11434/v1#llama3"), "KIND" or
            "KIND:WHAT" where KIND is registered under `molgrad.models` ("replay:FOLDER"; WHAT is handed to it), or a
            LanguageModel, returned as it is.
        temperature: of a model by name or endpoint; left to the endpoint unless given.
        max_tokens: the longest answer of a model by name or endpoint.

    Raises:
        EngineError: it leads to no language model.
        ConflictingSettingsError: settings for a model that has its own.
    """
    given = {"temperature": temperature, "max_tokens": max_tokens}
    settings = {name: value for name, value in given.items() if value is not None}
    own = isinstance(engine, LanguageModel) or (isinstance(engine, str) and engine.partition(":")[0] in _others())
    if settings and own:
        raise ConflictingSettingsError(
            f"{' and '.join(settings)} can be set for a model by name or endpoint; this one has its own: set it where "
            'the model is made, such as OpenAIModel("gpt-5-mini", temperature=0)'
        )
    if isinstance(engine, LanguageModel):
        return engine
    if not isinstance(engine, str) or engine.strip() in _without_models():
        raise EngineError(_no_model(engine))
    kind, _, what = engine.partition(":")
    if kind not in registry.names("models") or (kind in _WITH_ADDRESS and not what):
        kind, what = "openai", engine
    model = registry.load("models", kind)(*([what] if what else []), **settings)
    if not isinstance(model, LanguageModel):
        raise EngineError(f"{engine!r} does not lead to a language model")
    return model


def _others() -> list[str]:
    return [name for name in registry.names("models") if name != "openai"]


def _without_models() -> list[str]:
    return [name for name in registry.names("advisors") if name != "model"]


def _no_model(engine: object) -> str:
    named = engine if isinstance(engine, str) else getattr(engine, "name", "")
    if named in _without_models():
        return (
            f"the {named} cannot answer prompts: it criticises molecules and proposes others, by rules, without a "
            'language model; use a model\'s name ("gpt-5-mini") or an endpoint ("http://localhost:11434/v1#llama3") '
            f"here, and keep {named!r} for TextLoss, backward() and TGD"
        )
    if hasattr(engine, "critique") and hasattr(engine, "propose"):
        return (
            f"{named} is an advisor: it critiques and proposes; a call needs the language model itself, such as "
            "ModelAdvisor(...).model or a model's name"
        )
    return f"a language model is a name, an endpoint or an object with complete(), not {type(engine).__name__}"

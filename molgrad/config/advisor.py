"""The advisor that settings describe: the chemist, or a model with its budget, cache and transcript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from molgrad import registry
from molgrad.advisors.model.maker import ModelMaker
from molgrad.autograd.advisor import Advisor
from molgrad.config.fields import MODEL, declared
from molgrad.config.settings import RunSettings
from molgrad.errors import ConflictingSettingsError
from molgrad.llm import Budget, Transcript
from molgrad.llm.limits import ToolLimits


def advisor_of(settings: RunSettings, answers: Path | None = None) -> str | Callable[[Transcript], Advisor]:
    """The name of a built-in advisor, or what makes the model's from the transcript that keeps its calls.

    Args:
        settings: `engine` says who advises; those of the language model hold for a model.
        answers: a file for the cache of answers instead of the user's own.

    Raises:
        EngineError: the engine's name leads nowhere, or there is no key.
        ConflictingSettingsError: a setting of models for an engine that is none.
    """
    spec = settings.engine
    if spec in registry.names("advisors") and spec != "model":
        _refuse_model_settings(settings)
        return spec

    made = ModelMaker(
        spec,
        cache=settings.llm_cache and (answers or True),
        budget=Budget(settings.max_calls, settings.max_tokens, settings.max_cost),
        price=settings.price,
        per_minute=settings.per_minute,
        masked=settings.masked,
        calls_per_step=settings.calls_per_step,
        prompts=settings.prompts,
        tools=ToolLimits(settings.tool_calls, settings.tool_docks) if settings.tools else None,
    )
    made(None)  # an engine that leads nowhere is told before a folder is made
    return made


def _refuse_model_settings(settings: RunSettings) -> None:
    fields = type(settings).model_fields
    names = [name for name, one in declared(type(settings)).items() if one.group == MODEL and name != "llm_cache"]
    given = [name for name in names if getattr(settings, name) != fields[name].default]
    if given:
        named = ", ".join("--" + name.replace("_", "-") for name in given)
        raise ConflictingSettingsError(
            f"{named} is for a model, and the engine is {settings.engine}; give --engine too"
        )

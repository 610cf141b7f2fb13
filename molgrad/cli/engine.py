"""The engine that a command's options describe: the chemist, or a model with its budget, cache and transcript."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from molgrad import registry
from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.advisor import Advisor
from molgrad.errors import ConflictingSettingsError, InputFileError, plain
from molgrad.llm import Budget, Transcript, open_model
from molgrad.llm.types import Usage

# Options that only a model obeys, as keys of the settings.
OPTIONS = ("masked", "max_calls", "max_tokens", "max_cost", "price", "per_minute", "llm_cache", "calls_per_step")


def engine_of(settings: Mapping[str, Any], cache: Path | None = None) -> str | Callable[[Transcript], Advisor]:
    """The name of a built-in advisor, or what makes the model's from the transcript that keeps its calls.

    Args:
        settings: `engine`, and any of `OPTIONS`.
        cache: a file of answers instead of the user's own.

    Raises:
        EngineError: the engine's name leads nowhere, or there is no key.
        ConflictingSettingsError: an option of models for an engine that is none.
    """
    spec = str(settings.get("engine", "chemist"))
    if spec in registry.names("advisors") and spec != "model":
        given = [name for name in OPTIONS if settings.get(name) not in (None, False) and name != "llm_cache"]
        if given:
            named = ", ".join("--" + name.replace("_", "-") for name in given)
            raise ConflictingSettingsError(f"{named} is for a model, and the engine is {spec}; give --engine too")
        return spec
    kept: bool | Path = False if settings.get("llm_cache") is False else cache or True
    price = read_price(settings.get("price"))
    budget = Budget(settings.get("max_calls"), settings.get("max_tokens"), settings.get("max_cost"))
    more: dict[str, Any] = {"cache": kept, "budget": budget, "price": price, "per_minute": settings.get("per_minute")}
    advice: dict[str, Any] = {
        "masked": bool(settings.get("masked")),
        "calls_per_step": settings.get("calls_per_step", "one"),
    }

    def made(transcript: Transcript | None) -> Advisor:
        return ModelAdvisor(open_model(spec, transcript=transcript, **more), **advice)

    made(None)  # an engine that leads nowhere is told before a folder is made
    return made


def read_price(given: object) -> tuple[float, float] | None:
    """Money per million tokens, sent and answered, from "0.25,2" or a list of two numbers."""
    if given is None:
        return None
    parts = given.split(",") if isinstance(given, str) else given
    try:
        sent, answered = (float(part) for part in parts)  # type: ignore[attr-defined]  # anything else raises
    except (TypeError, ValueError):
        sent = answered = -1.0
    if not min(sent, answered) >= 0:
        raise InputFileError(f"--price takes two numbers, per million tokens sent and answered: 0.25,2, not {given}")
    return sent, answered


def say_usage(usage: Usage, priced: bool, advisor: Advisor | None = None) -> None:
    """A line on what the model took and what came of it, where one was asked."""
    if usage.calls or usage.cached:
        sys.stdout.write(plain(f"model: {usage_words(usage, priced)}{_came_of_it(advisor)}\n"))


def usage_words(usage: Usage, priced: bool) -> str:
    """What calls took, in a line."""
    cached = f", {usage.cached} answers from the cache" if usage.cached else ""
    cost = f", cost {usage.cost:.4f}" if priced else ""
    return f"{usage.calls} calls{cached}, {usage.prompt_tokens} + {usage.completion_tokens} tokens{cost}"


def _came_of_it(advisor: Advisor | None) -> str:
    """How many molecules the model proposed in this process, and how many could be used."""
    if not isinstance(advisor, ModelAdvisor) or not advisor.usage.calls + advisor.usage.cached:
        return ""
    offered, sound = advisor.offers
    return f"; {sound} of the {offered} molecules it proposed were sound" if offered else "; it proposed no molecule"

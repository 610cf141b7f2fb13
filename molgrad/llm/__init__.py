"""What a language model is, and its clients; nothing is opened or written until a model is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from molgrad.llm.budget import Budget as Budget
    from molgrad.llm.labels import labelled as labelled
    from molgrad.llm.openai import OpenAIModel as OpenAIModel
    from molgrad.llm.opening import open_model as open_model
    from molgrad.llm.parallel import RateLimit as RateLimit
    from molgrad.llm.parallel import gather as gather
    from molgrad.llm.transcript import Transcript as Transcript

_HOME = {
    "Budget": "budget",
    "labelled": "labels",
    "OpenAIModel": "openai",
    "open_model": "opening",
    "RateLimit": "parallel",
    "gather": "parallel",
    "Transcript": "transcript",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

"""Advice from a language model: what it is told, how its answer is read, and what of it is let pass."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from molgrad.advisors.model.model import ModelAdvisor

__all__ = ["ModelAdvisor"]

_LAZY = {"ModelAdvisor": "molgrad.advisors.model.model"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)

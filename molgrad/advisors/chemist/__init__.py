"""The built-in chemist: advice on molecules by rules, without a language model."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from molgrad.advisors.chemist.chemist import Chemist

__all__ = ["Chemist"]

_LAZY = {"Chemist": "molgrad.advisors.chemist.chemist"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)

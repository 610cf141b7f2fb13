"""Studies of docking itself: redocking, enrichment, and what a size typically gets."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from molgrad.docking.studies.redocking import Redocking, redock

__all__ = ["Redocking", "redock"]

_LAZY = {"Redocking": "molgrad.docking.studies.redocking", "redock": "molgrad.docking.studies.redocking"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)

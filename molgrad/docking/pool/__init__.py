"""A pool of docking processes: the parent's end of it, the queue, the messages and the worker."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from molgrad.docking.pool.pool import DockingPool

__all__ = ["DockingPool"]

_LAZY = {"DockingPool": "molgrad.docking.pool.pool"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)

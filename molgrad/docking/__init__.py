"""Docking with AutoDock Vina in child processes that may crash, hang or be killed without harm."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from molgrad.docking.result import DockResult

if TYPE_CHECKING:
    from molgrad.docking.dock import Docker
    from molgrad.docking.pool.pool import DockingPool
    from molgrad.docking.studies.redocking import Redocking, redock

__all__ = ["DockResult", "Docker", "DockingPool", "Redocking", "redock"]

_LAZY = {  # these need RDKit
    "Docker": "dock",
    "DockingPool": "pool.pool",
    "Redocking": "studies.redocking",
    "redock": "studies.redocking",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)

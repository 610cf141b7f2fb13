"""Docking with AutoDock Vina in child processes that may crash, hang or be killed without harm."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from molgrad.docking.library import Entry, read_library
from molgrad.docking.poses import PoseFile, write_poses
from molgrad.docking.receptor import Box, Receptor, list_receptors, load_receptor
from molgrad.docking.result import DockResult

if TYPE_CHECKING:
    from molgrad.docking.dock import Docker
    from molgrad.docking.pool import DockingPool
    from molgrad.docking.redocking import Redocking, redock

__all__ = [
    "Box", "DockResult", "Docker", "DockingPool", "Entry", "PoseFile", "Receptor", "Redocking", "list_receptors",
    "load_receptor", "read_library", "redock", "write_poses",
]  # fmt: skip

_LAZY = {  # these need RDKit, which listing receptors does not
    "Docker": "dock", "DockingPool": "pool", "Redocking": "redocking", "redock": "redocking",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)

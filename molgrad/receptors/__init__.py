"""Receptors: structures to dock into, their boxes, residues, size fits, and their preparation from PDB and mmCIF."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from molgrad.receptors.receptor import Box, Receptor, list_receptors, load_receptor

if TYPE_CHECKING:
    from molgrad.receptors.preparation.prepare import prepare_receptor

__all__ = ["Box", "Receptor", "list_receptors", "load_receptor", "prepare_receptor"]

_LAZY = {"prepare_receptor": "molgrad.receptors.preparation.prepare"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)

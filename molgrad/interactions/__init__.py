"""A pose explained: Vina's energy atom by atom, contacts, growth vectors, plausibility, and facts drawn from them."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from molgrad.interactions.facts import energy_facts, pose_facts
from molgrad.interactions.growth import GrowthVector, growth_vectors
from molgrad.interactions.polar import wanted
from molgrad.interactions.pose import PoseEnergies, per_atom_energies
from molgrad.interactions.terms import ROTOR, TERMS

__all__ = [
    "ROTOR",
    "TERMS",
    "GrowthVector",
    "PoseEnergies",
    "energy_facts",
    "growth_vectors",
    "per_atom_energies",
    "pose_facts",
    "wanted",
]


class _Folder(ModuleType):
    """This folder, which shares its name with the picture `mg.interactions(record)`: calling it draws."""

    def __call__(self, *molecule: Any, **settings: Any) -> Any:
        # By name, as pictures are above this folder in the order of imports.
        return import_module("molgrad.report.pictures.interactions").interactions(*molecule, **settings)


sys.modules[__name__].__class__ = _Folder

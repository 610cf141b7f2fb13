"""A pose explained: Vina's energy atom by atom, contacts, growth vectors, plausibility, and facts drawn from them."""

from __future__ import annotations

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

"""A pose that explains itself: Vina's energy atom by atom, and facts drawn from it."""

from __future__ import annotations

from molgrad.docking.anatomy.facts import anatomy_facts
from molgrad.docking.anatomy.growth import Room, rooms
from molgrad.docking.anatomy.polar import wanted
from molgrad.docking.anatomy.pose import Anatomy, dissect
from molgrad.docking.anatomy.terms import ROTOR, TERMS

__all__ = ["ROTOR", "TERMS", "Anatomy", "Room", "anatomy_facts", "dissect", "rooms", "wanted"]

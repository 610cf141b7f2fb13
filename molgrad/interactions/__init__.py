"""A pose explained: Vina's energy atom by atom, contacts, growth vectors, plausibility, and facts drawn from them."""

from __future__ import annotations

from molgrad.interactions.facts import anatomy_facts, pose_facts
from molgrad.interactions.growth import Room, rooms
from molgrad.interactions.polar import wanted
from molgrad.interactions.pose import Anatomy, dissect
from molgrad.interactions.terms import ROTOR, TERMS

__all__ = ["ROTOR", "TERMS", "Anatomy", "Room", "anatomy_facts", "dissect", "pose_facts", "rooms", "wanted"]

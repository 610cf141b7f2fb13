"""Charge states in water: ionizable groups with their pKa, how they affect one another, and populations at a pH."""

from molgrad.chem.ionization.microstates import Microstate, Site, species_at

__all__ = ["Microstate", "Site", "species_at"]

"""Any PDB or mmCIF file made ready for docking: built from templates, checked, and every change reported."""

from __future__ import annotations

from molgrad.docking.preparation.prepare import Preparation, prepare_receptor
from molgrad.docking.preparation.recipe import Recipe
from molgrad.docking.preparation.report import Change, Report

__all__ = ["Change", "Preparation", "Recipe", "Report", "prepare_receptor"]

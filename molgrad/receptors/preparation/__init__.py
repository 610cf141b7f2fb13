"""Any PDB or mmCIF file made ready for docking: built from templates, checked, and every change reported."""

from __future__ import annotations

from molgrad.receptors.preparation.prepare import Preparation, build_receptor, prepare_receptor
from molgrad.receptors.preparation.recipe import Recipe
from molgrad.receptors.preparation.report import Change, Report

__all__ = ["Change", "Preparation", "Recipe", "Report", "build_receptor", "prepare_receptor"]

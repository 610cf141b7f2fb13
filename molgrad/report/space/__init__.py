"""Poses in three dimensions: scenes of plain data, the page's one copy of 3Dmol.js, and a still picture of each."""

from __future__ import annotations

from molgrad.report.space.library import library_script
from molgrad.report.space.markup import scene_html
from molgrad.report.space.scene import scene
from molgrad.report.space.still import still

__all__ = ["library_script", "scene", "scene_html", "still"]

"""Tables and SDF files of molecules in, poses out."""

from __future__ import annotations

from molgrad.io.library import Entry, read_library
from molgrad.io.poses import PoseFile, write_poses

__all__ = ["Entry", "PoseFile", "read_library", "write_poses"]

"""Tables, spreadsheets, SDF and mol2 files of molecules in, poses out."""

from __future__ import annotations

from molgrad.io.entry import Entry, Library
from molgrad.io.library import read_libraries, read_library, stream_libraries
from molgrad.io.poses import PoseFile, write_poses

__all__ = ["Entry", "Library", "PoseFile", "read_libraries", "read_library", "stream_libraries", "write_poses"]

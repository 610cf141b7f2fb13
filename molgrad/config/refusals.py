"""Turns pydantic's errors into ours, by the names of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from molgrad.config.fields import Declared
from molgrad.errors import InputFileError, MolgradError, UnknownNameError, shorten

MISSING = {
    "receptor": "which receptor? give --receptor NAME (receptor=...); 'molgrad receptor list' names them",
    "start": "start from what? give --start SMILES or --start FILE (start=[...])",
}
_BOUNDS = ("greater_than_equal", "less_than_equal", "finite_number")


def in_words(error: ValidationError, given: Mapping[str, Any], known: Mapping[str, Declared]) -> MolgradError:
    """The first fault that pydantic found as an error of ours: setting, what it must be, what it is."""
    # What is missing is told last: a misspelt name is why it is missing.
    fault = min(error.errors(), key=lambda one: (one["type"] != "extra_forbidden", one["type"] == "missing"))
    name = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return UnknownNameError("setting", name, known)
    if fault["type"] == "missing":
        return InputFileError(MISSING[name])
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, MolgradError):
        return cause
    if fault["type"] in _BOUNDS:
        wanted = known[name].bounds
    elif fault["type"] == "literal_error":
        wanted = str(fault["ctx"]["expected"])
    else:
        wanted = known[name].wanted
    return InputFileError(f"{name} must be {wanted}, not {shorten(repr(given.get(name)))}")

"""Whether a molecule may enter the loop, with reasons a chemist can act on."""

from molgrad.validation.bounds import Bounds
from molgrad.validation.reason import Check, Reason
from molgrad.validation.validator import PRESETS, Validation, Validator

__all__ = ["PRESETS", "Bounds", "Check", "Reason", "Validation", "Validator"]

"""What the shell offers for a word that is half typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module

# Where the values of an option stand. Looked up when the shell asks: nothing of it is needed by the command itself.
_VALUES: Mapping[str, tuple[str, str]] = {
    "effort": ("molgrad.docking.effort", "EFFORTS"),
    "objective": ("molgrad.config.objectives", "OBJECTIVES"),
    "pose_mode": ("molgrad.docking.request", "POSE_MODES"),
    "protonation": ("molgrad.chem.states", "PROTONATIONS"),
    "scope": ("molgrad.autograd.domain", "SCOPES"),
}
_PRESETS = ("druglike", "strict")  # of the validator's presets those that are meant for proposals


def receptor_names(incomplete: str) -> list[str]:
    """The receptors whose names begin so.

    Args:
        incomplete: what was typed of the name.
    """
    from molgrad.receptors.receptor import list_receptors

    return [name for name in list_receptors() if name.lower().startswith(incomplete.lower())]


def values_of(option: str) -> Callable[[str], list[str]] | None:
    """What completes the value of an option; None where it is not one of a few words.

    Args:
        option: name of the setting, such as `pose_mode`.
    """
    if option == "receptor":
        return receptor_names
    if option == "preset":
        return lambda incomplete: _beginning(_PRESETS, incomplete)
    if option not in _VALUES:
        return None
    module, name = _VALUES[option]
    return lambda incomplete: _beginning(getattr(import_module(module), name), incomplete)


def _beginning(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]

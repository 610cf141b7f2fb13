"""The settings of a dock as settings of a run: the fields of DockSettings, none of them declared again."""

from __future__ import annotations

from typing import Any

from molgrad.config.fields import DOCKING, EFFORT, mirrored, setting
from molgrad.docking.request import DockSettings

_PLAN = "fast for wide searches, standard, or thorough for finalists (three long searches)."
_ONE_SEARCH = "Instead of an effort: one search of Vina, this thorough."
_PROGRAM = "The docking program: vina, another installed one, or a TOML file that describes one."
DOCK_FIELDS: dict[str, Any] = {
    # These two are one plan of searches in DockSettings, and the seed is the run's.
    "effort": (str | None, setting(None, _PLAN, group=EFFORT, shown="standard")),
    "exhaustiveness": (int | None, setting(None, _ONE_SEARCH, group=EFFORT, least=1, most=256)),
    **mirrored(DockSettings, DOCKING, leave_out=("effort", "seed", "engine")),
    "engine_program": (str, setting("vina", _PROGRAM, group=DOCKING)),  # `engine` says who advises
}


def dock_arguments(settings: Any) -> dict[str, Any]:
    """The arguments of `DockSettings.of` and of the Docking loss that the settings of a run hold."""
    names = {name: name for name in DOCK_FIELDS} | {"engine_program": "engine", "seed": "seed"}
    return {argument: getattr(settings, name) for name, argument in names.items()}

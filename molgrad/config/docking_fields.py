"""The settings of a dock as settings of a run: the fields of DockSettings, none of them declared again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from molgrad.config.fields import DOCKING, mirrored, setting


@dataclass(frozen=True)
class DockSettings:
    """What docking takes today."""

    effort: str = ""
    seed: int = 0
    poses: int = field(default=3, metadata={"text": "Poses kept for each molecule.", "least": 1, "most": 9})
    protonation: str = field(
        default="openbabel", metadata={"text": "openbabel (charges at pH 7.4), or none (docked as designed)."}
    )


_PLAN = "fast for wide searches, standard, or thorough for finalists (three long searches)."
_ONE_SEARCH = "Instead of an effort: one search of Vina, this thorough."
DOCK_FIELDS: dict[str, Any] = {
    # An effort is given by its name or as an exhaustiveness; DockSettings holds the plan itself.
    "effort": (str | None, setting(None, _PLAN, group=DOCKING, shown="standard")),
    "exhaustiveness": (int | None, setting(None, _ONE_SEARCH, group=DOCKING, least=1, most=256)),
    **mirrored(DockSettings, DOCKING, leave_out=("effort", "seed")),  # the seed is the run's
}


def docking_arguments(settings: Any) -> dict[str, Any]:
    """The arguments of the Docking loss that the settings of a run hold, all but the receptor.

    Args:
        settings: of a run.
    """
    return {name: getattr(settings, name) for name in (*DOCK_FIELDS, "seed", "workers", "pose", "cache")}

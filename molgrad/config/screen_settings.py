"""The settings of a screen, made from those of a run."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import model_validator

from molgrad.config.docking_fields import DOCK_FIELDS
from molgrad.config.fields import CHEMISTRY, EFFORT, OUTPUT, setting
from molgrad.config.settings import RunSettings
from molgrad.errors import ConflictingSettingsError

# The settings of a run that a screen uses, beside those of docking.
USED = (
    "receptor",
    "docks",
    "seed",
    "out",
    "workers",
    "batch",
    "keep",
    "exclude",
    "preset",
    "box",
    "executor",
    "cache",
    "max_hours",
)
USUAL = "fast"  # effort: what a batch is chosen by need not be exact


class ScreenSettings(RunSettings):
    """The settings of a screen: `mg.screen(mg.ScreenSettings(start=["library.smi"], receptor="1ia1", docks=500))`.

    `start` is the library: files and folders. Of the other settings of a run a screen uses those of docking, and
    those that `molgrad screen --help` lists, with these defaults.

    Raises:
        MolgradError: as for `RunSettings`.
    """

    docks: int = setting(500, "Molecules to dock in all.", group=EFFORT, least=1, most=10_000_000)
    out: str | None = setting(None, "The run folder.", group=OUTPUT, short="-o", shown="runs/RECEPTOR-screen")
    batch: int = setting(
        0,
        "Molecules chosen before results are used.",
        group=EFFORT,
        least=0,
        most=100_000,
        shown="a 25th of the docks",
    )
    preset: str = setting(
        "dockable",
        "What may be docked: dockable, druglike (no reactive group, no open stereo), strict (SA to 4, no alert).",
        group=CHEMISTRY,
    )
    keep: Sequence[str] = setting((), "SMARTS that every molecule must hold", group=CHEMISTRY, items="SMARTS")
    exclude: Sequence[str] = setting((), "SMARTS that no molecule may hold", group=CHEMISTRY, items="SMARTS")
    effort: str | None = setting(None, "fast, standard, or thorough (three long searches).", group=EFFORT, shown=USUAL)

    @model_validator(mode="after")
    def _only_used(self) -> ScreenSettings:
        """Refuse what a screen would pass over without a word."""
        known = {*USED, *DOCK_FIELDS, "start", "name_column", "smiles_column"}
        if unused := sorted(self.model_fields_set - known):
            raise ConflictingSettingsError(f"a screen does not use {', '.join(unused)}: it docks, and proposes nothing")
        return self

"""A cache of docks, by the key of their request."""

from __future__ import annotations

from functools import cache
from typing import Any

from molgrad.disk_cache import DiskCache, fingerprint, place
from molgrad.docking.result import DockResult

SETTING = "MOLGRAD_CACHE"  # a file to use instead, or "off"
PACKAGES = ("rdkit", "meeko", "openbabel-wheel", "numpy")  # an engine tells its own, in its `spec()`
# Our own modules that a dock's result comes from; whatever else changes, docks made before are still found.
DECIDING = tuple(
    [
        f"chem/{name}"
        for name in ("charges", "embedding", "extension", "labels", "openbabel", "parse", "salts", "states")
    ]
    + [f"chem/{name}" for name in ("connected", "ring_systems", "skeleton", "stable", "stereo", "syntax", "tautomers")]
    + ["receptors/encoding", "receptors/crystal"]
    + [f"chem/ionization/{name}" for name in ("effects", "groups", "microstates", "neutral", "pairs", "screen")]
    + [
        f"chem/tables/{name}"
        for name in ("__init__", "electronic_effects.tsv", "ionizable.tsv", "salts.tsv", "stable_forms.tsv")
    ]
    + [
        f"docking/{name}"
        for name in (
            "effort",
            "embedding",
            "engine",
            "ligand",
            "placing",
            "repeatability",
            "request",
            "result",
            "ring_strain",
            "searching",
            "seed_poses",
            "seeds",
            "shapes",
        )
    ]
    + ["docking/box_fit", "docking/ligand_remarks", "docking/ring_faults", "chem/small_rings", "chem/problems"]
    + ["docking/common_core", "docking/shared_rings", "docking/built_pose"]
    + ["docking/species", "docking/vina", "docking/command", "docking/program_file", "docking/written_poses"]
    + ["receptors/pdbqt", "receptors/receptor"]
)


class DockCache(DiskCache[DockResult]):
    """Results of docks, marked as `cached` when they are found again.

    Only docks that gave a number are kept: what failed may do better next time.
    """

    TABLE = "docks"
    WHAT = "the docking cache"
    SETTING = SETTING
    PATIENCE = 2.0  # a dock takes as long

    def put(self, key: str, value: DockResult) -> None:
        """Keep a result, if it has a number."""
        if value.ok:
            super().put(key, value)

    def to_json(self, value: DockResult) -> Any:
        """The result as JSON."""
        return value.to_json()

    def from_json(self, data: Any) -> DockResult:
        """The result, marked as found again."""
        return DockResult.from_json({**data, "cached": True})


def default_cache() -> DockCache | None:
    """The user's cache; None when the environment says `MOLGRAD_CACHE=off`."""
    path = place(SETTING, "docks.db")
    return None if path is None else DockCache(path)


@cache
def software() -> str:
    """A hash of the programs on which a dock depends, beside its engine."""
    return fingerprint(PACKAGES, DECIDING)

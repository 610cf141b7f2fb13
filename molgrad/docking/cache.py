"""Docks that were made before, found again by everything that can change their result."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from molgrad.chem.states import DEFAULT_PROTONATION
from molgrad.disk_cache import DiskCache, fingerprint, place
from molgrad.docking.effort import Effort
from molgrad.docking.result import DockResult
from molgrad.receptors.receptor import Receptor

SETTING = "MOLGRAD_CACHE"  # a file to use instead, or "off"
_VERSIONS = ("vina", "rdkit", "meeko", "openbabel-wheel", "numpy")
# What a dock's result comes from, of our own code; whatever else changes, docks made before are still found.
DECIDING = (
    "chem/charges", "chem/embedding", "chem/openbabel", "chem/parse", "chem/salts", "chem/states", "chem/stereo",
    "chem/syntax", "chem/tautomers", "docking/effort", "docking/seed_poses", "docking/ligand", "docking/result",
    "docking/searching", "docking/species", "docking/vina", "receptors/receptor",
)  # fmt: skip


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
        """The result without objects."""
        return value.to_json()

    def from_json(self, data: Any) -> DockResult:
        """The result, marked as found."""
        return DockResult.from_json({**data, "cached": True})


def default_cache() -> DockCache | None:
    """The user's cache; None when the environment says `MOLGRAD_CACHE=off`."""
    path = place(SETTING, "docks.db")
    return None if path is None else DockCache(path)


def dock_key(
    receptor: Receptor, smiles: str, state: str | None, parent: str | None, effort: Effort, seed: int, poses: int,
    protonation: str = DEFAULT_PROTONATION, tautomers: int = 1,
) -> str:  # fmt: skip
    """A hash of every input that can change the result of a dock, our own code included."""
    inputs: dict[str, Any] = {
        "receptor": receptor.sha256, "name": receptor.name, "center": receptor.box.center, "size": receptor.box.size,
        "smiles": smiles, "state": state, "parent": parent, "effort": effort.to_json(), "seed": seed, "poses": poses,
        "protonation": protonation, "tautomers": tautomers, "software": software(),
    }  # fmt: skip
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


@cache
def software() -> str:
    """A hash of the programs on which a dock depends."""
    return fingerprint(_VERSIONS, DECIDING)

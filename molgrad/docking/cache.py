"""Docks that were made before, found again by everything that can change their result."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sqlite3
import sys
import threading
import time
import warnings
import zlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from molgrad.chem.states import DEFAULT_PROTONATION
from molgrad.docking.effort import Effort
from molgrad.docking.receptor import Receptor
from molgrad.docking.result import DockResult

SETTING = "MOLGRAD_CACHE"  # a file to use instead, or "off"
LARGEST = 100_000  # docks kept, about 4 KB each; the oldest tenth goes when there are more
PATIENCE = 2.0  # seconds to wait for another process that writes
_VERSIONS = ("vina", "rdkit", "meeko", "openbabel-wheel", "numpy")
# What a dock's result comes from, of our own code; whatever else changes, docks made before are still found.
DECIDING = (
    "chem/charges", "chem/openbabel", "chem/parse", "chem/salts", "chem/states", "chem/stereo", "chem/syntax",
    "chem/tautomers", "docking/effort", "docking/inherit", "docking/ligand", "docking/poses", "docking/receptor",
    "docking/result", "docking/searching", "docking/species", "docking/vina",
)  # fmt: skip
_TABLE = "CREATE TABLE IF NOT EXISTS docks (key TEXT PRIMARY KEY, made REAL NOT NULL, result BLOB NOT NULL)"


class DockCache:
    """Results of docks in one SQLite file that several processes may share.

    Only docks that gave a number are kept: what failed may do better next time. A fault of the file costs
    speed, never a result: it is warned of once, and docking goes on without.

    Args:
        path: the file; its folder is made when the first result is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._broken = False

    def get(self, key: str) -> DockResult | None:
        """The result kept under this key, marked as `cached`; None when there is none."""
        if self._broken or not self.path.is_file():
            return None
        with self._lock:
            try:
                row = self._open().execute("SELECT result FROM docks WHERE key = ?", (key,)).fetchone()
                return None if row is None else _unpacked(row[0])
            except (sqlite3.Error, OSError, ValueError, TypeError, KeyError, zlib.error) as error:
                self._give_up(error)
        return None

    def put(self, key: str, result: DockResult) -> None:
        """Keep a result, if it has a number."""
        if self._broken or not result.ok:
            return
        with self._lock:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self._open() as connection:
                    row = (key, time.time(), zlib.compress(json.dumps(result.to_json()).encode()))
                    connection.execute("INSERT OR REPLACE INTO docks VALUES (?, ?, ?)", row)
                    self._trim(connection)
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._owner != os.getpid():  # SQLite must not cross a fork
            self._connection = sqlite3.connect(self.path, timeout=PATIENCE, check_same_thread=False)
            self._connection.execute(_TABLE)
            self._owner = os.getpid()
        return self._connection

    def _trim(self, connection: sqlite3.Connection) -> None:
        (count,) = connection.execute("SELECT COUNT(*) FROM docks").fetchone()
        if count > LARGEST:
            oldest = "SELECT key FROM docks ORDER BY made LIMIT ?"
            connection.execute(f"DELETE FROM docks WHERE key IN ({oldest})", (LARGEST // 10,))  # noqa: S608  (ours)

    def _give_up(self, error: Exception) -> None:
        self._broken = True
        warnings.warn(
            f"the docking cache {self.path} cannot be used ({error}); docking goes on without it. "
            f"Delete the file, or set {SETTING}=off",
            stacklevel=2,
        )


def _unpacked(blob: bytes) -> DockResult:
    return DockResult.from_json({**json.loads(zlib.decompress(blob)), "cached": True})


def default_cache() -> DockCache | None:
    """The user's cache; None when the environment says `MOLGRAD_CACHE=off`."""
    given = os.environ.get(SETTING, "")
    if given.lower() in ("off", "0", "no"):
        return None
    if given:
        return DockCache(Path(given).expanduser())
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = Path("~/Library/Caches") if sys.platform == "darwin" else Path(base)
    try:
        return DockCache(home.expanduser() / "molgrad" / "docks.db")
    except RuntimeError:  # no home directory
        return None


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


def fingerprint(packages: Iterable[str], modules: Iterable[str]) -> str:
    """A hash of the machine, the versions of packages, and the text of our modules (`docking/vina`)."""
    digest = hashlib.sha256(f"{platform.machine()} {sys.version_info[:2]}".encode())
    for package in packages:
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            digest.update(f"{package} is missing".encode())
    root = Path(__file__).parents[1]
    for module in modules:
        digest.update((root / f"{module}.py").read_bytes())
    return digest.hexdigest()

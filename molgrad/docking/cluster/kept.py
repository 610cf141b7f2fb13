"""Receptors as a worker keeps them: in memory and in a folder, found by the hash of their content."""

from __future__ import annotations

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path

from molgrad.disk_cache import place
from molgrad.docking.cache import SETTING
from molgrad.docking.request import ReceptorContent

FOLDER = "receptors"  # beside the cache of docks

_known: dict[str, ReceptorContent] = {}  # of this process


def packed(receptor: ReceptorContent) -> bytes:
    """A receptor as it travels and is kept: compressed JSON, about 60 kB.

    Args:
        receptor: what is docked into.
    """
    return zlib.compress(json.dumps(receptor.to_json()).encode())


def keep(content: bytes) -> ReceptorContent:
    """The receptor that `packed` made; kept in memory, and in the folder where that can be written.

    Args:
        content: as it travels.
    """
    receptor = ReceptorContent.from_json(json.loads(zlib.decompress(content)))
    _known[receptor.key] = receptor
    path = _path(receptor.key)
    if path is not None and not path.is_file():
        part = path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):  # a full disk costs the next worker a transfer, no result
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            part.replace(path)
    return receptor


def find(key: str) -> ReceptorContent | None:
    """The receptor with this hash; None where it was never kept, or is no longer what it was.

    Args:
        key: `ReceptorContent.key`.
    """
    if key not in _known and (path := _path(key)) is not None:
        with suppress(OSError, ValueError, KeyError, TypeError, zlib.error):
            receptor = ReceptorContent.from_json(json.loads(zlib.decompress(path.read_bytes())))
            if receptor.key == key:
                _known[key] = receptor
    return _known.get(key)


def _path(key: str) -> Path | None:
    beside = place(SETTING, "docks.db")
    return None if beside is None else beside.parent / FOLDER / f"{key}.json.z"

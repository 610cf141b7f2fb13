"""The run folder: who may write to it, and which settings it was made with."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from molgrad.autograd.compose import unique_names
from molgrad.errors import CampaignError, CampaignLockedError, SettingsChangedError, shorten

DATABASE = "campaign.db"
SETTINGS = "campaign.toml"
TABLE = "molecules.csv"
POSES = "poses.sdf"


class Lock:
    """Keeps a second process from writing to the same folder; released by the system if this one dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "campaign.lock"
        self._file: IO[str] | None = None

    def __enter__(self) -> Lock:
        """Take the lock, or raise CampaignLockedError."""
        try:
            file = self._path.open("a+")
        except OSError as error:
            raise CampaignError(f"{self._path.parent} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise CampaignLockedError(
                f"{self._path.parent} is being written by another process (pid {holder}); "
                "wait for it, stop it, or use another folder"
            ) from error
        except OSError as error:
            file.close()
            raise CampaignError(
                f"{self._path.parent}: its file system cannot lock files ({error.strerror}); use a folder elsewhere"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def check_folder(folder: Path) -> None:
    """Refuse a folder whose files a new campaign would replace without their being a campaign's."""
    if (folder / DATABASE).exists():
        return
    taken = [name for name in (TABLE, POSES, SETTINGS) if (folder / name).exists()]
    if taken:
        raise CampaignError(f"{folder} holds {', '.join(taken)} and no {DATABASE}: give a folder of its own")


def make_folder(folder: Path) -> None:
    """The folder, made if it is not there; refuses a file or a place that cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CampaignError(f"{folder} cannot be used as a run folder: {error.strerror or error}") from error


def write_text(path: Path, text: str) -> None:
    """Replace a file whole: a reader sees the old text or the new one, never half of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def compare(folder: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Raise SettingsChangedError naming every setting that differs."""
    before, now = _flat(old), _flat(new)
    changed = [key for key in sorted(before.keys() | now.keys()) if before.get(key) != now.get(key)]
    changes = [
        f"{key} was {shorten(before.get(key, 'not set'))}, is now {shorten(now.get(key, 'not set'))}" for key in changed
    ]
    if changes:
        raise SettingsChangedError(
            f"{folder} was made with other settings: {'; '.join(changes)}. "
            "Give the same settings to go on with it, or another folder."
        )


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            labels = unique_names(_label(item, i) for i, item in enumerate(value))
            for label, item in zip(labels, value, strict=True):
                flat |= _flat({label: item}, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = json.dumps(_plain(value), sort_keys=True)
    return flat


def _plain(value: Any) -> Any:
    """Whole numbers as such, whether they came as 4 or as 4.0."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _label(item: Any, place: int) -> str:
    return str(item.get("loss", place)) if isinstance(item, Mapping) else str(place)

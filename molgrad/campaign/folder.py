"""The run folder: who may write to it, and which settings it was made with."""

from __future__ import annotations

import fcntl
import json
import os
import platform
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

from molgrad.autograd.compose import unique_names
from molgrad.campaign.faults import explained
from molgrad.errors import CampaignError, CampaignLockedError, SettingsChangedError, shorten

DATABASE = "campaign.db"
SETTINGS = "campaign.toml"
TABLE = "molecules.csv"
POSES = "poses.sdf"


LOCK = "campaign.lock"


class Lock:
    """Keeps a second process from writing to the same folder; released by the system if this one dies.

    What the file says is for people. Nothing is concluded from it, so a file that a dead process or another host left
    does not matter. The folder itself is locked as well, so that removing the file lets nobody in.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        self._held = ExitStack()

    def __enter__(self) -> Lock:
        """Take the lock, or raise CampaignLockedError."""
        with explained(self._path, "written"), ExitStack() as held:
            file = held.enter_context(self._path.open("a+", encoding="utf-8", errors="replace"))
            locked = _lock(file.fileno())
            if locked is None:
                raise CampaignError(f"{self._path.parent}: its file system cannot lock files; use a folder elsewhere")
            if not locked:
                file.seek(0)
                raise self._taken(file.read(100).strip() or "unknown")
            folder = os.open(self._path.parent, os.O_RDONLY)
            held.callback(os.close, folder)
            if _lock(folder) is False:  # some network disks lock files only
                raise self._taken("unknown: its lock file was removed")
            file.truncate(0)
            file.write(f"{os.getpid()} on {platform.node()}")
            file.flush()
            self._held = held.pop_all()
        _HELD.add(self)
        return self

    def _taken(self, holder: str) -> CampaignLockedError:
        return CampaignLockedError(
            f"{self._path.parent} is being written by another process (pid {holder}); "
            "wait for it, stop it, or use another folder"
        )

    def __exit__(self, *error: object) -> None:
        self._held.close()


_HELD: WeakSet[Lock] = WeakSet()


def _let_go() -> None:
    """A forked process closes its copies of the locks: it would hold them after this process has ended."""
    for lock in list(_HELD):
        lock.__exit__()


os.register_at_fork(after_in_child=_let_go)


def holder(folder: Path) -> str:
    """The process that writes to a run folder, as its lock file says; empty where none does.

    Args:
        folder: the run folder.
    """
    try:
        with (folder / LOCK).open("r", encoding="utf-8", errors="replace") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
            return ""
    except BlockingIOError:
        return (folder / LOCK).read_text(encoding="utf-8", errors="replace").strip()[:100] or "unknown"
    except OSError:  # no lock file, or a file system without locks
        return ""


def _lock(handle: int) -> bool | None:
    """Whether the lock on an open file or folder could be taken; None where its file system has no locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def check_folder(folder: Path) -> None:
    """Refuse a folder whose files a new campaign would replace without their being a campaign's."""
    with explained(folder, "used as a run folder"):
        if (folder / DATABASE).exists():
            return
        taken = [name for name in (TABLE, POSES, SETTINGS) if (folder / name).exists()]
    if taken:
        raise CampaignError(f"{folder} holds {', '.join(taken)} and no {DATABASE}: give a folder of its own")


def make_folder(folder: Path) -> None:
    """The folder, made if it is not there; refuses a file or a place that cannot be written."""
    with explained(folder, "used as a run folder"):
        folder.mkdir(parents=True, exist_ok=True)
    if (folder / DATABASE).is_dir():
        raise CampaignError(f"{folder / DATABASE} is a folder, where a campaign's database should be: use another one")


def write_text(path: Path, text: str | Iterable[str]) -> None:
    """Replace a file whole: a reader sees the old text or the new one, never half of it.

    Args:
        path: the file.
        text: what it shall hold, or its pieces, of which one at a time is in memory.

    Raises:
        CampaignError: it cannot be written; the old file stays as it was.
    """
    part = path.with_name(path.name + ".part")
    with explained(path, "written"):
        try:
            with part.open("w", encoding="utf-8", errors="replace") as file:  # half of a character pair stops nothing
                file.writelines([text] if isinstance(text, str) else text)
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


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
            "Give the same settings to go on with it, or another folder; where the project has changed, --revise "
            "(revise=True) goes on with these and judges earlier results anew."
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

"""Faults of disks and databases, told as a CampaignError: the file, what was being done, and a remedy."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from molgrad.errors import CampaignError

T = TypeVar("T")

AGAIN = (
    "take back a copy of the folder if there is one, else give the same command another folder; of a campaign, "
    "docks that the cache holds are not made again, and molecules.csv can be read as before"
)
_ROOM = "make room on that disk (or raise the quota) and run the same command again: what was measured before is kept"
_RIGHTS = "give yourself the right to write there, or copy the folder to a place where you have it"
_MOVED = "it was moved, replaced or deleted while it was in use: run the same command again on the folder as it is now"
_WAIT = "another program holds it locked, such as a database browser: close that and run the same command again"
_REMEDIES = {
    sqlite3.SQLITE_FULL: _ROOM,
    sqlite3.SQLITE_IOERR: f"the disk does not take or give what it should: {_ROOM}",
    sqlite3.SQLITE_READONLY: _RIGHTS,
    sqlite3.SQLITE_CANTOPEN: _RIGHTS,
    sqlite3.SQLITE_PERM: _RIGHTS,
    sqlite3.SQLITE_BUSY: _WAIT,
    sqlite3.SQLITE_LOCKED: _WAIT,
    sqlite3.SQLITE_CORRUPT: f"the file is damaged: {AGAIN}",
    sqlite3.SQLITE_NOTADB: f"it is no database, or its beginning is damaged: {AGAIN}",
    sqlite3.SQLITE_READONLY_DBMOVED: _MOVED,
}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_RIGHTS = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def explained(path: Path, doing: str) -> Iterator[None]:
    """Turns the errors of SQLite and of the system within the block into CampaignError.

    Args:
        path: the file or folder that the block works on.
        doing: what cannot be done when it fails, as "opened" or "written".

    Raises:
        CampaignError: with the file, what could not be done, and what to do about it.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise CampaignError(f"{path} cannot be {doing} ({error}): {_remedy(error)}") from error
    except UnicodeDecodeError as error:  # names of tables that are no text
        raise CampaignError(f"{path} cannot be {doing}: the file is damaged: {AGAIN}") from error
    except OSError as error:
        remedy = _ROOM if error.errno in _NO_ROOM else _RIGHTS if error.errno in _NO_RIGHTS else ""
        why = error.strerror or str(error)
        raise CampaignError(f"{path} cannot be {doing}: {why}" + (f"; {remedy}" if remedy else "")) from error


def _remedy(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # such as the use of a database that was closed
        return "it was closed: open the campaign again, or make the same Tuner"
    return _REMEDIES.get(code) or _REMEDIES.get(code & 0xFF) or f"if it stays so, {AGAIN}"


def decoded(path: Path, what: str, text: str, make: Callable[[Any], T]) -> T:
    """What `make` gives of a JSON text of the database.

    Args:
        path: the database.
        what: which entry it is, for the error.
        text: the JSON.
        make: turns the decoded JSON into an object.

    Raises:
        CampaignError: the text is not what was written there.
    """
    try:
        return make(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CampaignError(f"{path}: {what} cannot be read ({type(error).__name__}: {error}): {AGAIN}") from error

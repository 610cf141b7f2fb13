"""A cache on disk: one SQLite file that threads and processes share."""

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
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

LARGEST = 512 * 2**20  # bytes kept, some 100,000 docks; the oldest tenth of the rows goes when there are more
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_OFF = ("off", "0", "no")

Kept = TypeVar("Kept")


class DiskCache(Generic[Kept]):
    """Values under keys, found again by any process; a class below says what a value is.

    A fault of the file costs time, never a result: it is warned of once. A damaged file is set aside under
    another name and a new one begun; where the file cannot be used at all, work goes on without. SQLite's rollback
    journal is used on purpose, because homes are often on NFS, where its write-ahead log does not work.

    Args:
        path: the file; its folder is made when the first value is kept.
        largest: bytes to keep at most.
    """

    TABLE: ClassVar[str]  # its name in the file, which is of our own words
    WHAT: ClassVar[str]  # what the file is, in a warning
    SETTING: ClassVar[str]  # the variable of the environment that names another file, or "off"
    PATIENCE: ClassVar[float] = 10.0  # seconds to wait for other processes that write

    def __init__(self, path: Path, *, largest: int = LARGEST) -> None:
        self.path = path
        self.largest = largest
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._file: tuple[int, int] | None = None  # which file the connection is to
        self._broken = self._began_anew = self._said = False

    def to_json(self, value: Kept) -> Any:
        """What is written for a value."""
        return value

    def from_json(self, data: Any) -> Kept:
        """The value that was written; ValueError, TypeError or KeyError where it is none."""
        raise NotImplementedError

    def get(self, key: str) -> Kept | None:
        """The value kept under this key; None when there is none."""
        if self._broken or not self.path.is_file():
            return None
        with self._lock:
            try:  # columns by place: files of earlier versions name the third otherwise
                row = self._open().execute(f"SELECT * FROM {self.TABLE} WHERE key = ?", (key,)).fetchone()  # noqa: S608
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
                return None
            try:
                return None if row is None else self.from_json(json.loads(zlib.decompress(row[2])))
            except (ValueError, TypeError, KeyError, zlib.error) as error:
                self._pass_over(error)
        return None

    def put(self, key: str, value: Kept) -> None:
        """Keep a value."""
        if self._broken:
            return
        with self._lock:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self._open() as connection:
                    row = (key, time.time(), zlib.compress(json.dumps(self.to_json(value)).encode()))
                    connection.execute(f"INSERT OR REPLACE INTO {self.TABLE} VALUES (?, ?, ?)", row)  # noqa: S608
                    self._trim(connection)
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._owner != os.getpid():  # SQLite must not cross a fork
            self._connection = sqlite3.connect(self.path, timeout=self.PATIENCE, check_same_thread=False)
            self._connection.execute("PRAGMA synchronous = NORMAL")
            columns = "key TEXT PRIMARY KEY, made REAL NOT NULL, value BLOB NOT NULL"
            self._connection.execute(f"CREATE TABLE IF NOT EXISTS {self.TABLE} ({columns})")
            self._owner, self._file = os.getpid(), _identity(self.path)
        return self._connection

    def _trim(self, connection: sqlite3.Connection) -> None:
        used, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        if (used - free) * size > self.largest:
            some = f"SELECT COUNT(*) / 10 + 1 FROM {self.TABLE}"  # noqa: S608
            oldest = f"SELECT key FROM {self.TABLE} ORDER BY made LIMIT ({some})"  # noqa: S608
            connection.execute(f"DELETE FROM {self.TABLE} WHERE key IN ({oldest})")  # noqa: S608

    def _give_up(self, error: Exception) -> None:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the lower byte is the kind of fault
        if code == sqlite3.SQLITE_BUSY:
            return  # others write without a pause: this value is not kept, the next one may be
        if code in _DAMAGE and not self._began_anew and self._set_aside(error):
            return
        self._broken = True
        warnings.warn(
            f"{self.WHAT} {self.path} cannot be used ({error}); work goes on without it. "
            f"Delete the file, or set {self.SETTING}=off",
            stacklevel=4,
        )

    def _pass_over(self, error: Exception) -> None:
        """A value that cannot be read is made again and then written over."""
        if not self._said:
            self._said = True
            warnings.warn(f"{self.WHAT} {self.path} holds a damaged value ({error}); it is made again", stacklevel=4)

    def _set_aside(self, error: Exception) -> bool:
        """Rename a damaged file, so that the next value begins a new one; False for a file that may be somebody's."""
        if not _is_ours(self.path):
            return False
        aside = self.path.with_name(f"{self.path.name}.damaged")
        self._began_anew = True  # a disk that damages one file after the other is left alone
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        try:
            if self._file in (None, _identity(self.path)):  # else another process has begun a new one already
                self.path.replace(aside)
                self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)
        except OSError:
            return False
        warnings.warn(f"{self.WHAT} was damaged ({error}): it is now {aside}, and a new one is begun", stacklevel=5)
        return True


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_ours(path: Path) -> bool:
    """Whether the file is a database, or was one before it was filled with zeros or cut."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    return path.suffix == ".db" or head == b"SQLite format 3\0" or not head.strip(b"\0")


def place(setting: str, name: str) -> Path | None:
    """The file that the environment's `setting` names, or `name` in the user's cache; None when it is turned off."""
    given = os.environ.get(setting, "")
    if given.lower() in _OFF:
        return None
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = Path("~/Library/Caches") if sys.platform == "darwin" else Path(base)
    try:
        return Path(given).expanduser() if given else home.expanduser() / "molgrad" / name
    except RuntimeError:  # no home directory
        return None


def fingerprint(packages: Iterable[str], modules: Iterable[str]) -> str:
    """A hash of the machine, the versions of packages, and the text of our modules and tables.

    Args:
        packages: as pip calls them.
        modules: files below the package: `docking/vina` for a module, `chem/tables/salts.tsv` for a table.
    """
    digest = hashlib.sha256(f"{platform.machine()} {sys.version_info[:2]}".encode())
    for package in packages:
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            digest.update(f"{package} is missing".encode())
    root = Path(__file__).parent
    for module in modules:
        digest.update((root / (module if "." in module else f"{module}.py")).read_bytes())
    return digest.hexdigest()

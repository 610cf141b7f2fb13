"""Answers kept in one SQLite file under keys made of the whole request."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

_TABLE = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL)"
_PATIENCE = 5.0  # seconds to wait for another process that writes


def default_path() -> Path:
    """Where answers are kept: `molgrad/answers.db` in the user's folder for caches."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "molgrad" / "answers.db"


class TextStore:
    """A mapping of texts that several processes may share.

    Threads: safe. Ownership: the file and its folder are made when the first answer is kept, not before.

    Args:
        path: the file; the user's own by default.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self._lock = threading.Lock()

    def get(self, key: str, default: str | None = None) -> str | None:
        """The answer kept under this key."""
        if not self.path.is_file():
            return default
        with self._lock, sqlite3.connect(self.path, timeout=_PATIENCE) as connection:
            connection.execute(_TABLE)
            row = connection.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        connection.close()
        return default if row is None else str(row[0])

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __getitem__(self, key: str) -> str:
        answer = self.get(key)
        if answer is None:
            raise KeyError(key)
        return answer

    def __setitem__(self, key: str, answer: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, sqlite3.connect(self.path, timeout=_PATIENCE) as connection:
            connection.execute(_TABLE)
            connection.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, answer))
        connection.close()

    def __repr__(self) -> str:
        return f"TextStore({str(self.path)!r})"

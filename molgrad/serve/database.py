"""The file with the record of what was served: one transaction a call, a bounded size, readable by its owner only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from molgrad.campaign.faults import explained
from molgrad.campaign.folder import make_folder

FOLDER = "served"  # in the campaign's folder; no tool reads from it
DATABASE = "served.db"
KEPT = 100_000_000  # characters of arguments and answers; beyond it those of the oldest calls and jobs are left out
_AFTER = 0.8  # of them that are left then, so that it is not done at each call

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (name TEXT PRIMARY KEY, begun TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL, at TEXT NOT NULL, tool TEXT NOT NULL, arguments TEXT NOT NULL,
    state TEXT NOT NULL, result TEXT, ended TEXT);
CREATE INDEX IF NOT EXISTS calls_of_session ON calls (session);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL, tool TEXT NOT NULL, state TEXT NOT NULL, began TEXT NOT NULL,
    answer TEXT, ended TEXT);
CREATE TABLE IF NOT EXISTS docks (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL, job INTEGER, receptor TEXT NOT NULL, smiles TEXT NOT NULL,
    at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS results (
    receptor TEXT NOT NULL, smiles TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (receptor, smiles));
CREATE TABLE IF NOT EXISTS sealed (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, what TEXT NOT NULL, effort TEXT NOT NULL,
    UNIQUE (kind, what));
CREATE TABLE IF NOT EXISTS handed_in (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL, smiles TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS scores (
    handed_in INTEGER NOT NULL, sealed INTEGER NOT NULL, status TEXT NOT NULL, score REAL, unit TEXT NOT NULL,
    words TEXT NOT NULL, PRIMARY KEY (handed_in, sealed));
"""

# What is left out when there is too much: of calls before that of jobs, whose answers a client may still ask for.
_TEXTS = (
    ("calls", "length(arguments) + length(coalesce(result, ''))", "arguments = '', result = NULL"),
    ("jobs", "length(coalesce(answer, ''))", "answer = NULL"),
)
_HELD = tuple(f"SELECT sum({text}) FROM {table}" for table, text, _ in _TEXTS)  # noqa: S608 - our own words


def database(folder: Path) -> Path:
    """The file with the record of a served folder.

    Args:
        folder: the campaign's.
    """
    return folder / FOLDER / DATABASE


class Database:
    """One SQLite file beside the campaign's, so that neither waits for the other.

    Size: `KEPT` characters of arguments and answers; every call, job and dock keeps its row.
    Durability: each call that writes is one transaction, on disk when it returns; `kill -9` loses nothing of it.
    Threads: any may use it.
    Failure: CampaignError with the file and a remedy.

    Args:
        folder: the campaign's; what is served lies in its folder `served`.
    """

    def __init__(self, folder: Path) -> None:
        self.path = database(folder)
        make_folder(self.path.parent)
        self._lock = RLock()
        with explained(self.path, "used as the record of what was served"):
            self.path.parent.chmod(0o700)  # other users of this machine may be the agents
            self._db = sqlite3.connect(self.path, timeout=10.0, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = DELETE")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)
        self._shrunk = False
        self._held = sum(int(row[0] or 0) for query in _HELD for row in self.rows(query))

    def _grown(self, db: sqlite3.Connection, characters: int) -> None:
        """Count what was written, and leave out the oldest arguments and answers where it is too much."""
        self._held += characters
        if self._held <= KEPT:
            return
        self._shrunk = True
        for table, text, dropped in _TEXTS:
            ended = f"FROM {table} WHERE ended IS NOT NULL AND {text} > 0 ORDER BY id"
            last = 0
            for key, length in db.execute(f"SELECT id, {text} {ended}").fetchall():
                if self._held <= _AFTER * KEPT:
                    break
                last, self._held = key, self._held - length
            db.execute(f"UPDATE {table} SET {dropped} WHERE id <= ? AND ended IS NOT NULL", (last,))  # noqa: S608 - our own words

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, explained(self.path, "written"):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
            if self._shrunk:  # rows that are shorter leave their pages as they were
                self._shrunk = False
                with suppress(sqlite3.Error):  # a full disk: another time
                    self._db.execute("VACUUM")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query of our own words.

        Args:
            query: SQL.
            values: for its question marks.
        """
        with self._lock, explained(self.path, "read"):
            return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

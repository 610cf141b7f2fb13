"""The record of what was served: calls, jobs, docks and what was handed in, each on disk before it is answered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from molgrad.campaign.faults import explained
from molgrad.campaign.folder import make_folder
from molgrad.errors import BudgetReachedError

FOLDER = "served"  # in the campaign's folder; no tool reads from it
DATABASE = "served.db"
INTERRUPTED = "interrupted"
KEPT = 100_000_000  # characters of arguments and answers; beyond it those of the oldest calls and jobs are left out
MOST_CALLS = 200_000  # of one session: one every half second for a day
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


def now() -> str:
    """The time, UTC, as in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def database(folder: Path) -> Path:
    """The file with the record of a served folder.

    Args:
        folder: the campaign's.
    """
    return folder / FOLDER / DATABASE


class ServeStore:
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

    def begin(self, session: str) -> str:
        """When a session first began, which is now for a new one; what a killed server left running is marked.

        Args:
            session: its name.
        """
        with self._writing() as db:
            db.execute("INSERT OR IGNORE INTO sessions VALUES (?, ?)", (session, now()))
            for table in ("calls", "jobs"):
                ended = (INTERRUPTED, now())
                db.execute(f"UPDATE {table} SET state = ?, ended = ? WHERE ended IS NULL", ended)  # noqa: S608 - two names
        return str(self.rows("SELECT begun FROM sessions WHERE name = ?", session)[0][0])

    def called(self, session: str, tool: str, arguments: str) -> int:
        """Write down a call before it is answered; returns its number.

        Args:
            session: the session's name.
            tool: as it was called.
            arguments: JSON.

        Raises:
            BudgetReachedError: the session has made all its calls.
        """
        with self._writing() as db:
            if int(db.execute("SELECT count(*) FROM calls WHERE session = ?", (session,)).fetchone()[0]) >= MOST_CALLS:
                raise BudgetReachedError(
                    f"all {MOST_CALLS} calls of the session are made; whoever runs the server can begin another with "
                    "--session"
                )
            row = (session, now(), tool, arguments)
            made = db.execute(
                "INSERT INTO calls (session, at, tool, arguments, state) VALUES (?, ?, ?, ?, 'begun')", row
            )
            self._grown(db, len(arguments))
            return int(made.lastrowid or 0)

    def answered(self, call: int, state: str, result: str) -> None:
        """Write down what a call was answered.

        Args:
            call: its number.
            state: "ok" or "refused".
            result: JSON, or the sentence that refused it.
        """
        with self._writing() as db:
            db.execute("UPDATE calls SET state = ?, result = ?, ended = ? WHERE id = ?", (state, result, now(), call))
            self._grown(db, len(result))

    def new_job(self, session: str, tool: str) -> int:
        """Write down a job; returns its number.

        Args:
            session: the session's name.
            tool: that began it.
        """
        with self._writing() as db:
            made = db.execute(
                "INSERT INTO jobs (session, tool, state, began) VALUES (?, ?, 'queued', ?)", (session, tool, now())
            )
            return int(made.lastrowid or 0)

    def end_job(self, job: int, state: str, answer: Mapping[str, Any]) -> None:
        """Write down how a job ended.

        Args:
            job: its number.
            state: done, failed, cancelled.
            answer: JSON of what the client is told.
        """
        text = json.dumps(answer)
        with self._writing() as db:
            db.execute("UPDATE jobs SET state = ?, answer = ?, ended = ? WHERE id = ?", (state, text, now(), job))
            self._grown(db, len(text))

    def take_dock(self, session: str, most: int, job: int | None, receptor: str, smiles: str) -> int | None:
        """Count a dock, unless `most` were counted already; returns its number, or None.

        Args:
            session: the session's name.
            most: docks of the session in all.
            job: which asks for it.
            receptor: that is docked into.
            smiles: of the molecule.
        """
        with self._writing() as db:
            if int(db.execute("SELECT count(*) FROM docks WHERE session = ?", (session,)).fetchone()[0]) >= most:
                return None
            row = (session, job, receptor, smiles, now())
            made = db.execute("INSERT INTO docks (session, job, receptor, smiles, at) VALUES (?, ?, ?, ?, ?)", row)
            return made.lastrowid

    def give_back(self, docks: Sequence[int]) -> None:
        """Take docks off the count that were never begun.

        Args:
            docks: their numbers.
        """
        with self._writing() as db:
            db.executemany("DELETE FROM docks WHERE id = ?", [(one,) for one in docks])

    def docks(self, session: str) -> int:
        """Docks of a session so far.

        Args:
            session: its name.
        """
        return int(self.rows("SELECT count(*) FROM docks WHERE session = ?", session)[0][0])

    def keep_result(self, receptor: str, smiles: str, data: Mapping[str, Any]) -> None:
        """Keep the result of a dock.

        Args:
            receptor: hash of the file that was docked into.
            smiles: of the molecule, canonical.
            data: JSON of a DockResult.
        """
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (receptor, smiles, json.dumps(data)))

    def result(self, receptor: str, smiles: str) -> dict[str, Any] | None:
        """The kept result of a dock; None where there is none.

        Args:
            receptor: hash of the file that was docked into.
            smiles: of the molecule, canonical.
        """
        found = self.rows("SELECT data FROM results WHERE receptor = ? AND smiles = ?", receptor, smiles)
        return json.loads(found[0][0]) if found else None

    def seal(self, kind: str, what: str, effort: str) -> None:
        """Write down what is sealed.

        Args:
            kind: "receptor" or "examples".
            what: its name, folder or file.
            effort: by which it will be docked.
        """
        with self._writing() as db:
            db.execute("INSERT OR IGNORE INTO sealed (kind, what, effort) VALUES (?, ?, ?)", (kind, what, effort))

    def hand_in(self, session: str, most: int, molecules: Sequence[tuple[str, str]]) -> bool:
        """Take molecules for the sealed measurement, all or none; whether there was room for them.

        Args:
            session: the session's name.
            most: molecules of the session in all.
            molecules: SMILES with a note.
        """
        with self._writing() as db:
            count = int(db.execute("SELECT count(*) FROM handed_in WHERE session = ?", (session,)).fetchone()[0])
            if count + len(molecules) > most:
                return False
            rows = [(session, smiles, note, now()) for smiles, note in molecules]
            db.executemany("INSERT INTO handed_in (session, smiles, note, at) VALUES (?, ?, ?, ?)", rows)
        return True

    def handed_in(self, session: str) -> list[str]:
        """The molecules that a session handed in, in order.

        Args:
            session: its name.
        """
        return [row[0] for row in self.rows("SELECT smiles FROM handed_in WHERE session = ? ORDER BY id", session)]

    def score(self, handed_in: int, sealed: int, status: str, score: float | None, unit: str, words: str) -> None:
        """Keep a sealed score.

        Args:
            handed_in: number of the molecule.
            sealed: number of what measured it.
            status: ok, invalid or failed.
            score: the number; None where there is none.
            unit: of the score.
            words: what else there is to say.
        """
        with self._writing() as db:
            row = (handed_in, sealed, status, score, unit, words)
            db.execute("INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

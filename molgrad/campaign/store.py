"""The database of a run folder: proposals, evaluations, critiques and model calls, written as they happen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.campaign.folder import SETTINGS, TABLE
from molgrad.campaign.recorded import recorded
from molgrad.errors import CampaignError
from molgrad.evaluation import Evaluation
from molgrad.llm.transcript import SCHEMA as CALLS
from molgrad.llm.transcript import Transcript

VERSION = 3  # of the tables below; raised with every change of them. 0: before it was written down

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS proposals (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL,
    value TEXT NOT NULL, parent TEXT, data TEXT NOT NULL, UNIQUE (batch, place));
CREATE TABLE IF NOT EXISTS evaluations (
    proposal INTEGER PRIMARY KEY REFERENCES proposals(id), status TEXT NOT NULL, score REAL,
    data TEXT NOT NULL, finished TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE IF NOT EXISTS critiques (
    proposal INTEGER PRIMARY KEY REFERENCES proposals(id), text TEXT NOT NULL, data TEXT NOT NULL);
"""

_ROWS = """
SELECT p.id, p.batch, p.kind, p.data, e.data FROM proposals p LEFT JOIN evaluations e ON e.proposal = p.id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A stored proposal with its evaluation, as far as there is one.

    `kind` says where it came from: "start", "search", "ask" or "told".
    """

    id: int
    batch: int
    kind: str
    proposal: Proposal
    evaluation: Evaluation | None


class Store:
    """One SQLite file, written by one process at a time.

    Durability: every call that writes is one transaction, on disk when it returns. The rollback journal is
    used on purpose: group disks are often NFS, where SQLite's write-ahead log does not work.
    Order: rows come back in the order in which they were proposed.
    Threads: use from the thread that made it, except for `transcript`, to which any thread may add.

    Attributes:
        transcript: the calls of language models.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._version = -1
        self._lock = RLock()  # around each transaction: a model's threads write through the same connection
        where = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        try:
            self._db = sqlite3.connect(where, uri=True, timeout=30.0, check_same_thread=False)
            if not read_only:
                self._db.execute("PRAGMA journal_mode = DELETE")
                self._db.execute("PRAGMA synchronous = FULL")
            self._prepare(read_only)
            self.transcript = Transcript.within(self._db, self._lock, path)
        except sqlite3.DatabaseError as error:
            raise CampaignError(f"{path} cannot be used as a campaign's database: {error}") from error

    def _prepare(self, read_only: bool) -> None:
        """Make the tables of a new file; refuse a file whose tables another version of molgrad made."""
        found = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        empty = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if empty and found == 0 and not read_only:
            self._db.executescript(f"BEGIN; {_SCHEMA} {CALLS} PRAGMA user_version = {VERSION}; COMMIT;")
        elif found != VERSION:
            self._db.close()
            whose, other = ("an older", "") if found < VERSION else ("a newer", "update molgrad to go on with it, or ")
            raise CampaignError(
                f"{self.path} has schema version {found}, of {whose} molgrad, and this one reads version {VERSION}: "
                f"{other}make a new folder with the same starts and settings (they stand in {SETTINGS}); "
                f"{TABLE} of the old one can be read as before"
            )

    def recorded(self, advisor: Advisor) -> Advisor:
        """The advisor with every call of its model kept here."""
        return recorded(advisor, self.transcript)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def meta(self, key: str) -> Any:
        """A setting of the campaign, None where it was never set."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_meta(self, key: str, value: Any) -> None:
        """Keep a setting, as JSON."""
        with self._lock, self._db:
            self._set_meta(key, value)

    def _set_meta(self, key: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))

    def add_batch(self, batch: int, kind: str, proposals: Iterable[Proposal], optimizer: Any = None) -> None:
        """Store the proposals of a batch, all or none of them."""
        columns = [
            (batch, place, kind, p.value, p.parent, json.dumps(p.to_json())) for place, p in enumerate(proposals)
        ]
        with self._lock, self._db:
            self._db.executemany(
                "INSERT INTO proposals (batch, place, kind, value, parent, data) VALUES (?, ?, ?, ?, ?, ?)", columns
            )
            if optimizer is not None:
                self._set_meta("optimizer", {"batch": batch, "state": optimizer})

    def add_evaluation(self, proposal: int, evaluation: Evaluation) -> None:
        """Store what was measured for a proposal; a later, more complete evaluation replaces it."""
        data = json.dumps(evaluation.to_json())
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO evaluations (proposal, status, score, data) VALUES (?, ?, ?, ?)",
                (proposal, evaluation.status.value, evaluation.score, data),
            )

    def add_critique(self, proposal: int, gradient: Gradient) -> None:
        """Store the gradient of a measured proposal, with the edits and proposals that came along."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO critiques VALUES (?, ?, ?)",
                (proposal, gradient.text, json.dumps(gradient.to_json())),
            )

    def critique(self, proposal: int) -> Gradient | None:
        """The stored gradient of a proposal; the evaluation is not repeated in it."""
        found = self._db.execute("SELECT data FROM critiques WHERE proposal = ?", (proposal,)).fetchone()
        return None if found is None else Gradient.from_json(json.loads(found[0]))

    def changed(self) -> bool:
        """Whether another process or handle has written since this was last asked; True the first time."""
        version = int(self._db.execute("PRAGMA data_version").fetchone()[0])
        before, self._version = self._version, version
        return version != before

    def rows(self, batch: int | None = None) -> list[Row]:
        """What was proposed so far, measured or not, in order.

        Args:
            batch: the number of one batch; everything by default.
        """
        query = f"{_ROWS} WHERE ?1 IS NULL OR p.batch = ?1 ORDER BY p.batch, p.place"
        with closing(self._db.execute(query, (batch,))) as found:
            return [_row(*one) for one in found]

    def row(self, key: int) -> Row:
        """One proposal, by its `id`."""
        return _row(*self._db.execute(f"{_ROWS} WHERE p.id = ?", (key,)).fetchone())


def _row(key: int, batch: int, kind: str, proposal: str, evaluation: str | None) -> Row:
    measured = None if evaluation is None else Evaluation.from_json(json.loads(evaluation))
    return Row(key, batch, kind, Proposal.from_json(json.loads(proposal)), measured)

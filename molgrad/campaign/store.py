"""The database of a run folder: proposals, evaluations, critiques and model calls, written as they happen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.campaign.recorded import recorded
from molgrad.errors import CampaignError
from molgrad.evaluation import Evaluation
from molgrad.llm.transcript import SCHEMA as CALLS
from molgrad.llm.transcript import Transcript

FORMAT = 2

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS proposals (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL,
    value TEXT NOT NULL, parent TEXT, edit TEXT, reason TEXT NOT NULL, predicted TEXT NOT NULL,
    advisor TEXT NOT NULL, by_model INTEGER NOT NULL, UNIQUE (batch, place));
CREATE TABLE IF NOT EXISTS evaluations (
    proposal INTEGER PRIMARY KEY REFERENCES proposals(id), status TEXT NOT NULL, score REAL,
    data TEXT NOT NULL, finished TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE IF NOT EXISTS critiques (
    proposal INTEGER PRIMARY KEY REFERENCES proposals(id), text TEXT NOT NULL, data TEXT NOT NULL);
"""

_ROWS = """
SELECT p.id, p.batch, p.kind, p.value, p.parent, p.edit, p.reason, p.predicted, p.advisor, p.by_model, e.data
FROM proposals p LEFT JOIN evaluations e ON e.proposal = p.id
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
        transcript: the calls of language models; empty in a folder that an older version made.
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
                self._db.executescript(_SCHEMA + CALLS)
            self._check_format(read_only)
            self.transcript = Transcript.within(self._db, self._lock, path)
        except sqlite3.DatabaseError as error:
            raise CampaignError(f"{path} cannot be used as a campaign's database: {error}") from error

    def _check_format(self, read_only: bool) -> None:
        found = self.meta("format")
        if found is None and not read_only:
            self.set_meta("format", FORMAT)
        elif found != FORMAT:
            raise CampaignError(f"{self.path} has format {found}, this version of molgrad reads {FORMAT}")

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
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))

    def add_batch(self, batch: int, kind: str, proposals: Iterable[Proposal]) -> None:
        """Store the proposals of a batch, all or none of them."""
        rows = [
            (batch, place, kind, p.value, p.parent, None if p.edit is None else json.dumps(p.edit.to_json()),
             p.reason, json.dumps(dict(p.predicted)), p.advisor, p.by_model)
            for place, p in enumerate(proposals)
        ]  # fmt: skip
        with self._lock, self._db:
            self._db.executemany(
                "INSERT INTO proposals (batch, place, kind, value, parent, edit, reason, predicted, advisor, by_model)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def add_evaluation(self, proposal: int, evaluation: Evaluation) -> None:
        """Store what was measured for a proposal; a later, more complete evaluation replaces it."""
        data = json.dumps(evaluation.to_json())
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO evaluations (proposal, status, score, data) VALUES (?, ?, ?, ?)",
                (proposal, evaluation.status.value, evaluation.score, data),
            )

    def add_critique(self, proposal: int, gradient: Gradient) -> None:
        """Store the words about a measured proposal, with the edits and proposals that came along."""
        data = {
            "edits": [edit.to_json() for edit in gradient.edits],
            "proposals": [proposal_json(p) for p in gradient.proposals],
            "source": gradient.source,
        }
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO critiques VALUES (?, ?, ?)",
                (proposal, gradient.text, json.dumps(data)),
            )

    def critique(self, proposal: int) -> Gradient | None:
        """The stored words about a proposal; the evaluation is not repeated in them."""
        query = "SELECT text, data FROM critiques WHERE proposal = ?"
        found = self._db.execute(query, (proposal,)).fetchone()
        return None if found is None else _gradient(found[0], json.loads(found[1]))

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


def _row(
    key: int, batch: int, kind: str, value: str, parent: str | None, edit: str | None, reason: str,
    predicted: str, advisor: str, by_model: int, data: str | None,
) -> Row:  # fmt: skip
    proposal = Proposal(
        value, parent, None if edit is None else Edit(**json.loads(edit)), reason,
        {k: (m, s) for k, (m, s) in json.loads(predicted).items()}, advisor, bool(by_model),
    )  # fmt: skip
    return Row(key, batch, kind, proposal, None if data is None else Evaluation.from_json(json.loads(data)))


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """A proposal as JSON, for a critique that is kept."""
    return {
        "value": proposal.value, "parent": proposal.parent, "reason": proposal.reason,
        "edit": None if proposal.edit is None else proposal.edit.to_json(),
        "predicted": dict(proposal.predicted), "advisor": proposal.advisor, "by_model": proposal.by_model,
    }  # fmt: skip


def _gradient(text: str, data: Mapping[str, Any]) -> Gradient:
    proposals = tuple(
        Proposal(
            p["value"], p["parent"], None if p["edit"] is None else Edit(**p["edit"]), p["reason"],
            {k: (m, s) for k, (m, s) in p["predicted"].items()}, p["advisor"], p["by_model"],
        )
        for p in data["proposals"]
    )  # fmt: skip
    edits = tuple(Edit(**edit) for edit in data["edits"])
    return Gradient(text, edits=edits, proposals=proposals, source=data["source"])

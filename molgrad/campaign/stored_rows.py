"""The proposals of a run folder with what was measured of them, as its database holds them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from molgrad.autograd.gradient import Proposal
from molgrad.campaign import brief
from molgrad.campaign.faults import AGAIN, decoded, explained
from molgrad.campaign.row import Row
from molgrad.campaign.schema import connect, unbroken
from molgrad.campaign.transactions import Transactions
from molgrad.errors import CampaignError
from molgrad.evaluation import Evaluation, Status

_ROWS = """
SELECT p.id, p.batch, p.place, p.kind, p.data, p.seal, e.data, e.seal
FROM proposals p LEFT JOIN evaluations e ON e.proposal = p.id
"""
_BRIEF = """
SELECT p.id, p.batch, p.place, p.kind, p.value, p.parent, p.by_model, p.mark, e.status, e.score, e.mark
FROM proposals p LEFT JOIN evaluations e ON e.proposal = p.id ORDER BY p.batch, p.place
"""


class StoredRows:
    """Reads rows; of a large campaign in brief.

    Args:
        io: the open database.
        path: its file.
    """

    def __init__(self, io: Transactions, path: Path) -> None:
        self._io, self._path = io, path

    def all(self, batch: int | None = None) -> list[Row]:
        """What was proposed so far, measured or not, in order.

        Args:
            batch: the number of one batch; everything by default.
        """
        if batch is None and self._io.fetched("SELECT count(*) FROM proposals")[0][0] >= brief.BRIEF_FROM:
            return self._in_brief()
        query = f"{_ROWS} WHERE :batch IS NULL OR p.batch = :batch ORDER BY p.batch, p.place"
        with self._io.reading() as db, closing(db.execute(query, {"batch": batch})) as found:
            return [self._row(*one) for one in found]

    def _in_brief(self) -> list[Row]:
        """Every row; of what has a result only what ranks it, the rest when it is looked at."""
        reader, rows = brief.Reader(connect(self._path, read_only=True), self._read), []
        known: dict[str, str] = {}  # a parent is a text that is in memory already
        with self._io.reading() as db, closing(db.execute(_BRIEF)) as found:
            for key, batch, place, kind, value, parent, by_model, its, status, score, that in found:
                if status != Status.OK:  # it may be open, or pass
                    rows.append(self._read(db, key))
                    continue
                unbroken(self._path, f"row {key}", its, batch, place, kind, value, parent, by_model)
                unbroken(self._path, f"row {key}", that, key, status, score)
                known[value] = value
                parent = known.get(parent, parent)
                rows.append(reader.brief(key, batch, kind, (value, parent, by_model, score)))
        return rows

    def one(self, key: int) -> Row:
        """One proposal, by its `id`."""
        with self._io.reading() as db:
            return self._read(db, key)

    def _read(self, connection: sqlite3.Connection, key: int) -> Row:
        with explained(self._path, "read"):
            found = connection.execute(f"{_ROWS} WHERE p.id = ?", (key,)).fetchone()
        if found is None:
            raise CampaignError(f"{self._path}: row {key} is missing: {AGAIN}")
        return self._row(*found)

    def _row(
        self, key: int, batch: int, place: int, kind: str, proposal: str, its: int, evaluation: str | None, that: int
    ) -> Row:
        what = f"row {key}"
        unbroken(self._path, what, its, batch, place, kind, proposal)
        if evaluation is not None:
            unbroken(self._path, what, that, key, evaluation)
        given = decoded(self._path, what, proposal, Proposal.from_json)
        measured = None if evaluation is None else decoded(self._path, what, evaluation, Evaluation.from_json)
        return Row(key, batch, kind, given, measured)

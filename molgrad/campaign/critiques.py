"""The table `critiques` of a campaign's database: what an advisor said of measured molecules."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from molgrad.autograd.gradient import Gradient
from molgrad.campaign.faults import decoded
from molgrad.campaign.schema import seal, unbroken
from molgrad.campaign.transactions import Transactions

KNOWN = "known"  # of the stored object: how many measurements it was made in sight of


class Critiques:
    """The gradients of measured proposals, with the edits and proposals that came along; one of each proposal.

    Args:
        db: the open database, to write to.
        io: its transactions.
        path: its file, for errors.
    """

    def __init__(self, db: sqlite3.Connection, io: Transactions, path: Path) -> None:
        self._db, self._io, self._path = db, io, path

    def add(self, proposal: int, gradient: Gradient, known: int = 0) -> None:
        """Store a gradient in place of an earlier one.

        Args:
            proposal: of which row.
            gradient: without its evaluation.
            known: how many measurements it was made in sight of; 0 where that does not count.
        """
        data = json.dumps({**gradient.to_json(), **({KNOWN: known} if known else {})})
        with self._io.writing():
            self._db.execute(
                "INSERT OR REPLACE INTO critiques VALUES (?, ?, ?, ?)",
                (proposal, gradient.text, data, seal(proposal, data)),
            )

    def of(self, proposal: int, known: int = 0) -> Gradient | None:
        """The stored gradient of a proposal; None where there is none.

        Args:
            proposal: of which row.
            known: one that was made in sight of other measurements does not count; 0 for any.
        """
        what = f"the critique of row {proposal}"
        for data, found in self._io.fetched("SELECT data, seal FROM critiques WHERE proposal = ?", (proposal,)):
            unbroken(self._path, what, found, proposal, data)
            seen, gradient = decoded(self._path, what, data, _read)
            return gradient if known in (0, seen) else None
        return None


def _read(data: dict[str, Any]) -> tuple[int, Gradient]:
    return data.pop(KNOWN, 0), Gradient.from_json(data)

"""What follows from other tables of a campaign's database and takes long to work out, kept beside them."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from molgrad.campaign.schema import seal
from molgrad.campaign.shown import Kept, Known, Worked


class KeptRows:
    """The tables `shown` and `described`: lines of molecules.csv, descriptors and keys of compounds.

    Nothing rests on them: what is missing or damaged is worked out anew.

    Args:
        db: the open database, to write to.
        fetched: gives all rows of a query.
    """

    def __init__(self, db: sqlite3.Connection, fetched: Callable[[str, Sequence[Any]], list[Any]]) -> None:
        self._db, self._fetched = db, fetched

    def between(self, first: int, last: int) -> Known:
        """What is kept of the rows with these numbers and those between.

        Args:
            first: the lowest.
            last: the highest.
        """
        shown = self._read("SELECT proposal, layout, data, seal FROM shown", first, last)
        described = self._read("SELECT proposal, layout, data, seal FROM described", first, last)
        return shown, described

    def _read(self, query: str, first: int, last: int) -> dict[int, Kept]:
        found = self._fetched(f"{query} WHERE proposal BETWEEN ? AND ?", (first, last))
        return {row: Kept(layout, data) for row, layout, data, known in found if _seal(row, layout, data) == known}

    def keys(self) -> dict[int, str]:
        """The keys of compounds, by row."""
        found = self._fetched("SELECT proposal, key, mark FROM described", ())
        return {row: key for row, key, mark in found if seal(row, key) == mark}

    def add(self, worked: Iterable[Worked]) -> None:
        """Keep what was worked out, within a transaction that is open.

        Args:
            worked: by row.
        """
        for row, shown, described in worked:
            if shown is not None:
                values = (row, *shown, _seal(row, *shown))
                self._db.execute("INSERT OR REPLACE INTO shown VALUES (?, ?, ?, ?)", values)
            if described is not None:
                key, kept = described
                marks = (row, key, seal(row, key), *kept, _seal(row, *kept))
                self._db.execute("INSERT OR REPLACE INTO described VALUES (?, ?, ?, ?, ?, ?)", marks)

    def drop(self, row: int) -> None:
        """Forget what was shown of a row whose evaluation changes, within a transaction that is open.

        Args:
            row: its number.
        """
        self._db.execute("DELETE FROM shown WHERE proposal = ?", (row,))


def _seal(row: int, layout: str, data: str) -> int:
    """As `schema.seal`, in a third of the time."""
    return zlib.crc32(f"{row}\n{layout}\n{data}".encode(errors="backslashreplace"))

"""Reading and writing the database of a run folder: transactions, and what can be read after it was closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any

from molgrad.campaign.faults import explained
from molgrad.campaign.schema import connect

LONGEST = 1.0  # seconds that what is written together may take to reach the disk


class Transactions:
    """An open database.

    Threads: each transaction and each reading holds `lock`.

    Args:
        db: the connection.
        path: its file, for errors.

    Attributes:
        lock: for others who write through the same connection.
        closed: whether nothing can be written any more.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db, self._path = db, path
        self.lock, self.closed = RLock(), False
        self._since: float | None = None  # when writing together began

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of the block is written, or nothing."""
        with explained(self._path, "written"), self.lock:
            if self._since is None:
                with self._db:
                    yield
                return
            with self._part():
                yield
            if monotonic() - self._since > LONGEST:
                self._end_part()

    @contextmanager
    def _part(self) -> Iterator[None]:
        """A part of a larger transaction: all of it counts, or nothing."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN")  # else the part would be a transaction of its own
        self._db.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO part")
            raise
        finally:
            self._db.execute("RELEASE part")

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written within the block reaches the disk about once a second, and at its end.

        For what is quickly made again: each transaction waits for the disk.
        """
        outer, self._since = self._since, monotonic()
        try:
            yield
        finally:
            with explained(self._path, "written"), self.lock:
                self._end_part()
            self._since = outer

    def _end_part(self) -> None:
        self._db.commit()
        self._since = monotonic()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from; after closing one of its own, as a table or a plot is often asked for then."""
        with explained(self._path, "read"), self.lock:
            if not self.closed:
                yield self._db
                return
            with closing(connect(self._path, True)) as again:
                yield again

    def fetched(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query.

        Args:
            query: in SQL.
            values: of its parameters.
        """
        with self.reading() as db:
            return db.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file; what was written can still be read."""
        self._db.close()
        self.closed = True

"""The database of a screen: the library as it was read, what was chosen of it, what docking gave."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from molgrad.campaign.faults import explained
from molgrad.campaign.schema import connect
from molgrad.chem.similarity import PACKED
from molgrad.docking.result import DockResult
from molgrad.errors import CampaignError
from molgrad.io import Entry
from molgrad.screening.examining import Examined

DATABASE = "screen.db"
VERSION = 1
DUPLICATE = "duplicate"
DOCKS = "docks"  # the entry of `meta` with how many molecules are docked in all
_CACHE = 32_000  # kB of pages that SQLite may hold: keys of compounds come in no order

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS molecules (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, smiles TEXT NOT NULL, state TEXT, file TEXT NOT NULL,
    line INTEGER NOT NULL, record INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS compounds (key INTEGER PRIMARY KEY, molecule INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS left_out (
    file TEXT NOT NULL, line INTEGER NOT NULL, record INTEGER NOT NULL, name TEXT NOT NULL, smiles TEXT NOT NULL,
    kind TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS shards (first INTEGER PRIMARY KEY, bits BLOB NOT NULL, linear BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS picks (
    place INTEGER PRIMARY KEY, batch INTEGER NOT NULL, molecule INTEGER UNIQUE NOT NULL, mean REAL, sd REAL);
CREATE TABLE IF NOT EXISTS shortlist (molecule INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS docks (
    molecule INTEGER PRIMARY KEY, status TEXT NOT NULL, affinity REAL, data BLOB NOT NULL);
"""


class Molecule(NamedTuple):
    """A molecule of the library.

    Attributes:
        id: from 1, in the order of the library.
        name: as the file has it.
        smiles: canonical.
        state: the species to dock, where the file gives one.
        file: it comes from.
        line: where it begins there, from 1; 0 where there is none.
        record: its number in an SDF or mol2 file; 0 where a record is a line.
    """

    id: int
    name: str
    smiles: str
    state: str | None
    file: str
    line: int
    record: int

    @property
    def source(self) -> str:
        """File and place, such as `a.sdf, record 2, line 57`."""
        return place_of(self.file, self.record, self.line)


class Pick(NamedTuple):
    """A molecule that was chosen to be docked.

    Attributes:
        molecule: its id.
        mean: the affinity that was expected, kcal/mol; None in the first batch.
        sd: its standard deviation.
    """

    molecule: int
    mean: float | None = None
    sd: float | None = None


class Shard(NamedTuple):
    """Features of molecules that follow one another in the library.

    Attributes:
        ids: of the molecules.
        bits: packed fingerprints, shape (n, 256), uint8.
        linear: plain features, shape (n, m), float32.
    """

    ids: NDArray[np.int64]
    bits: NDArray[np.uint8]
    linear: NDArray[np.float32]


class Docked(NamedTuple):
    """A chosen molecule and what its dock gave; None while it waits."""

    molecule: Molecule
    batch: int
    pick: Pick
    result: DockResult | None


class ScreenStore:
    """One SQLite file, written by one process at a time.

    Durability: every method that writes is one transaction. A program that is killed leaves whole chunks of the
    library, whole batches of choices, and every dock that was finished.
    Memory: pages of SQLite and one shard, whatever the size of the library.
    Failure: CampaignError with the file and a remedy, from every method.

    Args:
        path: the file; made if it is not there.
        read_only: whether it is only read, such as while another process writes.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        with explained(path, "used as a screen's database"):
            self._db = connect(path, read_only=read_only)
            self._db.isolation_level = None
            self._db.execute(f"PRAGMA cache_size = -{_CACHE}")
            if not read_only:
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._db.executescript(_SCHEMA)
        version = self.meta("version")
        if version is None and not read_only:
            self.set_meta("version", VERSION)
        elif version not in (None, VERSION):
            raise CampaignError(f"{path} was written by another version of molgrad: screen into another folder")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def meta(self, key: str) -> Any:
        """A value noted before; None where there is none."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else json.loads(row[0])

    def set_meta(self, key: str, value: Any) -> None:
        """Note a value, as JSON."""
        with explained(self.path, "written"):
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))

    # The library

    def add(self, examined: Sequence[Examined]) -> None:
        """Take in entries that follow those taken in before; of equal compounds the first stays.

        Args:
            examined: in the order of the library.
        """
        with explained(self.path, "written"), self._transaction():
            first, kept = self.size() + 1, list[Examined]()
            for one in examined:
                found = one if one.kind else self._compared(one, first + len(kept))
                if found.kind:
                    self._leave_out(found)
                else:
                    kept.append(found)
                    row = (first + len(kept) - 1, *_columns(found))
                    self._db.execute("INSERT INTO molecules VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            if kept:
                shard = (first, b"".join(one.bits for one in kept), b"".join(one.linear for one in kept))
                self._db.execute("INSERT INTO shards VALUES (?, ?, ?)", shard)
            self.set_meta("read", (self.meta("read") or 0) + len(examined))

    def _compared(self, one: Examined, molecule: int) -> Examined:
        """The entry, as a duplicate where its compound came before."""
        new = self._db.execute("INSERT OR IGNORE INTO compounds VALUES (?, ?)", (one.key, molecule)).rowcount
        if new:
            return one
        query = "SELECT m.* FROM molecules m JOIN compounds c ON c.molecule = m.id WHERE c.key = ?"
        earlier = Molecule(*self._one(query, one.key) or ())
        return Examined(one.entry, kind=DUPLICATE, reason=f"the same compound as {earlier.name} ({earlier.source})")

    def _leave_out(self, one: Examined) -> None:
        entry = one.entry
        row = (entry.file, entry.line, entry.record, entry.name, entry.smiles, one.kind, one.reason)
        self._db.execute("INSERT INTO left_out VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def size(self) -> int:
        """How many molecules may be docked."""
        row = self._one("SELECT max(id) FROM molecules")
        return (row and row[0]) or 0

    def counts(self) -> dict[str, int]:
        """How many entries were left out for each kind of reason, the most frequent first."""
        rows = self._db.execute("SELECT kind, count(*) FROM left_out GROUP BY kind ORDER BY 2 DESC, 1")
        return dict(rows.fetchall())

    def left_out(self) -> Iterator[tuple[Any, ...]]:
        """File, line, record, name, SMILES, kind and reason of every entry that was left out, in order."""
        yield from self._db.execute("SELECT * FROM left_out ORDER BY rowid")

    def molecules(self, ids: Sequence[int]) -> list[Molecule]:
        """The molecules with these ids, in the order given."""
        found = [self._one("SELECT * FROM molecules WHERE id = ?", one) for one in ids]
        return [Molecule(*row) for row in found if row is not None]

    def shards(self) -> Iterator[Shard]:
        """The features of the whole library, a piece at a time."""
        row = self._one("SELECT first, bits, linear FROM shards ORDER BY first LIMIT 1")
        while row is not None:
            yield _shard(*row)
            row = self._one("SELECT first, bits, linear FROM shards WHERE first > ? ORDER BY first LIMIT 1", row[0])

    def features(self, ids: Sequence[int]) -> Shard:
        """The features of some molecules, in the order given."""
        found: dict[int, tuple[NDArray[np.uint8], NDArray[np.float32]]] = {}
        shard = Shard(np.empty(0, dtype=np.int64), np.empty((0, PACKED), np.uint8), np.empty((0, 0), np.float32))
        query = "SELECT first, bits, linear FROM shards WHERE first <= ? ORDER BY first DESC LIMIT 1"
        for one in sorted(ids):
            if not len(shard.ids) or one > shard.ids[-1]:
                row = self._one(query, one)
                assert row is not None  # noqa: S101 - every molecule was written with its shard
                shard = _shard(*row)
            place = one - int(shard.ids[0])
            found[one] = shard.bits[place], shard.linear[place]
        bits, linear = zip(*(found[one] for one in ids), strict=True)
        return Shard(np.asarray(ids, dtype=np.int64), np.stack(bits), np.stack(linear))

    # The choice

    def pick(self, batch: int, picks: Sequence[Pick], shortlist: Sequence[int] | None = None) -> None:
        """Note what will be docked, before it is.

        Args:
            batch: its number.
            picks: in the order chosen.
            shortlist: the molecules that are looked at until the next full look; None leaves it.
        """
        with explained(self.path, "written"), self._transaction():
            place = self._one("SELECT coalesce(max(place), 0) FROM picks")
            first = (place[0] if place else 0) + 1
            rows = [(first + i, batch, *pick) for i, pick in enumerate(picks)]
            self._db.executemany("INSERT INTO picks VALUES (?, ?, ?, ?, ?)", rows)
            if shortlist is not None:
                self._db.execute("DELETE FROM shortlist")
                self._db.executemany("INSERT INTO shortlist VALUES (?)", [(int(one),) for one in shortlist])

    def shortlist(self) -> list[int]:
        """The molecules that the next choice looks at; empty for the whole library."""
        return [row[0] for row in self._db.execute("SELECT molecule FROM shortlist ORDER BY molecule")]

    def picked(self) -> list[tuple[int, Pick]]:
        """Batch and choice of everything chosen, in order."""
        rows = self._db.execute("SELECT batch, molecule, mean, sd FROM picks ORDER BY place")
        return [(batch, Pick(*rest)) for batch, *rest in rows]

    # The docks

    def keep(self, molecule: int, result: DockResult) -> None:
        """Note what docking gave.

        Args:
            molecule: its id.
            result: of its dock.
        """
        data = zlib.compress(json.dumps(result.to_json()).encode())
        with explained(self.path, "written"):
            row = (molecule, result.status.value, result.affinity, data)
            self._db.execute("INSERT OR REPLACE INTO docks VALUES (?, ?, ?, ?)", row)

    def affinities(self) -> Mapping[int, float | None]:
        """By molecule, in the order chosen; None where the dock gave no number. What waits is not there."""
        rows = "SELECT d.molecule, d.affinity FROM docks d JOIN picks p USING (molecule) ORDER BY p.place"
        return dict(self._db.execute(rows).fetchall())

    def docked(self) -> Iterator[Docked]:
        """Everything chosen, best first; then what has no number, then what waits."""
        order = "ORDER BY d.status IS NULL, d.affinity IS NULL, d.affinity, p.place"
        rows = (
            f"SELECT p.batch, p.molecule, p.mean, p.sd, d.data FROM picks p LEFT JOIN docks d USING (molecule) {order}"  # noqa: S608 - of our own words
        )
        for batch, molecule, mean, sd, data in self._db.execute(rows):
            result = None if data is None else DockResult.from_json(json.loads(zlib.decompress(data)))
            yield Docked(self.molecules([molecule])[0], batch, Pick(molecule, mean, sd), result)

    def _one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        with explained(self.path, "read"):
            found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        return found

    def _transaction(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db


def place_of(file: str, record: int, line: int) -> str:
    """File and place of an entry, such as `a.sdf, record 2, line 57`.

    Args:
        file: its name.
        record: the number; 0 where a record is a line.
        line: from 1; 0 where there is none.
    """
    return Entry("", "", file=file, record=record, line=line).source


def _columns(one: Examined) -> tuple[Any, ...]:
    entry = one.entry
    return entry.name, one.smiles, entry.docked_smiles, entry.file, entry.line, entry.record


def _shard(first: int, bits: bytes, linear: bytes) -> Shard:
    packed = np.frombuffer(bits, dtype=np.uint8).reshape(-1, PACKED)
    plain = np.frombuffer(linear, dtype=np.float32).reshape(len(packed), -1)
    return Shard(np.arange(first, first + len(packed), dtype=np.int64), packed, plain)

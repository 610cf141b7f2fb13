"""What a laboratory told, as the database keeps it: raw and converted, with its source and what became of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from molgrad.assays.value import Measured
from molgrad.autograd.gradient import Proposal
from molgrad.campaign.faults import AGAIN, decoded, explained
from molgrad.campaign.schema import seal
from molgrad.errors import CampaignError
from molgrad.evaluation import Evaluation

if TYPE_CHECKING:
    from pandas import DataFrame

ACTIVE, REPLACED, WITHDRAWN, FAILED = "active", "replaced", "withdrawn", "failed"
NOT_MADE = "not made"


@dataclass(frozen=True, slots=True)
class Result:
    """One value that was told, or a mark that a molecule was not made.

    Attributes:
        assay: the term of the loss that it is a result of; "" for a mark.
        measured: the value as the laboratory wrote it; None for a mark.
        converted: the same in the assay's unit.
        source: the file it came from, "told" where it was given in Python.
        line: in the file, from 1; 0 where there is none.
        name: what the row called the molecule.
        smiles: how the row drew it.
        state: "active" (it counts), "replaced" or "withdrawn" (it did), "failed" (its QC failed), "not made".
        why: what was said when the state was last changed.
        told: when it was stored, UTC.
        id: its number in the database, 0 before it is there.
        proposal: the row of its molecule, 0 before it is there.
    """

    assay: str
    measured: Measured | None
    converted: Measured | None = None
    source: str = "told"
    line: int = 0
    name: str = ""
    smiles: str = ""
    state: str = ACTIVE
    why: str = ""
    told: str = ""
    id: int = 0
    proposal: int = 0

    @property
    def counts(self) -> bool:
        """Whether the molecule is judged by it."""
        return self.state == ACTIVE

    def to_json(self) -> dict[str, Any]:
        """What the database keeps of it beside id, molecule, assay and state."""
        values = {"measured": self.measured, "converted": self.converted}
        kept = {name: getattr(self, name) for name in _KEPT}
        return kept | {name: None if one is None else one.to_json() for name, one in values.items()}


_VALUES = ("measured", "converted")
_KEPT = [
    one.name for one in fields(Result) if one.name not in ("assay", "state", "id", "proposal", "measured", "converted")
]


@dataclass(frozen=True, slots=True)
class Told:
    """What is stored together, or not at all.

    Attributes:
        keys: rows of molecules that are there, by value.
        proposals: molecules that were never proposed.
        results: new results, each with the value of its molecule.
        ended: results that no longer count, by id, with the new state and why.
        evaluations: by value of the molecule, what it is judged by now.
        names: by value, what the laboratory calls molecules that were never proposed.
    """

    keys: Mapping[str, int] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    results: tuple[tuple[str, Result], ...] = ()
    ended: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    evaluations: Mapping[str, Evaluation] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


class Results:
    """The table `results` of a campaign's database. Rows are added and their state changes; none is taken out.

    Args:
        db: the open database.
        path: its file, for errors.
        lock: held around each reading.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, lock: RLock) -> None:
        self._db, self._path, self._lock = db, path, lock

    def all(self, proposal: int | None = None) -> list[Result]:
        """Every result in the order told, whatever its state.

        Args:
            proposal: of one molecule's row; of all by default.
        """
        query = "SELECT id, proposal, assay, state, data, seal FROM results WHERE :key IS NULL OR proposal = :key"
        with explained(self._path, "read"), self._lock:
            return [self._read(*row) for row in self._db.execute(f"{query} ORDER BY id", {"key": proposal})]

    def _read(self, key: int, proposal: int, assay: str, state: str, data: str, found: int) -> Result:
        what = f"result {key}"
        if seal(key, proposal, assay, state, data) != found:
            raise CampaignError(f"{self._path}: {what} is not what was written there: {AGAIN}")

        def made(given: dict[str, Any]) -> Result:
            values = {name: None if given[name] is None else Measured.from_json(given[name]) for name in _VALUES}
            return Result(**{**given, **values}, assay=assay, state=state, id=key, proposal=proposal)

        return decoded(self._path, what, data, made)

    def add(self, results: Iterable[tuple[str, Result]], keys: Mapping[str, int]) -> None:
        """Store results within a transaction that is open.

        Args:
            results: each with the value of its molecule.
            keys: the row of each molecule.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        (last,) = self._db.execute("SELECT ifnull(max(id), 0) FROM results").fetchone()
        for key, (value, result) in enumerate(results, start=last + 1):
            data = json.dumps(replace(result, told=result.told or now).to_json())
            self._insert(key, keys[value], result.assay, result.state, data)

    def end(self, ended: Mapping[int, tuple[str, str]]) -> None:
        """Give results another state within a transaction that is open.

        Args:
            ended: by id the new state and why.
        """
        known = {result.id: result for result in self.all()} if ended else {}
        for key, (state, why) in ended.items():
            old = known[key]
            data = json.dumps(replace(old, why=why).to_json())
            self._insert(key, old.proposal, old.assay, state, data)

    def _insert(self, key: int, proposal: int, assay: str, state: str, data: str) -> None:
        row = (key, proposal, assay, state, data, seal(key, proposal, assay, state, data))
        self._db.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?)", row)


_SHOWN = (
    "kind",
    "error",
    "error_kind",
    "n",
    "at",
    "qc",
    "plate",
    "date",
    "operator",
    "note",
)  # of the value as written


def frame_of(results: Iterable[Result], molecules: Mapping[int, tuple[str, str, str]]) -> DataFrame:
    """Results as a table, a row each.

    Args:
        results: in the order told.
        molecules: id, name and value of each row of the campaign.
    """
    import pandas as pd

    rows = []
    for one in results:
        ident, name, value = molecules[one.proposal]
        row: dict[str, Any] = {"result": one.id, "id": ident, "molecule": name, "smiles": value, "assay": one.assay}
        row |= {"state": one.state, "why": one.why}
        row |= {key: getattr(one.converted, key, None) for key in ("relation", "value", "unit")}
        row |= {"raw": "" if one.measured is None else one.measured.raw or str(one.measured)}
        row |= {key: getattr(one.measured, key, None) for key in _SHOWN}
        rows.append(row | {"source": one.source, "line": one.line, "told": one.told})
    return pd.DataFrame(rows)

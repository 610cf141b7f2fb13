"""The database of a run folder: proposals, evaluations, critiques and model calls, written as they happen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import astuple
from pathlib import Path
from typing import Any

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.gradient import Proposal
from molgrad.campaign.critiques import Critiques
from molgrad.campaign.faults import AGAIN, decoded, explained
from molgrad.campaign.folder import SETTINGS, TABLE
from molgrad.campaign.kept import KeptRows
from molgrad.campaign.recorded import recorded
from molgrad.campaign.results import Results, Told
from molgrad.campaign.row import Repeat as Repeat
from molgrad.campaign.row import Row as Row
from molgrad.campaign.schema import (
    FIRST,
    OWN,
    SCHEMA,
    START_NAMES,
    TOLD,
    VERSION,
    connect,
    of_another_version,
    seal,
    unbroken,
)
from molgrad.campaign.shown import Worked
from molgrad.campaign.stored_rows import StoredRows
from molgrad.campaign.transactions import Transactions
from molgrad.errors import CampaignError
from molgrad.evaluation import Evaluation
from molgrad.llm.transcript import SCHEMA as CALLS
from molgrad.llm.transcript import Transcript

REPEATS = "repeats"  # the entry of `meta` with the measurements made again


class Store:
    """One SQLite file, written by one process at a time.

    Durability: every call that writes is one transaction, on disk when it returns. The rollback journal is
    used on purpose: group disks are often NFS, where SQLite's write-ahead log does not work.
    Order: rows come back in the order in which they were proposed.
    Threads: use from the thread that made it, except for `transcript`, to which any thread may add.
    Failure: CampaignError with the file and a remedy, from every method. Opening looks the whole file over, because
        SQLite reads on past some damaged pages as if there were fewer rows.

    Attributes:
        transcript: the calls of language models.
        results: what a laboratory told.
        kept: what is not worked out twice.
        critiques: what the advisor said of what was measured.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._version = -1
        with explained(path, "used as a campaign's database"):
            self._db = connect(path, read_only)
            try:
                self._prepare(read_only)
            except BaseException:
                self._db.close()
                raise
        self._io = Transactions(self._db, path)
        self._stored = StoredRows(self._io, path)
        # With its lock: a model's threads write through the same connection.
        self.transcript = Transcript.within(self._db, self._io.lock, path)
        self.results = Results(self._db, path, self._io.lock)
        self.kept = KeptRows(self._db, self._io.fetched)
        self.critiques = Critiques(self._db, self._io, path)

    def _prepare(self, read_only: bool) -> None:
        """Make the tables of a new file; refuse a damaged one, and one that is not this version's."""
        if not read_only:
            self._db.execute("PRAGMA journal_mode = DELETE")
            self._db.execute("PRAGMA synchronous = FULL")
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        found = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if not tables and found == 0:
            self._begin(read_only)
        elif not tables >= (OWN if found == VERSION else FIRST):
            raise CampaignError(f"{self.path} is the database of another program: give a folder of its own")
        elif found != VERSION:
            raise CampaignError(of_another_version(self.path, found))
        else:
            self._look_over()

    def _begin(self, read_only: bool) -> None:
        left = [name for name in (TABLE, SETTINGS) if self.path.with_name(name).exists()]
        if left or read_only:
            beside = f", and {' and '.join(left)} beside it show that it held a campaign" if left else ""
            raise CampaignError(f"{self.path} is empty{beside}: {AGAIN}")
        self._db.executescript(f"BEGIN; {SCHEMA} {CALLS} PRAGMA user_version = {VERSION}; COMMIT;")

    def _look_over(self) -> None:
        """Refuse a file with damaged pages or lost rows; 0.1 s for 20,000 rows of 8 kB each."""
        damage = str(self._db.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if damage == "ok":
            # Rows are only ever added, so that their ids have no gap.
            rows, last = self._db.execute("SELECT count(*), ifnull(max(id), 0) FROM proposals NOT INDEXED").fetchone()
            damage = "ok" if rows == last else f"{last - rows} of {last} rows are missing"
        if damage != "ok":
            raise CampaignError(f"{self.path} is damaged ({' '.join(damage.split())}): {AGAIN}")

    def recorded(self, advisor: Advisor) -> Advisor:
        """The advisor with every call of its model kept here."""
        return recorded(advisor, self.transcript)

    @property
    def closed(self) -> bool:
        """Whether nothing can be written any more."""
        return self._io.closed

    def close(self) -> None:
        """Close the file; what was written can still be read."""
        self._io.close()

    def together(self) -> AbstractContextManager[None]:
        """See `Transactions.together`."""
        return self._io.together()

    def meta(self, key: str) -> Any:
        """A setting of the campaign, None where it was never set."""
        for value, found in self._io.fetched("SELECT value, seal FROM meta WHERE key = ?", (key,)):
            unbroken(self.path, f"its entry {key!r}", found, key, value)
            return decoded(self.path, f"its entry {key!r}", value, lambda value: value)
        return None

    def keep(self, worked: Iterable[Worked]) -> None:
        """Keep what was worked out of rows.

        Args:
            worked: by row.
        """
        with self._io.writing():
            self.kept.add(worked)

    def set_meta(self, key: str, value: Any) -> None:
        """Keep a setting, as JSON."""
        with self._io.writing():
            self._set_meta(key, value)

    def _set_meta(self, key: str, value: Any) -> None:
        text = json.dumps(value)
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (key, text, seal(key, text)))

    def add_batch(self, batch: int, kind: str, proposals: Iterable[Proposal], optimizer: Any = None) -> None:
        """Store the proposals of a batch, all or none of them."""
        with self._io.writing():
            self._add_batch(batch, kind, proposals)
            if optimizer is not None:
                self._set_meta("optimizer", {"batch": batch, "state": optimizer})

    def _add_batch(self, batch: int, kind: str, proposals: Iterable[Proposal]) -> None:
        columns = []
        # A batch may hold what was measured while it was thought of.
        first = self._db.execute("SELECT count(*) FROM proposals WHERE batch = ?", (batch,)).fetchone()[0]
        for place, p in enumerate(proposals, first):
            data = json.dumps(p.to_json())
            known = (batch, place, kind, p.value, p.parent, int(p.by_model))
            columns.append((*known, seal(*known), data, seal(batch, place, kind, data)))
        names = "batch, place, kind, value, parent, by_model, mark, data, seal"
        self._db.executemany(f"INSERT INTO proposals ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)  # noqa: S608 - our own words

    def add_evaluation(self, proposal: int, evaluation: Evaluation) -> None:
        """Store what was measured for a proposal; a later, more complete evaluation replaces it."""
        with self._io.writing():
            self._add_evaluation(proposal, evaluation)

    def _add_evaluation(self, proposal: int, evaluation: Evaluation) -> None:
        data = json.dumps(evaluation.to_json())
        known = (proposal, evaluation.status.value, None if evaluation.score is None else float(evaluation.score))
        self._db.execute(
            "INSERT OR REPLACE INTO evaluations (proposal, status, score, mark, data, seal) VALUES (?, ?, ?, ?, ?, ?)",
            (*known, seal(*known), data, seal(proposal, data)),
        )
        self.kept.drop(proposal)

    def set_meta_with(self, key: str, value: Any, anew: Mapping[int, Evaluation]) -> None:
        """Keep a setting together with other measurements of proposals, whose critiques no longer hold.

        Args:
            key: of the setting.
            value: JSON.
            anew: by proposal what takes the place of the earlier measurement.
        """
        with self._io.writing():
            self._replace_evaluations(anew)
            self._set_meta(key, value)

    def replace_evaluations(self, anew: Mapping[int, Evaluation]) -> None:
        """Put other evaluations in the place of earlier ones, whose critiques no longer hold.

        Args:
            anew: by proposal.
        """
        with self._io.writing():
            self._replace_evaluations(anew)

    def _replace_evaluations(self, anew: Mapping[int, Evaluation]) -> None:
        for proposal, evaluation in anew.items():
            self._add_evaluation(proposal, evaluation)
            self._db.execute("DELETE FROM critiques WHERE proposal = ?", (proposal,))

    def revise(self, meta: Mapping[str, Any], anew: Mapping[int, Evaluation]) -> None:
        """Store other settings together with what earlier measurements come to under them.

        Args:
            meta: settings by key.
            anew: by proposal what takes the place of the earlier evaluation, whose critique is dropped.
        """
        with self._io.writing():
            self._replace_evaluations(anew)
            for key, value in meta.items():
                self._set_meta(key, value)

    def add_told(self, batch: int, told: Told) -> None:
        """Store what a laboratory told, in one transaction: new molecules, results, and what they make of evaluations.

        Args:
            batch: the number of the batch that new molecules get.
            told: what is stored.
        """
        with self._io.writing():
            if told.proposals:
                self._add_batch(batch, TOLD, told.proposals)
            new = {row.proposal.value: row.id for row in self.rows(batch)} if told.proposals else {}
            keys = {**told.keys, **new}
            for value, evaluation in told.evaluations.items():
                self._add_evaluation(keys[value], evaluation)
            if told.names:
                self._set_meta(START_NAMES, {**(self.meta(START_NAMES) or {}), **told.names})
            self.results.end(told.ended)
            self.results.add(told.results, keys)

    def clear(self) -> None:
        """Begin anew: take out everything but the calls of language models."""
        with self._io.writing():
            for table in ("shown", "described", "results", "critiques", "evaluations", "proposals", "meta"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own words

    def repeats(self) -> list[Repeat]:
        """The further measurements of values, planned or made, in the order planned."""
        return [Repeat(*one) for one in self.meta(REPEATS) or []]

    def set_repeats(self, repeats: Iterable[Repeat]) -> None:
        """Keep what is to be measured again."""
        self.set_meta(REPEATS, [list(astuple(one)) for one in repeats])

    def add_repeated(
        self, proposal: int, evaluation: Evaluation, repeats: Iterable[Repeat], *, keep_critique: bool
    ) -> None:
        """Store what a further measurement gave.

        Args:
            proposal: whose it is.
            evaluation: all measurements together.
            repeats: the plan, with this one made.
            keep_critique: whether what was said of the earlier evaluation still holds; else it is dropped.
        """
        with self._io.writing():
            self._add_evaluation(proposal, evaluation)
            self._set_meta(REPEATS, [list(astuple(one)) for one in repeats])
            if not keep_critique:
                self._db.execute("DELETE FROM critiques WHERE proposal = ?", (proposal,))

    def changed(self) -> bool:
        """Whether another process or handle has written since this was last asked; True the first time."""
        version = int(self._io.fetched("PRAGMA data_version")[0][0])
        before, self._version = self._version, version
        return version != before

    def rows(self, batch: int | None = None) -> list[Row]:
        """What was proposed so far, measured or not, in order.

        Args:
            batch: the number of one batch; everything by default.
        """
        return self._stored.all(batch)

    def row(self, key: int) -> Row:
        """One proposal, by its `id`."""
        return self._stored.one(key)

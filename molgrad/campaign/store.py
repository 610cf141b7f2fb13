"""The database of a run folder: proposals, evaluations, critiques and model calls, written as they happen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.campaign import brief
from molgrad.campaign.faults import AGAIN, decoded, explained
from molgrad.campaign.folder import SETTINGS, TABLE
from molgrad.campaign.kept import KeptRows
from molgrad.campaign.recorded import recorded
from molgrad.campaign.results import Results, Told
from molgrad.campaign.row import Repeat as Repeat
from molgrad.campaign.row import Row as Row
from molgrad.campaign.schema import FIRST, OWN, SCHEMA, START_NAMES, TOLD, VERSION, connect, of_another_version, seal
from molgrad.campaign.shown import Worked
from molgrad.errors import CampaignError
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.transcript import SCHEMA as CALLS
from molgrad.llm.transcript import Transcript

LONGEST = 1.0  # seconds that what is written together may take to reach the disk
REPEATS = "repeats"  # the entry of `meta` with the measurements made again

_ROWS = """
SELECT p.id, p.batch, p.place, p.kind, p.data, p.seal, e.data, e.seal
FROM proposals p LEFT JOIN evaluations e ON e.proposal = p.id
"""
_BRIEF = """
SELECT p.id, p.batch, p.place, p.kind, p.value, p.parent, p.by_model, p.mark, e.status, e.score, e.mark
FROM proposals p LEFT JOIN evaluations e ON e.proposal = p.id ORDER BY p.batch, p.place
"""


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
        closed: whether nothing can be written any more.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._version = -1
        self.closed = False
        self._lock = RLock()  # around each transaction: a model's threads write through the same connection
        with explained(path, "used as a campaign's database"):
            self._db = connect(path, read_only)
            try:
                self._prepare(read_only)
            except BaseException:
                self._db.close()
                raise
        self.transcript = Transcript.within(self._db, self._lock, path)
        self.results = Results(self._db, path, self._lock)
        self.kept = KeptRows(self._db, self._fetched)
        self._since: float | None = None  # when writing together began

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

    def _unbroken(self, what: str, found: object, *values: object) -> None:
        if seal(*values) != found:
            raise CampaignError(f"{self.path}: {what} is not what was written there: {AGAIN}")

    def recorded(self, advisor: Advisor) -> Advisor:
        """The advisor with every call of its model kept here."""
        return recorded(advisor, self.transcript)

    def close(self) -> None:
        """Close the file; what was written can still be read."""
        self._db.close()
        self.closed = True

    def meta(self, key: str) -> Any:
        """A setting of the campaign, None where it was never set."""
        for value, found in self._fetched("SELECT value, seal FROM meta WHERE key = ?", (key,)):
            self._unbroken(f"its entry {key!r}", found, key, value)
            return decoded(self.path, f"its entry {key!r}", value, lambda value: value)
        return None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of the block is written, or nothing."""
        with explained(self.path, "written"), self._lock:
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
            with explained(self.path, "written"), self._lock:
                self._end_part()
            self._since = outer

    def _end_part(self) -> None:
        self._db.commit()
        self._since = monotonic()

    def keep(self, worked: Iterable[Worked]) -> None:
        """Keep what was worked out of rows.

        Args:
            worked: by row.
        """
        with self._writing():
            self.kept.add(worked)

    def _fetched(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with explained(self.path, "read"), self._lock:
            if not self.closed:
                return self._db.execute(query, values).fetchall()
            with closing(connect(self.path, True)) as again:  # a table or a plot is often asked for after the run
                return again.execute(query, values).fetchall()

    def set_meta(self, key: str, value: Any) -> None:
        """Keep a setting, as JSON."""
        with self._writing():
            self._set_meta(key, value)

    def _set_meta(self, key: str, value: Any) -> None:
        text = json.dumps(value)
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (key, text, seal(key, text)))

    def add_batch(self, batch: int, kind: str, proposals: Iterable[Proposal], optimizer: Any = None) -> None:
        """Store the proposals of a batch, all or none of them."""
        with self._writing():
            self._add_batch(batch, kind, proposals)
            if optimizer is not None:
                self._set_meta("optimizer", {"batch": batch, "state": optimizer})

    def _add_batch(self, batch: int, kind: str, proposals: Iterable[Proposal]) -> None:
        columns = []
        for place, p in enumerate(proposals):
            data = json.dumps(p.to_json())
            known = (batch, place, kind, p.value, p.parent, int(p.by_model))
            columns.append((*known, seal(*known), data, seal(batch, place, kind, data)))
        names = "batch, place, kind, value, parent, by_model, mark, data, seal"
        self._db.executemany(f"INSERT INTO proposals ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)  # noqa: S608 - our own words

    def add_evaluation(self, proposal: int, evaluation: Evaluation) -> None:
        """Store what was measured for a proposal; a later, more complete evaluation replaces it."""
        with self._writing():
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
        with self._writing():
            self._replace_evaluations(anew)
            self._set_meta(key, value)

    def replace_evaluations(self, anew: Mapping[int, Evaluation]) -> None:
        """Put other evaluations in the place of earlier ones, whose critiques no longer hold.

        Args:
            anew: by proposal.
        """
        with self._writing():
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
        with self._writing():
            self._replace_evaluations(anew)
            for key, value in meta.items():
                self._set_meta(key, value)

    def add_told(self, batch: int, told: Told) -> None:
        """Store what a laboratory told, in one transaction: new molecules, results, and what they make of evaluations.

        Args:
            batch: the number of the batch that new molecules get.
            told: what is stored.
        """
        with self._writing():
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
        with self._writing():
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
        with self._writing():
            self._add_evaluation(proposal, evaluation)
            self._set_meta(REPEATS, [list(astuple(one)) for one in repeats])
            if not keep_critique:
                self._db.execute("DELETE FROM critiques WHERE proposal = ?", (proposal,))

    def add_critique(self, proposal: int, gradient: Gradient) -> None:
        """Store the gradient of a measured proposal, with the edits and proposals that came along."""
        data = json.dumps(gradient.to_json())
        with self._writing():
            self._db.execute(
                "INSERT OR REPLACE INTO critiques VALUES (?, ?, ?, ?)",
                (proposal, gradient.text, data, seal(proposal, data)),
            )

    def critique(self, proposal: int) -> Gradient | None:
        """The stored gradient of a proposal; the evaluation is not repeated in it."""
        what = f"the critique of row {proposal}"
        for data, found in self._fetched("SELECT data, seal FROM critiques WHERE proposal = ?", (proposal,)):
            self._unbroken(what, found, proposal, data)
            return decoded(self.path, what, data, Gradient.from_json)
        return None

    def changed(self) -> bool:
        """Whether another process or handle has written since this was last asked; True the first time."""
        version = int(self._fetched("PRAGMA data_version")[0][0])
        before, self._version = self._version, version
        return version != before

    def rows(self, batch: int | None = None) -> list[Row]:
        """What was proposed so far, measured or not, in order.

        Args:
            batch: the number of one batch; everything by default.
        """
        if batch is None and self._fetched("SELECT count(*) FROM proposals")[0][0] >= brief.BRIEF_FROM:
            return self._in_brief()
        query = f"{_ROWS} WHERE :batch IS NULL OR p.batch = :batch ORDER BY p.batch, p.place"
        with explained(self.path, "read"), closing(self._db.execute(query, {"batch": batch})) as found:
            return [self._row(*one) for one in found]

    def _in_brief(self) -> list[Row]:
        """Every row; of what has a result only what ranks it, the rest when it is looked at."""
        reader, rows = brief.Reader(connect(self.path, read_only=True), self._read), []
        known: dict[str, str] = {}  # a parent is a text that is in memory already
        with explained(self.path, "read"), closing(self._db.execute(_BRIEF)) as found:
            for key, batch, place, kind, value, parent, by_model, its, status, score, that in found:
                if status != Status.OK:  # it may be open, or pass
                    rows.append(self._read(self._db, key))
                    continue
                self._unbroken(f"row {key}", its, batch, place, kind, value, parent, by_model)
                self._unbroken(f"row {key}", that, key, status, score)
                known[value] = value
                parent = known.get(parent, parent)
                rows.append(reader.brief(key, batch, kind, (value, parent, by_model, score)))
        return rows

    def row(self, key: int) -> Row:
        """One proposal, by its `id`."""
        return self._read(self._db, key)

    def _read(self, connection: sqlite3.Connection, key: int) -> Row:
        with explained(self.path, "read"):
            found = connection.execute(f"{_ROWS} WHERE p.id = ?", (key,)).fetchone()
        if found is None:
            raise CampaignError(f"{self.path}: row {key} is missing: {AGAIN}")
        return self._row(*found)

    def _row(
        self, key: int, batch: int, place: int, kind: str, proposal: str, its: int, evaluation: str | None, that: int
    ) -> Row:
        what = f"row {key}"
        self._unbroken(what, its, batch, place, kind, proposal)
        if evaluation is not None:
            self._unbroken(what, that, key, evaluation)
        given = decoded(self.path, what, proposal, Proposal.from_json)
        measured = None if evaluation is None else decoded(self.path, what, evaluation, Evaluation.from_json)
        return Row(key, batch, kind, given, measured)

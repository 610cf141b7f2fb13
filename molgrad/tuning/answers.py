"""The store of a tuned program: candidates, what each answered to each example, and every model call."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.faults import AGAIN, decoded, explained
from molgrad.campaign.folder import DATABASE, Lock, make_folder
from molgrad.campaign.schema import connect, seal, unbroken
from molgrad.campaign.transactions import Transactions
from molgrad.errors import CampaignError
from molgrad.evaluation import Evaluation
from molgrad.llm.transcript import SCHEMA as CALLS
from molgrad.llm.transcript import Transcript
from molgrad.llm.types import Usage

UNIT = "unit"  # the label of a call with the piece of work that it belongs to
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
VERSION = 1001  # of the tables; beyond those of campaigns
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS candidates (
    id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE, data TEXT NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS outcomes (
    candidate INTEGER PRIMARY KEY REFERENCES candidates(id), step INTEGER NOT NULL, kind TEXT NOT NULL,
    data TEXT NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    candidate INTEGER NOT NULL REFERENCES candidates(id), example TEXT NOT NULL, answer TEXT, status TEXT NOT NULL,
    score REAL, words TEXT NOT NULL, calls INTEGER NOT NULL, data TEXT NOT NULL, seal INTEGER NOT NULL,
    finished TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (candidate, example));
"""
_INDEX = f"CREATE INDEX IF NOT EXISTS calls_unit ON calls (json_extract(labels, '$.{UNIT}'));"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a candidate answered to an example.

    Attributes:
        example: the example's key.
        text: the answer; None where there is none.
        evaluation: its score and words; FAILED with the reason where the program or the score failed.
        calls: how many models the program asked.
        rows: for each parameter what the steps that it feeds were given beside it, and what came out.
    """

    example: str
    text: str | None
    evaluation: Evaluation
    calls: int = 0
    rows: Rows = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate that was decided on.

    Attributes:
        id: of the candidate, from 0 for the start.
        step: the round in which it was proposed, 0 for the start.
        kind: start, validated, gate (lost to its parent), raced (could no more be better), failed, draft.
        proposal: the candidate with its parent and reason.
        evaluation: on the validation examples, or on those that decided.
    """

    id: int
    step: int
    kind: str
    proposal: Proposal
    evaluation: Evaluation

    @property
    def name(self) -> str:
        """How tables call it, `c0003`."""
        return candidate_name(self.id)


def candidate_name(key: int) -> str:
    """How tables call a candidate.

    Args:
        key: its number.
    """
    return f"c{key:04d}"


class AnswerStore:
    """One SQLite file, `campaign.db` of a folder, or memory; written by one process at a time.

    Durability: every call that writes is one transaction, on disk when it returns. Threads: safe.
    Failure: CampaignError with the file and a remedy.

    Args:
        folder: of the run, made if it is not there; None for a run that leaves nothing.

    Attributes:
        transcript: every model call.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder, self.path = folder, (folder or Path("memory")) / DATABASE
        if folder is not None:
            make_folder(folder)
        with explained(self.path, "used as the database of a tuned program"):
            self._db = (
                sqlite3.connect(":memory:", check_same_thread=False) if folder is None else connect(self.path, False)
            )
            _prepare(self._db, self.path)
        self._io = Transactions(self._db, self.path)
        self.transcript = Transcript.within(self._db, self._io.lock, self.path)

    def alone(self) -> AbstractContextManager[object]:
        """Keeps other processes from writing to the folder within a block; CampaignLockedError where one does."""
        return nullcontext() if self._folder is None else Lock(self._folder)

    def close(self) -> None:
        """Close the file; what was written can still be read where it lies in a folder."""
        self._io.close()

    def meta(self, key: str) -> Any:
        """What was kept under a key; None where nothing was.

        Args:
            key: its name.
        """
        for value, found in self._io.fetched("SELECT value, seal FROM meta WHERE key = ?", (key,)):
            unbroken(self.path, f"its entry {key!r}", found, key, value)
            return decoded(self.path, f"its entry {key!r}", value, lambda value: value)
        return None

    def set_meta(self, key: str, value: Any) -> None:
        """Keep something.

        Args:
            key: its name.
            value: JSON.
        """
        text = json.dumps(value)
        with self._io.writing():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (key, text, seal(key, text)))

    def candidate(self, proposal: Proposal) -> int:
        """The number of a candidate, which is given one when it is met first.

        Args:
            proposal: the candidate.
        """
        data = json.dumps(proposal.to_json())
        with self._io.lock:  # threads that meet the same one at once
            found = self._io.fetched("SELECT id FROM candidates WHERE value = ?", (proposal.value,))
            if found:
                return int(found[0][0])
            key = int(self._io.fetched("SELECT count(*) FROM candidates")[0][0])
            with self._io.writing():
                row = (key, proposal.value, data, seal(key, proposal.value, data))
                self._db.execute("INSERT INTO candidates VALUES (?, ?, ?, ?)", row)
        return key

    def proposals(self) -> dict[int, Proposal]:
        """Every candidate by its number."""
        found = {}
        for key, value, data, sealed in self._io.fetched("SELECT id, value, data, seal FROM candidates ORDER BY id"):
            unbroken(self.path, f"candidate {key}", sealed, key, value, data)
            found[int(key)] = decoded(self.path, f"candidate {key}", data, Proposal.from_json)
        return found

    def add_outcome(self, trial: Trial) -> None:
        """Keep what was decided on a candidate.

        Args:
            trial: the candidate with its evaluation.
        """
        data = json.dumps({"proposal": trial.proposal.to_json(), "evaluation": trial.evaluation.to_json()})
        row = (trial.id, trial.step, trial.kind, data, seal(trial.id, trial.step, trial.kind, data))
        with self._io.writing():
            self._db.execute("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?)", row)

    def trials(self) -> list[Trial]:
        """What was decided on candidates, in order."""
        found = []
        for key, step, kind, data, sealed in self._io.fetched("SELECT * FROM outcomes ORDER BY step, candidate"):
            unbroken(self.path, f"the outcome of candidate {key}", sealed, key, step, kind, data)
            proposal, evaluation = decoded(self.path, f"the outcome of candidate {key}", data, _read_outcome)
            found.append(Trial(int(key), int(step), str(kind), proposal, evaluation))
        return found

    def add_answer(self, candidate: int, answer: Answer) -> None:
        """Keep an answer with its score.

        Args:
            candidate: the number of the candidate.
            answer: what it answered.
        """
        told, data = answer.evaluation, json.dumps({"evaluation": answer.evaluation.to_json(), "rows": answer.rows})
        known = (candidate, answer.example, answer.text, told.status.value, told.score, told.feedback, answer.calls)
        row = (*known, data, seal(candidate, answer.example, answer.text, answer.calls, data))
        names = "candidate, example, answer, status, score, words, calls, data, seal"
        with self._io.writing():
            self._db.execute(f"INSERT OR REPLACE INTO answers ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - our own words

    def answers(self, candidate: int) -> dict[str, Answer]:
        """What a candidate answered, by the example's key.

        Args:
            candidate: its number.
        """
        found: dict[str, Answer] = {}
        query = "SELECT example, answer, calls, data, seal FROM answers WHERE candidate = ? ORDER BY example"
        for example, text, calls, data, sealed in self._io.fetched(query, (candidate,)):
            what = f"the answer of candidate {candidate} to {example}"
            unbroken(self.path, what, sealed, candidate, example, text, calls, data)
            evaluation, rows = decoded(self.path, what, data, _read_answer)
            found[example] = Answer(example, text, evaluation, calls, rows)
        return found

    @property
    def begun(self) -> bool:
        """Whether anything was answered."""
        return bool(self._io.fetched("SELECT 1 FROM answers LIMIT 1"))

    def forget(self, candidate: int, examples: Sequence[str]) -> None:
        """Take back answers, so that they are made again; the calls of models for them are kept.

        Args:
            candidate: its number.
            examples: their keys.
        """
        with self._io.writing():
            for example in examples:
                self._db.execute("DELETE FROM answers WHERE candidate = ? AND example = ?", (candidate, example))

    def recorded(self, unit: str) -> dict[str, list[str]]:
        """The answers of models to the calls of a piece of work, by request, in the order given.

        Args:
            unit: its name.
        """
        query = f"SELECT request, answer FROM calls WHERE json_extract(labels, '$.{UNIT}') = ? ORDER BY id"  # noqa: S608 - our own words
        found: dict[str, list[str]] = {}
        for request, answer in self._io.fetched(query, (unit,)):
            if answer is not None:
                found.setdefault(request, []).append(answer)
        return found

    def spent(self) -> Usage:
        """Calls, tokens and money so far; an answer of a program that asked no model of ours counts as a call."""
        own = self._io.fetched("SELECT count(*) FROM answers WHERE calls = 0")[0][0]
        return self.transcript.usage() + Usage(int(own))

    def ledger(self, label: str) -> Mapping[str, Usage]:
        """What the calls of models took, by one of their labels.

        Args:
            label: such as `step`, `candidate`, `example`, `kind`.
        """
        return self.transcript.usage(by=label)


def _read_outcome(data: Mapping[str, Any]) -> tuple[Proposal, Evaluation]:
    return Proposal.from_json(data["proposal"]), Evaluation.from_json(data["evaluation"])


def _read_answer(data: Mapping[str, Any]) -> tuple[Evaluation, Rows]:
    return Evaluation.from_json(data["evaluation"]), data["rows"]


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file; refuse that of another program."""
    db.execute("PRAGMA journal_mode = DELETE")  # group disks are often NFS, where a write-ahead log does not work
    db.execute("PRAGMA synchronous = FULL")
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        db.executescript(f"BEGIN; {SCHEMA} {CALLS} {_INDEX} PRAGMA user_version = {VERSION}; COMMIT;")
    elif int(db.execute("PRAGMA user_version").fetchone()[0]) != VERSION:
        db.close()
        raise CampaignError(f"{path} is the database of something else, such as a campaign: give another folder")
    elif (damage := str(db.execute("PRAGMA integrity_check(1)").fetchone()[0])) != "ok":
        db.close()
        raise CampaignError(f"{path} is damaged ({' '.join(damage.split())}): {AGAIN}")

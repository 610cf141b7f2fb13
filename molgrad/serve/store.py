"""The record of what was served: calls, jobs, docks and what was handed in, each on disk before it is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from molgrad.errors import BudgetReachedError
from molgrad.serve.database import Database

INTERRUPTED = "interrupted"
MOST_CALLS = 200_000  # of one session: one every half second for a day


def now() -> str:
    """The time, UTC, as in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class ServeStore(Database):
    """What is written down of sessions: calls, jobs, docks, results, what is sealed, what was handed in, scores.

    Args:
        folder: the campaign's; what is served lies in its folder `served`.
    """

    def begin(self, session: str) -> str:
        """When a session first began, which is now for a new one; what a killed server left running is marked.

        Args:
            session: its name.
        """
        with self._writing() as db:
            db.execute("INSERT OR IGNORE INTO sessions VALUES (?, ?)", (session, now()))
            for table in ("calls", "jobs"):
                ended = (INTERRUPTED, now())
                db.execute(f"UPDATE {table} SET state = ?, ended = ? WHERE ended IS NULL", ended)  # noqa: S608 - two names
        return str(self.rows("SELECT begun FROM sessions WHERE name = ?", session)[0][0])

    def called(self, session: str, tool: str, arguments: str) -> int:
        """Write down a call before it is answered; returns its number.

        Args:
            session: the session's name.
            tool: as it was called.
            arguments: JSON.

        Raises:
            BudgetReachedError: the session has made all its calls.
        """
        with self._writing() as db:
            if int(db.execute("SELECT count(*) FROM calls WHERE session = ?", (session,)).fetchone()[0]) >= MOST_CALLS:
                raise BudgetReachedError(
                    f"all {MOST_CALLS} calls of the session are made; whoever runs the server can begin another with "
                    "--session"
                )
            row = (session, now(), tool, arguments)
            made = db.execute(
                "INSERT INTO calls (session, at, tool, arguments, state) VALUES (?, ?, ?, ?, 'begun')", row
            )
            self._grown(db, len(arguments))
            return int(made.lastrowid or 0)

    def answered(self, call: int, state: str, result: str) -> None:
        """Write down what a call was answered.

        Args:
            call: its number.
            state: "ok" or "refused".
            result: JSON, or the sentence that refused it.
        """
        with self._writing() as db:
            db.execute("UPDATE calls SET state = ?, result = ?, ended = ? WHERE id = ?", (state, result, now(), call))
            self._grown(db, len(result))

    def new_job(self, session: str, tool: str) -> int:
        """Write down a job; returns its number.

        Args:
            session: the session's name.
            tool: that began it.
        """
        with self._writing() as db:
            made = db.execute(
                "INSERT INTO jobs (session, tool, state, began) VALUES (?, ?, 'queued', ?)", (session, tool, now())
            )
            return int(made.lastrowid or 0)

    def end_job(self, job: int, state: str, answer: Mapping[str, Any]) -> None:
        """Write down how a job ended.

        Args:
            job: its number.
            state: done, failed, cancelled.
            answer: JSON of what the client is told.
        """
        text = json.dumps(answer)
        with self._writing() as db:
            db.execute("UPDATE jobs SET state = ?, answer = ?, ended = ? WHERE id = ?", (state, text, now(), job))
            self._grown(db, len(text))

    def take_dock(self, session: str, most: int, job: int | None, receptor: str, smiles: str) -> int | None:
        """Count a dock, unless `most` were counted already; returns its number, or None.

        Args:
            session: the session's name.
            most: docks of the session in all.
            job: which asks for it.
            receptor: that is docked into.
            smiles: of the molecule.
        """
        with self._writing() as db:
            if int(db.execute("SELECT count(*) FROM docks WHERE session = ?", (session,)).fetchone()[0]) >= most:
                return None
            row = (session, job, receptor, smiles, now())
            made = db.execute("INSERT INTO docks (session, job, receptor, smiles, at) VALUES (?, ?, ?, ?, ?)", row)
            return made.lastrowid

    def give_back(self, docks: Sequence[int]) -> None:
        """Take docks off the count that were never begun.

        Args:
            docks: their numbers.
        """
        with self._writing() as db:
            db.executemany("DELETE FROM docks WHERE id = ?", [(one,) for one in docks])

    def docks(self, session: str) -> int:
        """Docks of a session so far.

        Args:
            session: its name.
        """
        return int(self.rows("SELECT count(*) FROM docks WHERE session = ?", session)[0][0])

    def keep_result(self, receptor: str, smiles: str, data: Mapping[str, Any]) -> None:
        """Keep the result of a dock.

        Args:
            receptor: hash of the file that was docked into.
            smiles: of the molecule, canonical.
            data: JSON of a DockResult.
        """
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (receptor, smiles, json.dumps(data)))

    def result(self, receptor: str, smiles: str) -> dict[str, Any] | None:
        """The kept result of a dock; None where there is none.

        Args:
            receptor: hash of the file that was docked into.
            smiles: of the molecule, canonical.
        """
        found = self.rows("SELECT data FROM results WHERE receptor = ? AND smiles = ?", receptor, smiles)
        return json.loads(found[0][0]) if found else None

    def seal(self, kind: str, what: str, effort: str) -> None:
        """Write down what is sealed.

        Args:
            kind: "receptor" or "examples".
            what: its name, folder or file.
            effort: by which it will be docked.
        """
        with self._writing() as db:
            db.execute("INSERT OR IGNORE INTO sealed (kind, what, effort) VALUES (?, ?, ?)", (kind, what, effort))

    def hand_in(self, session: str, most: int, molecules: Sequence[tuple[str, str]]) -> bool:
        """Take molecules for the sealed measurement, all or none; whether there was room for them.

        Args:
            session: the session's name.
            most: molecules of the session in all.
            molecules: SMILES with a note.
        """
        with self._writing() as db:
            count = int(db.execute("SELECT count(*) FROM handed_in WHERE session = ?", (session,)).fetchone()[0])
            if count + len(molecules) > most:
                return False
            rows = [(session, smiles, note, now()) for smiles, note in molecules]
            db.executemany("INSERT INTO handed_in (session, smiles, note, at) VALUES (?, ?, ?, ?)", rows)
        return True

    def handed_in(self, session: str) -> list[str]:
        """The molecules that a session handed in, in order.

        Args:
            session: its name.
        """
        return [row[0] for row in self.rows("SELECT smiles FROM handed_in WHERE session = ? ORDER BY id", session)]

    def score(self, handed_in: int, sealed: int, status: str, score: float | None, unit: str, words: str) -> None:
        """Keep a sealed score.

        Args:
            handed_in: number of the molecule.
            sealed: number of what measured it.
            status: ok, invalid or failed.
            score: the number; None where there is none.
            unit: of the score.
            words: what else there is to say.
        """
        with self._writing() as db:
            row = (handed_in, sealed, status, score, unit, words)
            db.execute("INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?, ?, ?)", row)

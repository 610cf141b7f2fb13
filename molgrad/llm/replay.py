"""A model that answers from a transcript, without a network."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any

from molgrad.errors import EngineError, shorten
from molgrad.llm.request import Request, request_key
from molgrad.llm.transcript import Call, Transcript, as_kept
from molgrad.llm.types import Completion, Message, Offer

FILES = ("campaign.db", "calls.db")  # where a folder keeps its transcript
_NEAR = 50  # recorded calls that a request which is not among them is compared with
_SHOWN = 40  # characters shown of a difference


class ReplayModel:
    """Gives the recorded answer to each recorded request; the n-th time it is asked, the n-th answer.

    Usage is that of the recorded calls, so that a budget ends a replay where it ended the run.
    Memory: one answer at a time, however long the transcript. Threads: safe.
    Failure: EngineError for a request that the transcript does not have, saying what differs.

    Args:
        path: a campaign's folder, or the file of a `Transcript`.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = _file(Path(path).expanduser())
        self._lock = RLock()
        self._transcript = Transcript.within(_opened(self.path), self._lock, self.path)
        first = next(self._transcript.calls(), None)
        if first is None:
            raise EngineError(f"{self.path} holds no model call that could be replayed; was the run made with a model?")
        self.name = first.model
        self._asked: dict[str, int] = {}

    @property
    def settings(self) -> Mapping[str, Any]:
        """Where the answers come from."""
        return {"replay": str(self.path.resolve())}

    @property
    def calls_tools(self) -> bool:
        """Whether the recorded model answered where it was offered tools."""
        with self._lock:
            return self._transcript.took_tools()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        seed: int | None = None,
        tools: Offer | None = None,
    ) -> Completion:
        """The answer that this request was given.

        Raises:
            EngineError: the transcript has no such request, or it was asked more often than then.
        """
        key = request_key(messages, schema, seed, tools)
        with self._lock:
            before = self._asked.get(key, 0)
            found = self._transcript.answers(key, before)
            if found is not None:
                self._asked[key] = before + 1
                return found
        if before:
            raise EngineError(
                f"{self.path} holds this request {before} times, and it is asked once more: the replay has gone "
                "beyond the run, or the run has other settings"
            )
        differs = self._difference(Request(messages, schema, seed, tools))
        raise EngineError(f"{self.path} does not hold this request: {differs}")

    def _difference(self, request: Request) -> str:
        asked = json.loads(as_kept(request.messages))  # compared as the recorded ones are kept
        text = _text(asked)
        with self._lock:
            fresh = (call for call in self._transcript if call.request not in self._asked)
            near = max(islice(fresh, _NEAR), key=lambda call: _shared(_text(call.messages), text), default=None)
        if near is None:
            return "all of its calls have been replayed; the replay has gone beyond the run"
        return f"nearest is its call {near.id}, where {_words(near, text, request)}"

    def close(self) -> None:
        """Close the transcript."""
        self._transcript.close()

    def __repr__(self) -> str:
        return f"ReplayModel({str(self.path)!r})"


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    found = next((path / name for name in FILES if (path / name).is_file()), None)
    if found is None:
        raise EngineError(
            f"{path} is no transcript; give the folder of a campaign that a model advised, or a Transcript's file"
        )
    return found


def _opened(path: Path) -> sqlite3.Connection:
    try:
        # Not "ro": after a kill -9 SQLite must be allowed to roll back what was half written.
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=30.0, check_same_thread=False)
        db.execute("SELECT 1 FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        raise EngineError(f"{path} cannot be read as a transcript: {error}") from error
    return db


def _text(messages: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(f"{m.get('role')}: {m.get('content')}" for m in messages)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _words(call: Call, now: str, request: Request) -> str:
    then = _text(call.messages)
    if then != now:
        at = _shared(then, now)
        said = [shorten(repr(text[at : at + _SHOWN]), _SHOWN + 10) for text in (then, now)]
        return f"character {at} of the messages goes on with {said[0]}, and here with {said[1]}"
    if call.seed != request.seed:
        return f"the seed is {call.seed}, and here {request.seed}"
    if json.dumps(call.schema) != json.dumps(request.schema, default=str):
        return "another schema was asked for"
    if call.tools != request.tools:
        return "other tools were offered"
    return "a key stood in the messages, which is not kept"

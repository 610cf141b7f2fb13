"""Every model call in order, in a table of a SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, overload

from molgrad.errors import EngineError
from molgrad.llm.request import offer_to_json, request_key
from molgrad.llm.text import bounded, encodable, without_keys
from molgrad.llm.tool_calls import calls_from_json, calls_to_json
from molgrad.llm.types import Completion, Message, Offer, ToolCall, Usage

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, request TEXT NOT NULL, model TEXT NOT NULL, messages TEXT NOT NULL, schema TEXT,
    seed INTEGER, settings TEXT NOT NULL, labels TEXT NOT NULL, answer TEXT, error TEXT NOT NULL,
    calls INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
    cached INTEGER NOT NULL, cost REAL NOT NULL, seconds REAL NOT NULL,
    finished TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, tools TEXT, tool_calls TEXT);
CREATE INDEX IF NOT EXISTS calls_request ON calls (request, id);
"""
_USED = ("calls", "prompt_tokens", "completion_tokens", "cached", "cost")
_TOOLS = ("tools", "tool_calls")  # columns that files made by older versions get when they are written to
_OLD = ("request", "model", "messages", "schema", "seed", "settings", "labels", "answer", "error", *_USED, "seconds")
_KEPT = (*_OLD, *_TOOLS)
_READ = ("id", *_KEPT, "finished")
_ADD = f"INSERT INTO calls ({', '.join(_KEPT)}) VALUES ({', '.join(':' + name for name in _KEPT)})"  # noqa: S608 (ours)
_SUMS = ", ".join(f"SUM({name})" for name in _USED)
_PAGE = 50  # calls in memory at a time
_PATIENCE = 30.0  # seconds to wait for another process that writes
_MAX_SEED = 2**63
_SHORT = 1000  # characters; longer data URLs, which are images, are kept as their hash


@dataclass(frozen=True, slots=True)
class Call:
    """One model call as it was.

    Attributes:
        messages: the request.
        answer: the model's text; None where there is none.
        error: why there is none.
        usage: requests, tokens and money.
        seconds: how long it took.
        schema: the JSON shape that was asked for.
        seed: the seed that was asked for.
        model: the model's name.
        settings: what else decides the model's answers: address, temperature, limits.
        labels: what the call was for: `template` (the hash of the prompt's template), `step`, ...
        id: its place in the transcript, from 1; 0 before it is kept.
        finished: when it was kept, UTC.
        request: the key of the request, by which a replay finds it.
        tools: what the model could call.
        tool_calls: what it called.
    """

    messages: Sequence[Mapping[str, Any]]
    answer: str | None
    error: str = ""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    schema: Mapping[str, Any] | None = None
    seed: int | None = None
    model: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    id: int = 0
    finished: str = ""
    request: str = ""
    tools: Offer | None = None
    tool_calls: Sequence[ToolCall] = ()


class Transcript:
    """Model calls in a SQLite file, on disk when `add` returns; they are read a page at a time.

    Threads: safe. Processes: several may write to a file of its own; a campaign's belongs to the campaign.
    Failure: EngineError where the file cannot be read or written.

    Args:
        path: the file, made if it is not there.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock: AbstractContextManager[Any] = RLock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=_PATIENCE, check_same_thread=False)
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise EngineError(f"{self.path} cannot be used as a transcript: {error}") from error

    @classmethod
    def within(cls, db: sqlite3.Connection, lock: AbstractContextManager[Any], path: Path) -> Transcript:
        """The calls in a database that someone else opened, and writes to under the same lock."""
        self = cls.__new__(cls)
        self.path, self._db, self._lock = path, db, lock
        return self

    def add(self, *calls: Call) -> None:
        """Keep calls, all or none; without keys, and each text cut at a million characters.

        Raises:
            EngineError: the file cannot be written.
        """
        rows = [_row(call) for call in calls]
        try:
            with self._lock, self._db:
                for name in self._missing():
                    self._db.execute(f"ALTER TABLE calls ADD COLUMN {name} TEXT")
                self._db.executemany(_ADD, rows)
        except sqlite3.Error as error:
            raise EngineError(f"the model's answer cannot be kept in {self.path}: {error}") from error

    def calls(self, after: int = 0) -> Iterator[Call]:
        """The calls in order; a few at a time are in memory.

        Args:
            after: the id of the call to begin behind; 0 for all.
        """
        query = f"SELECT {self._columns(_READ)} FROM calls WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608  (our own names)
        while rows := self._all(query, (after, _PAGE)):
            for row in rows:
                after = row[0]
                yield self._call(dict(zip(_READ, row, strict=True)))

    __iter__ = calls

    def __len__(self) -> int:
        return int(self._all("SELECT COUNT(*) FROM calls")[0][0]) if self._exists() else 0

    @overload
    def usage(self, by: None = None) -> Usage: ...
    @overload
    def usage(self, by: str) -> dict[str, Usage]: ...
    def usage(self, by: str | None = None) -> Usage | dict[str, Usage]:
        """What all calls took together.

        Args:
            by: a label; the result is then a dictionary from each of its values to what its calls took. Calls
                without the label stand under "".
        """
        if by is None:
            rows = self._all(f"SELECT {_SUMS} FROM calls")  # noqa: S608  (our own names)
            return _usage(*rows[0]) if rows else Usage()
        place = f'$."{by}"'
        query = f"SELECT json_extract(labels, ?), {_SUMS} FROM calls GROUP BY 1 ORDER BY MIN(id)"  # noqa: S608
        return {str(label or ""): _usage(*sums) for label, *sums in self._all(query, (place,))}

    def answers(self, request: str, skip: int) -> Completion | None:
        """The answer that a request was given; None when there is none.

        Args:
            request: the request's key.
            skip: how many earlier answers to the same request are left out.
        """
        found = self._all(
            f"SELECT answer, {self._columns(_TOOLS[1:])}, {', '.join(_USED)} FROM calls "  # noqa: S608  (our own names)
            "WHERE request = ? AND answer IS NOT NULL ORDER BY id LIMIT 1 OFFSET ?",
            (request, skip),
        )
        if not found:
            return None
        text, called, *used = found[0]
        return Completion(str(text), _usage(*used), _calls(called))

    def took_tools(self) -> bool:
        """Whether a model that was offered tools answered."""
        offered = self._columns(_TOOLS[:1])
        return bool(self._all(f"SELECT 1 FROM calls WHERE {offered} IS NOT NULL AND answer IS NOT NULL LIMIT 1"))  # noqa: S608

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _exists(self) -> bool:
        """Whether there is a table: folders made by older versions have none until they are written to."""
        return bool(self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'calls'").fetchone())

    def _missing(self) -> list[str]:
        """The columns that a file made by an older version lacks."""
        have = {row[1] for row in self._db.execute("PRAGMA table_info(calls)")}
        return [name for name in _TOOLS if have and name not in have]

    def _columns(self, names: Sequence[str]) -> str:
        with self._lock:
            missing = self._missing()
        return ", ".join("NULL" if name in missing else name for name in names)

    def _call(self, row: dict[str, Any]) -> Call:
        try:
            return _call(row)
        except (ValueError, TypeError) as error:
            raise EngineError(f"the transcript {self.path} is damaged: call {row['id']} cannot be read") from error

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        try:
            with self._lock:
                return self._db.execute(query, values).fetchall() if self._exists() else []
        except sqlite3.Error as error:
            raise EngineError(f"the transcript {self.path} cannot be read: {error}") from error

    def __repr__(self) -> str:
        return f"Transcript({str(self.path)!r})"


def _row(call: Call) -> dict[str, Any]:
    seed = call.seed
    row: dict[str, Any] = {name: getattr(call.usage, name) for name in _USED}
    row |= dict(request=request_key(call.messages, call.schema, seed, call.tools), model=encodable(call.model))
    row |= dict(messages=as_kept(call.messages), seconds=call.seconds, error=_fit(bounded(call.error, 2000)))
    row["schema"] = None if call.schema is None else _fit(json.dumps(call.schema, default=str))
    row["seed"] = seed if seed is None or -_MAX_SEED <= seed < _MAX_SEED else None
    row["settings"] = _fit(json.dumps(dict(call.settings), default=str))
    row["labels"] = _fit(json.dumps(dict(call.labels)))
    row["answer"] = None if call.answer is None else _fit(bounded(call.answer))
    row["tools"] = None if call.tools is None else _fit(offer_to_json(call.tools))
    row["tool_calls"] = _fit(json.dumps(calls_to_json(call.tool_calls))) if call.tool_calls else None
    return row


def as_kept(messages: Sequence[Message]) -> str:
    """Messages as JSON, the way a transcript holds them: bounded, without keys, a hash in place of each image."""
    return _fit(json.dumps(_bounded([dict(message) for message in messages]), ensure_ascii=False, default=str))


def _fit(text: str) -> str:
    return encodable(without_keys(text))


def _bounded(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _bounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_bounded(item) for item in content]
    if isinstance(content, str) and content.startswith("data:") and len(content) > _SHORT:
        digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()
        return f"{content[:40].partition(',')[0]},[{len(content)} characters with the hash {digest}]"
    return bounded(content) if isinstance(content, str) else content


def _usage(calls: int | None, prompt: int | None, answer: int | None, cached: int | None, cost: float | None) -> Usage:
    return Usage(calls or 0, prompt or 0, answer or 0, cached or 0, cost or 0.0)


def _call(row: dict[str, Any]) -> Call:
    given = {name: row[name] for name in ("answer", "error", "seconds", "seed", "model", "id", "finished", "request")}
    given |= {name: json.loads(row[name]) for name in ("messages", "settings", "labels")}
    schema = None if row["schema"] is None else json.loads(row["schema"])
    given |= {"schema": schema, "tools": _offer(row["tools"]), "tool_calls": _calls(row["tool_calls"])}
    return Call(usage=_usage(*(row[name] for name in _USED)), **given)


def _offer(kept: str | None) -> Offer | None:
    if kept is None:
        return None
    data = json.loads(kept)
    return Offer(tuple(data["tools"]), bool(data["open"]))


def _calls(kept: str | None) -> tuple[ToolCall, ...]:
    return () if kept is None else calls_from_json(json.loads(kept))

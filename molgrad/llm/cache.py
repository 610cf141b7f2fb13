"""Answers that were given before, found again by everything that decides them."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
import warnings
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.autograd.advisor import Completion, LanguageModel, Message, Usage
from molgrad.llm.request import answer_key
from molgrad.llm.text import encodable, without_keys
from molgrad.llm.wrapper import Wrapper

SETTING = "MOLGRAD_LLM_CACHE"  # a file to use instead, or "off"
LARGEST = 256 * 2**20  # bytes of answers kept (about 100,000); the oldest tenth goes when there are more
PATIENCE = 10.0  # seconds to wait for other processes that write; an answer takes as long
_TABLE = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, made REAL NOT NULL, answer BLOB NOT NULL)"


class AnswerCache:
    """Answers in one SQLite file that threads and processes may share.

    A fault of the file costs calls, never an answer: it is warned of once, and work goes on without. The file
    holds hashes of requests and the answers, never the requests. SQLite's rollback journal is used on
    purpose, because homes are often on NFS, where its write-ahead log does not work.

    Args:
        path: the file; its folder is made when the first answer is kept.
        largest: bytes of answers to keep at most.
    """

    def __init__(self, path: Path, *, largest: int = LARGEST) -> None:
        self.path = path
        self.largest = largest
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._broken = False

    def get(self, key: str) -> str | None:
        """The answer kept under this key; None when there is none."""
        if self._broken or not self.path.is_file():
            return None
        with self._lock:
            try:
                row = self._open().execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
                return None if row is None else str(json.loads(zlib.decompress(row[0])))
            except (sqlite3.Error, OSError, ValueError, TypeError, zlib.error) as error:
                self._give_up(error)
        return None

    def put(self, key: str, answer: str) -> None:
        """Keep an answer."""
        if self._broken:
            return
        with self._lock:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self._open() as connection:
                    row = (key, time.time(), zlib.compress(json.dumps(answer).encode()))
                    connection.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", row)
                    self._trim(connection)
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._owner != os.getpid():  # SQLite must not cross a fork
            self._connection = sqlite3.connect(self.path, timeout=PATIENCE, check_same_thread=False)
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_TABLE)
            self._owner = os.getpid()
        return self._connection

    def _trim(self, connection: sqlite3.Connection) -> None:
        pages = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count")]
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        if (pages[0] - pages[1]) * size > self.largest:
            oldest = "SELECT key FROM answers ORDER BY made LIMIT (SELECT COUNT(*) / 10 + 1 FROM answers)"
            connection.execute(f"DELETE FROM answers WHERE key IN ({oldest})")  # noqa: S608  (our own words)

    def _give_up(self, error: Exception) -> None:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            return  # others write without a pause: this answer is not kept, the next one may be
        self._broken = True
        warnings.warn(
            f"the cache of model answers {self.path} cannot be used ({error}); work goes on without it. "
            f"Delete the file, or set {SETTING}=off",
            stacklevel=2,
        )


class CachedModel(Wrapper):
    """Answers a request that was made before from the disk: no call, no tokens, `cached` 1 in its usage.

    The key is a hash of the whole request and of the model's settings: address, model, temperature, limits,
    protocol, messages, schema, seed. A model that does not tell its `settings` is not cached, because two
    such models may bear one name.

    Args:
        model: who answers what is not there.
        cache: where answers are kept: a cache, a file, or None for the user's own.
    """

    def __init__(self, model: LanguageModel, cache: AnswerCache | str | Path | None = None) -> None:
        super().__init__(model)
        self.cache = AnswerCache(Path(cache)) if isinstance(cache, str | Path) else cache or default_cache()

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The answer kept, or that of the model behind, which is kept from now on."""
        settings = self.settings
        if self.cache is None or not settings:
            return self.model.complete(messages, schema=schema, seed=seed)
        key = answer_key(settings, messages, schema, seed)
        kept = self.cache.get(key)
        if kept is not None:
            return Completion(kept, Usage(cached=1))
        answer = self.model.complete(messages, schema=schema, seed=seed)
        if answer.text.strip():  # a model that said nothing may do better next time
            self.cache.put(key, encodable(without_keys(self.scrub(answer.text))))
        return answer


def default_cache() -> AnswerCache | None:
    """The user's cache; None when the environment says `MOLGRAD_LLM_CACHE=off`."""
    given = os.environ.get(SETTING, "")
    if given.lower() in ("off", "0", "no"):
        return None
    if given:
        return AnswerCache(Path(given).expanduser())
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = Path("~/Library/Caches") if sys.platform == "darwin" else Path(base)
    try:
        return AnswerCache(home.expanduser() / "molgrad" / "answers.db")
    except RuntimeError:  # no home directory
        return None

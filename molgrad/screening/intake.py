"""A library file into the database of a screen, as a stream that goes on where it was stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from molgrad.io import Entry
from molgrad.io.encoding import binary_chunks
from molgrad.io.kinds import TABLE, is_known, kind_of
from molgrad.screening.examining import Examined, Rules, examine_all
from molgrad.screening.store import ScreenStore

TOGETHER = 1000  # entries of a transaction, and molecules of a shard


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage of a screen is.

    Attributes:
        stage: "reading" or "docking".
        done: entries or docks.
        total: of them; 0 where it is not known.
        left: seconds that it will take; None where that is not known.
        words: what else there is to say.
    """

    stage: str
    done: int
    total: int
    left: float | None
    words: str


Watch = Callable[[Progress], None]


def take_in(
    store: ScreenStore,
    entries: Iterator[Entry],
    rules: Rules,
    workers: int,
    *,
    total: int = 0,
    watch: Watch,
    stop: Callable[[], str] = str,
) -> None:
    """Examine the entries that the database does not have yet, and keep them.

    Args:
        store: of the screen.
        entries: of the whole library, from its beginning.
        rules: what molecules must be.
        workers: processes.
        total: entries of the library, about; 0 where it is not known.
        watch: called after each piece.
        stop: says why to end after a piece; an empty text goes on.
    """
    if store.meta("complete"):
        return
    before = int(store.meta("read") or 0)
    began, read = time.monotonic(), before
    for piece in _pieces(examine_all(islice(entries, before, None), rules, workers)):
        store.add(piece)
        read += len(piece)
        left = (time.monotonic() - began) / (read - before) * max(0, total - read) if total else None
        watch(Progress("reading", read, total, left, f"{store.size()} to choose from"))
        if stop():
            return
    store.set_meta("complete", value=True)


def _pieces(chunks: Iterable[list[Examined]]) -> Iterator[list[Examined]]:
    """The same in pieces of `TOGETHER`."""
    kept: list[Examined] = []
    for chunk in chunks:
        kept += chunk
        while len(kept) >= TOGETHER:
            yield kept[:TOGETHER]
            del kept[:TOGETHER]
    if kept:
        yield kept


def lines_of(paths: Iterable[Path]) -> int:
    """About how many entries the files hold: the lines of tables; 0 where a file of another kind is among them.

    Args:
        paths: files and folders.

    Raises:
        InputFileError: a compressed file that cannot be unpacked.
        OSError: a file that cannot be read.
    """
    total = 0
    for path in paths:
        if path.is_dir() or not is_known(path) or kind_of(path) != TABLE:
            return 0
        total += sum(chunk.count(b"\n") for chunk in binary_chunks(path))
    return total

"""Molecules of a library looked at before any dock: sound or not, which compound, what a surrogate needs of it."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from threading import Thread

import numpy as np

from molgrad.chem.identity import identity
from molgrad.chem.similarity import packed_bits
from molgrad.errors import shorten
from molgrad.io import Entry
from molgrad.molecule.domain import MoleculeDomain
from molgrad.validation import Validator
from molgrad.validation.bounds import Bounds

CHUNK = 200  # entries that a process gets at once: some 0.2 s of work
AHEAD = 3  # chunks for each process under way at a time
PATIENCE = 20  # seconds for one entry; most take some milliseconds
LOOK = 1.0  # seconds between looks whether the parent process is still there
UNREADABLE = "not readable"  # why an entry was left out, where it is no molecule at all
_KEY = 8  # bytes; with a million compounds two share a key once in 40 million libraries


@dataclass(frozen=True, slots=True)
class Rules:
    """What a molecule of the library must be.

    Attributes:
        preset: of the validator.
        keep: SMARTS of parts that must be there.
        exclude: SMARTS of parts that must not be there.
    """

    preset: str = "dockable"
    keep: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def validator(self) -> Validator:
        """The checks. Raises UnknownNameError and InputFileError."""
        return Validator(self.preset, extra=Bounds(keep=self.keep, exclude=self.exclude).checks())


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of an entry of the library.

    Attributes:
        entry: as it was read.
        smiles: canonical; empty where it was left out.
        key: of the compound, equal for its tautomers, charge states and spellings.
        bits: packed fingerprint.
        linear: the plain features, as float32.
        kind: why it was left out, for counting; empty where it was not.
        reason: the same in a sentence.
    """

    entry: Entry
    smiles: str = ""
    key: int = 0
    bits: bytes = b""
    linear: bytes = b""
    kind: str = ""
    reason: str = ""


def examine_all(entries: Iterable[Entry], rules: Rules, workers: int) -> Iterator[list[Examined]]:
    """The entries in their order, chunk by chunk, examined in processes; memory does not grow with their number.

    An entry that ends its process, or takes too long, is left out by name; the rest of its chunk is examined anew.

    Args:
        entries: of the library.
        rules: what molecules must be.
        workers: processes.
    """
    source = iter(entries)
    waiting: deque[tuple[list[Entry], Future[list[Examined]]]] = deque()
    with _Processes(workers, rules) as processes:
        while chunk := list(islice(source, CHUNK)):
            waiting.append((chunk, processes.submit(chunk)))
            if len(waiting) >= AHEAD * workers:
                yield processes.result(*waiting.popleft())
        while waiting:
            yield processes.result(*waiting.popleft())


class _Processes:
    """A pool that is made anew where a process of it ended."""

    def __init__(self, workers: int, rules: Rules) -> None:
        self._workers, self._rules = workers, rules
        self._pool = _pool(workers)

    def submit(self, chunk: list[Entry]) -> Future[list[Examined]]:
        try:
            return self._pool.submit(_in_time, chunk, self._rules)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False)
            self._pool = _pool(self._workers)
            return self._pool.submit(_in_time, chunk, self._rules)

    def result(self, chunk: list[Entry], future: Future[list[Examined]]) -> list[Examined]:
        try:
            return future.result()
        except BrokenProcessPool:
            return _in_halves(chunk, self._rules)

    def __enter__(self) -> _Processes:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    """Processes that end with this one, also where it is killed: they would wait for work for ever."""
    return ProcessPoolExecutor(workers, initializer=_end_with, initargs=(os.getpid(),))


def _end_with(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its pool
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _in_halves(chunk: Sequence[Entry], rules: Rules) -> list[Examined]:
    """The same in a process of its own; where that ends, each half in one, down to the entry that ends it."""
    with _pool(1) as alone:
        try:
            return alone.submit(_in_time, chunk, rules).result()
        except BrokenProcessPool:
            pass
    if len(chunk) == 1:
        return [
            Examined(chunk[0], kind=UNREADABLE, reason=f"the process that looked at it ended, or took {PATIENCE} s")
        ]
    half = len(chunk) // 2
    return [*_in_halves(chunk[:half], rules), *_in_halves(chunk[half:], rules)]


def _in_time(entries: Sequence[Entry], rules: Rules) -> list[Examined]:
    """As `examine`; an entry that takes too long ends this process, for RDKit cannot be interrupted."""
    found = []
    for entry in entries:
        signal.alarm(PATIENCE)
        found += examine([entry], rules)
    signal.alarm(0)
    return found


def examine(entries: Sequence[Entry], rules: Rules) -> list[Examined]:
    """What is known of each entry; never raises for what one holds.

    Args:
        entries: of the library.
        rules: what molecules must be.
    """
    validator, domain = _validator(rules), MoleculeDomain()
    return [_examined(entry, validator, domain) for entry in entries]


@lru_cache(maxsize=1)
def _validator(rules: Rules) -> Validator:
    return rules.validator()


def _examined(entry: Entry, validator: Validator, domain: MoleculeDomain) -> Examined:
    if entry.error:
        return Examined(entry, kind=UNREADABLE, reason=entry.error)
    try:
        verdict = validator.check(entry.smiles)
        if verdict.smiles is None:
            return Examined(entry, kind=UNREADABLE, reason=verdict.text)
        if not verdict.ok:
            return Examined(entry, kind=verdict.reasons[0].rule, reason=verdict.text)
        features = domain.features(verdict.smiles)
        linear = np.asarray(features.linear, dtype=np.float32).tobytes()
        return Examined(entry, verdict.smiles, compound_key(verdict.smiles), packed_bits(verdict.smiles), linear)
    except Exception as error:  # whatever RDKit makes of one molecule must not end the stream
        return Examined(entry, kind=UNREADABLE, reason=shorten(f"{type(error).__name__}: {error}", 200))


def compound_key(smiles: str) -> int:
    """A number of 64 bits for the compound; equal for tautomers, charge states and spellings of it.

    Args:
        smiles: canonical.

    Raises:
        InvalidMoleculeError: it is no molecule.
    """
    return int.from_bytes(blake2b(identity(smiles).encode(), digest_size=_KEY).digest(), "big", signed=True)

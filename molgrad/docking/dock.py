"""Docking lists of molecules: every molecule becomes a row, in order or as they finish."""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from types import TracebackType

from molgrad.chem.states import DEFAULT_PROTONATION, load_protonation
from molgrad.docking.cache import DockCache, dock_key
from molgrad.docking.effort import Effort, chosen
from molgrad.docking.pool.pool import DockingPool, available_cores
from molgrad.docking.result import DockResult
from molgrad.docking.species import MOST_TAUTOMERS
from molgrad.errors import WorkerDiedError
from molgrad.evaluation import Status
from molgrad.receptors.receptor import Receptor
from molgrad.validation import Validator

AHEAD = 4  # jobs queued per worker: enough to keep it busy, few enough to drop when the caller stops
KEPT = 10_000  # results kept for equal molecules further down a list; about 10 KB each

Wish = tuple[str, str | None, str | None]  # molecule, species given, relative's pose


class Docker:
    """Docks molecules into one receptor.

    A molecule that cannot be docked is a result with status INVALID (its own fault) or FAILED (the
    machine's) and a reason; nothing is raised for it and nothing of the rest is lost. The same molecule,
    receptor, box, effort, relative and seed give the same result, whichever process docks it, in whatever
    order.

    The processes start with the first dock and stay until `close`, the end of a `with` block, or the end of
    Python.

    Args:
        receptor: from `load_receptor`.
        effort: "fast", "standard" (the default) or "thorough", or a plan of your own; see `docking.effort`.
        exhaustiveness: instead of an effort, one plain search of Vina; time grows with it.
        seed: another seed gives another conformer and another search, an independent confirmation.
        workers: molecules docked at once; all cores when None.
        poses: poses kept for each molecule, at most.
        timeout: seconds after which the watchdog stops a dock; counted anew for each species of a molecule.
        cache: where results are kept and found again; None docks everything.
        protonation: "openbabel" (charges at pH 7.4) or "none" (docked as designed).
        tautomers: forms docked of each stereoisomer, 1 to 4, of those that water holds beside the drawn one.

    A molecule with open centres is docked in each stereoisomer, up to eight species in all, and the best one is
    the result; `note` and `effort["species"]` say which there were. It costs as much as they would one by one.
    """

    def __init__(
        self,
        receptor: Receptor,
        *,
        effort: str | Effort | None = None,
        exhaustiveness: int | None = None,
        seed: int = 0,
        workers: int | None = None,
        poses: int = 3,
        timeout: float = 600.0,
        cache: DockCache | None = None,
        protonation: str = DEFAULT_PROTONATION,
        tautomers: int = 1,
    ) -> None:
        load_protonation(protonation)
        if not 1 <= tautomers <= MOST_TAUTOMERS:
            raise ValueError(f"tautomers must be from 1 to {MOST_TAUTOMERS}, not {tautomers}")
        if poses < 1 or (workers is not None and workers < 1) or timeout <= 0:
            raise ValueError("poses and workers must be at least 1, timeout above 0")
        self.receptor = receptor
        self.effort = chosen(effort, exhaustiveness)
        self.seed = seed
        self.workers = workers or available_cores()
        self.poses = poses
        self.timeout = timeout
        self.cache = cache
        self.protonation = protonation
        self.tautomers = tautomers
        self._validator = Validator("dockable")
        self._pool: DockingPool | None = None
        self._owner = os.getpid()

    def dock(
        self,
        smiles: Sequence[str],
        docked_states: Sequence[str | None] | None = None,
        parents: Sequence[str | None] | None = None,
    ) -> list[DockResult]:
        """A result for each molecule, in the order given. Arguments and errors as for `stream`."""
        rows = dict(self.stream(smiles, docked_states, parents))
        return [rows[index] for index in range(len(smiles))]

    def stream(
        self,
        smiles: Sequence[str],
        docked_states: Sequence[str | None] | None = None,
        parents: Sequence[str | None] | None = None,
    ) -> Iterator[tuple[int, DockResult]]:
        """(index, result) for each molecule as it finishes; equal molecules are docked once.

        Molecules are read and validated a few ahead of the docking. One that comes again after more than
        `KEPT` others is docked again, to the same result.

        Args:
            smiles: designed molecules.
            docked_states: for each the state to dock instead of those chosen, or None.
            parents: for each the pose (mol block) of a relative in this receptor, or None. Poses built on it
                are tried beside the unseeded search, and the better one is kept and marked.

        Raises:
            ReceptorError: the receptor cannot be used; no molecule is docked then.
            WorkerDiedError: docking processes cannot be started on this machine, or no more of them. What was
                docked before has been handed over; the rest is not marked as failed.
        """
        states = list(docked_states) if docked_states is not None else [None] * len(smiles)
        given = list(parents) if parents is not None else [None] * len(smiles)
        if not len(states) == len(given) == len(smiles):
            raise ValueError(f"{len(smiles)} molecules but {len(states)} docked states and {len(given)} parents")
        window = AHEAD * self.workers
        rows = enumerate(zip(smiles, states, given, strict=True))
        book = _Book()
        waiting: deque[Wish] = deque()
        running: dict[Future[DockResult], Wish] = {}
        try:
            while True:
                while len(running) < window:
                    if not waiting:
                        yield from self._admitted(rows, book, waiting, window)
                    if not waiting:
                        break
                    key = waiting.popleft()
                    running[self._submit(key)] = key
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in [f for f in running if f in done]:  # in the order they were submitted
                    result = future.result()
                    if result.effort.get("broken"):  # no fault of the molecule: it stays open, for a machine that works
                        raise WorkerDiedError(result.reason)
                    yield from book.finished(running.pop(future), result)
        finally:
            if running and self._pool is not None:
                self._pool.drop(list(running))  # Ctrl-C, or a caller that stopped listening

    def _admitted(
        self,
        rows: Iterator[tuple[int, Wish]],
        book: _Book,
        waiting: deque[Wish],
        window: int,
    ) -> Iterator[tuple[int, DockResult]]:
        """Move rows on until `window` molecules wait, the largest first; yields those that need no dock.

        A long dock begun last leaves workers idle; only within a window, so that results of a long list
        still come roughly in the order given.
        """
        keys: list[Wish] = []
        for index, (text, state, parent) in rows:
            verdict = self._validator.check(text)
            if not verdict.ok or verdict.smiles is None:
                yield index, DockResult(verdict.smiles or text, status=Status.INVALID, reason=verdict.text)
                continue
            key, note = (verdict.smiles, state, parent), _kept(verdict.notes)
            if key in book.results:
                yield index, _with_note(book.results[key], note)
            elif key in book.listeners:
                book.listeners[key].append((index, note))
            else:
                book.listeners[key] = [(index, note)]
                keys.append(key)
                if len(keys) == window:
                    break
        waiting.extend(sorted(keys, key=lambda key: -len(key[0])))

    def _submit(self, wish: Wish) -> Future[DockResult]:
        smiles, state, parent = wish
        protonation, tautomers = self.protonation, self.tautomers
        place = (
            dock_key(self.receptor, *wish, self.effort, self.seed, self.poses, protonation, tautomers)
            if self.cache
            else ""
        )
        if self.cache and (known := self.cache.get(place)):
            future: Future[DockResult] = Future()
            future.set_result(known)
            return future
        future = self._running_pool().submit(
            smiles, docked_smiles=state, effort=self.effort, poses=self.poses, parent=parent,
            protonation=protonation, tautomers=tautomers,
        )  # fmt: skip
        if self.cache:
            keep = self.cache.put
            future.add_done_callback(lambda done: None if done.cancelled() else keep(place, done.result()))
        return future

    def _running_pool(self) -> DockingPool:
        if self._pool is None or self._owner != os.getpid() or not self._pool.alive():  # a fork needs its own
            self._pool = DockingPool(self.receptor, workers=self.workers, seed=self.seed, timeout=self.timeout)
            self._owner = os.getpid()
        return self._pool

    def pids(self) -> tuple[int, ...]:
        """Process ids of the docking processes; empty before the first dock."""
        return self._pool.pids() if self._pool else ()

    def close(self) -> None:
        """End the processes at once; the next dock starts new ones."""
        if self._pool is not None:
            self._pool.close(kill=True)
            self._pool = None

    def __enter__(self) -> Docker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _kept(notes: Sequence[str]) -> str:
    """What was done to the text; open stereo is left out, since the dock says how it closed it."""
    return "; ".join(note for note in notes if not note.startswith("undefined stereo"))


@dataclass
class _Book:
    """Who waits for which molecule, and the results of late."""

    listeners: dict[Wish, list[tuple[int, str]]] = field(default_factory=dict)
    results: OrderedDict[Wish, DockResult] = field(default_factory=OrderedDict)

    def finished(self, key: Wish, result: DockResult) -> Iterator[tuple[int, DockResult]]:
        self.results[key] = result
        if len(self.results) > KEPT:
            self.results.popitem(last=False)
        for index, note in self.listeners.pop(key):
            yield index, _with_note(result, note)


def _with_note(result: DockResult, note: str) -> DockResult:
    """The result with what was done to the text before docking (a salt stripped) in front."""
    if not note:
        return result
    return replace(result, note="; ".join(words for words in (note, result.note) if words))

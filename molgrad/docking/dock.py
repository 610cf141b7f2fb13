"""Docking lists of molecules: every molecule becomes a row, in order or as they finish."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import Executor as FuturesExecutor
from types import TracebackType
from typing import NamedTuple, Unpack

from molgrad.chem.stereo import says_open
from molgrad.docking.cache import DockCache, software
from molgrad.docking.engine import POSE_SEEDING, THREADS, DockEngine, load_engine
from molgrad.docking.executor import DockExecutor, load_executor
from molgrad.docking.in_flight import InFlight
from molgrad.docking.request import DockFields, DockRequest, DockSettings, ReceptorContent
from molgrad.docking.result import DockResult
from molgrad.errors import DockingError, WorkerDiedError, whole
from molgrad.evaluation import Status
from molgrad.llm.parallel import WAKE
from molgrad.receptors.receptor import Receptor, check_receptor
from molgrad.validation import Validator


class Asked(NamedTuple):
    """One dock that is asked for.

    Attributes:
        smiles: the designed molecule.
        docked_state: the species to dock instead of those chosen, or None.
        parent: the pose (mol block) of a relative in this receptor, or None.
        settings: how to dock it where that differs from the docker's; seed and engine have to be the docker's.
        repeat: 0 for the first dock, 1, 2 ... for independent ones from other conformers.
    """

    smiles: str
    docked_state: str | None = None
    parent: str | None = None
    settings: DockSettings | None = None
    repeat: int = 0


AHEAD = 4  # jobs queued per worker: enough to keep it busy, few enough to drop when the caller stops


class Docker:
    """Docks molecules into one receptor.

    A molecule that cannot be docked is a result with status INVALID (its own fault) or FAILED (the
    machine's) and a reason; nothing is raised for it and nothing of the rest is lost. The same molecule,
    receptor, settings, relative and seed give the same result, whichever process docks it, in whatever order.

    The processes start with the first dock and stay until `close`, the end of a `with` block, or the end of
    Python. A molecule with open centres is docked in each stereoisomer, up to eight species in all, and the best one
    is the result; `note` and `provenance.species` say which there were. It takes as long as they do one by one.

    Args:
        receptor: from `load_receptor`.
        settings: how to dock; made from `fields` when None.
        workers: molecules docked at once; when None all cores, or one for an engine that uses all cores itself.
        cache: where results are kept and found again; None docks everything.
        executor: where docks run: None for processes of this machine, a registered name, or an executor, such as
            `concurrent.futures.ProcessPoolExecutor` or dask's `client.get_executor()`. One given is not shut down.
        fields: the settings one by one: effort, exhaustiveness, seed, poses, protonation, tautomers, states,
            timeout (s), engine; see `DockSettings`.

    Raises:
        ReceptorError: files or box of the receptor cannot be used.
        ValueError: a setting out of its range, with its name.
        UnknownNameError: no such effort, protonation, engine or executor.
    """

    def __init__(
        self,
        receptor: Receptor,
        settings: DockSettings | None = None,
        *,
        workers: int | None = None,
        cache: DockCache | None = None,
        executor: str | DockExecutor | FuturesExecutor | None = None,
        **fields: Unpack[DockFields],
    ) -> None:
        self.receptor = receptor
        self.settings = settings or DockSettings.of(**fields)
        self.engine: DockEngine = load_engine(self.settings.engine)
        self.cache = cache
        self._ours = executor is None or isinstance(executor, str)
        if workers is not None:
            whole("workers", workers, 1)
        elif THREADS in self.engine.offers:
            workers = 1
        self._executor = load_executor(executor, workers)
        self.workers = self._executor.workers
        self._content: ReceptorContent | None = None
        self._validator = Validator("dockable")

    def dock(
        self,
        smiles: Sequence[str],
        docked_states: Sequence[str | None] | None = None,
        parents: Sequence[str | None] | None = None,
    ) -> list[DockResult]:
        """A result for each molecule, in the order given. Errors as for `stream`.

        Args:
            smiles: designed molecules.
            docked_states: for each the species to dock instead of those chosen, or None.
            parents: for each the pose of a relative, or None.
        """
        rows = dict(self.stream(smiles, docked_states, parents))
        return [rows[index] for index in range(len(smiles))]

    def again(self, smiles: str, repeat: int, docked_state: str | None = None, parent: str | None = None) -> DockResult:
        """An independent dock of a molecule that was docked before. Errors as for `stream`.

        Args:
            smiles: the designed molecule.
            repeat: 1 for the second dock, 2 for the third ...; each starts from other conformers.
            docked_state: the species to dock instead of those chosen, or None.
            parent: the pose of a relative, or None.
        """
        whole("repeat", repeat, 1)
        return dict(self.each([Asked(smiles, docked_state, parent, repeat=repeat)]))[0]

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
            docked_states: for each the species to dock instead of those chosen, or None.
            parents: for each the pose (mol block) of a relative in this receptor, or None. A pose is built on
                it beside the unseeded search where effort and engine allow it; `pose_mode` says which one counts.

        Raises:
            ReceptorError: the receptor cannot be used; no molecule is docked then.
            WorkerDiedError: docking processes cannot be started on this machine, or no more of them. What was
                docked before has been handed over; the rest is not marked as failed.
            DockingError: the executor has another version of the docking program.
        """
        states = list(docked_states) if docked_states is not None else [None] * len(smiles)
        given = list(parents) if parents is not None else [None] * len(smiles)
        if not len(states) == len(given) == len(smiles):
            raise ValueError(f"{len(smiles)} molecules but {len(states)} docked states and {len(given)} parents")
        return self.each(map(Asked, smiles, states, given))

    def each(self, asked: Iterable[Asked]) -> Iterator[tuple[int, DockResult]]:
        """(index, result) for each dock as it finishes, each with settings of its own. Errors as for `stream`.

        Args:
            asked: the docks.
        """
        rows, table = enumerate(asked), InFlight()
        waiting: deque[DockRequest] = deque()
        running: dict[Future[DockResult], DockRequest] = {}
        try:
            while True:
                window = AHEAD * self._executor.workers  # those of a cluster come and go
                while len(running) < window:
                    if not waiting:
                        yield from self._admitted(rows, table, waiting, window)
                    if not waiting:
                        break
                    request = waiting.popleft()
                    running[self._submit(request)] = request
                if not running:
                    return
                done, _ = wait(running, WAKE, return_when=FIRST_COMPLETED)
                for future in [f for f in running if f in done]:  # in the order they were submitted
                    result = future.result()
                    if result.provenance.broken:  # no fault of the molecule: it stays open, for a machine that works
                        raise WorkerDiedError(result.reason)
                    self._check_version(result)
                    yield from table.finished(running.pop(future), result)
        finally:
            for future in running:  # Ctrl-C, or a caller that stopped listening
                future.cancel()

    def _admitted(
        self, rows: Iterator[tuple[int, Asked]], table: InFlight, waiting: deque[DockRequest], window: int
    ) -> Iterator[tuple[int, DockResult]]:
        """Move rows on until `window` molecules wait, the largest first; yields those that need no dock.

        A long dock begun last leaves workers idle; only within a window, so that results of a long list
        still come roughly in the order given.
        """
        fresh: list[DockRequest] = []
        for index, asked in rows:
            verdict = self._validator.check(asked.smiles)
            if not verdict.ok or verdict.smiles is None:
                yield index, DockResult(verdict.smiles or asked.smiles, status=Status.INVALID, reason=verdict.text)
                continue
            request = self._request(verdict.smiles, asked)
            known = table.joined(request, index, kept_notes(verdict.notes))
            if known is not None:
                yield index, known
            elif table.is_new(request):
                fresh.append(request)
                if len(fresh) == window:
                    break
        waiting.extend(sorted(fresh, key=lambda request: -len(request.smiles)))

    def _request(self, smiles: str, asked: Asked) -> DockRequest:
        """What is asked of the executor; a pose that would not be used makes no other dock."""
        if self._content is None:
            check_receptor(self.receptor)
            self._content = ReceptorContent.of(self.receptor)
        settings = asked.settings or self.settings
        parent = asked.parent if settings.builds_poses and POSE_SEEDING in self.engine.offers else None
        return DockRequest(smiles, settings, self._content.key, asked.docked_state, parent, asked.repeat)

    def _submit(self, request: DockRequest) -> Future[DockResult]:
        """A future from the cache, else from the executor, whose result goes into the cache."""
        key = request.key(self.engine.spec(), software()) if self.cache else ""
        if self.cache and (known := self.cache.get(key)):
            future: Future[DockResult] = Future()
            future.set_result(known)
            return future
        assert self._content is not None  # noqa: S101 - for the type checker; `_request` made it
        self._executor.provide(self._content)
        future = self._executor.submit(request)
        if self.cache:
            cache = self.cache
            future.add_done_callback(lambda done: _keep(cache, key, done))
        return future

    def _check_version(self, result: DockResult) -> None:
        """Refuse a result of another version of the docking program: its scores are other scores."""
        mine, theirs = self.engine.version, result.provenance.versions.get(self.engine.name)
        if theirs is not None and theirs != mine:
            raise DockingError(
                f"the executor docks with {self.engine.title} {theirs}, here is {mine}: install the same version there"
            )

    def pids(self) -> tuple[int, ...]:
        """Process ids of our own docking processes; empty before the first dock."""
        ids: tuple[int, ...] = self._executor.pids() if hasattr(self._executor, "pids") else ()
        return ids

    def close(self) -> None:
        """End our own processes at once; the next dock starts new ones."""
        if self._ours:
            self._executor.shutdown(cancel_futures=True)

    def __enter__(self) -> Docker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _keep(cache: DockCache, key: str, done: Future[DockResult]) -> None:
    """Put what a dock gave into the cache; what was played back need not be a dock of this receptor file."""
    if not done.cancelled() and done.exception() is None and not done.result().provenance.recorded:
        cache.put(key, done.result())


def kept_notes(notes: Sequence[str]) -> str:
    """What was done to the text; open stereo is left out, since the dock says how it closed it.

    Args:
        notes: of the validator.
    """
    return "; ".join(note for note in notes if not says_open(note))

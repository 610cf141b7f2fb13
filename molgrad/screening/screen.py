"""A screen: a library read once, a part of it docked, batch by batch, in a folder from which it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from molgrad.campaign.folder import Lock, compare
from molgrad.campaign.limits import Stop
from molgrad.docking.result import DockResult
from molgrad.errors import CampaignError, InputFileError
from molgrad.io import Entry
from molgrad.screening.choosing import Chooser, Plan
from molgrad.screening.examining import Rules
from molgrad.screening.intake import Progress, Watch, take_in
from molgrad.screening.results import TABLE, write_results
from molgrad.screening.store import DATABASE, DOCKS, Pick, ScreenStore

PART = 64  # molecules docked before it is looked whether to stop


class DockerLike(Protocol):
    """What a screen needs of a docker: a stream of results."""

    def stream(
        self, smiles: Sequence[str], docked_states: Sequence[str | None] | None = None
    ) -> Iterator[tuple[int, DockResult]]:
        """(index, result) for each molecule as it finishes."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """The library, as it is read anew each time.

    Attributes:
        entries: gives the entries from the first one on.
        total: entries, about; 0 where it is not known.
        spec: what tells this library from another, as JSON.
    """

    entries: Callable[[], Iterator[Entry]]
    total: int
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Screened:
    """What a screen gave so far.

    Attributes:
        folder: with results.csv, poses.sdf and left_out.csv.
        read: entries of the library.
        molecules: how many of them could be chosen from.
        left_out: how many were left out, by the kind of reason.
        docked: how many have an affinity.
        failed: how many were docked and have none.
        best: name and affinity (kcal/mol) of the best; None where nothing has an affinity.
        ended: why it ended before its docks were spent; empty where it did not.
    """

    folder: Path
    read: int
    molecules: int
    left_out: Mapping[str, int]
    docked: int
    failed: int
    best: tuple[str, float] | None
    ended: str = ""


class Screen:
    """Docks a part of a library in a folder; the same screen goes on there after it was stopped or killed.

    Determinism: the same library, rules, docking settings, seed, docks and batch give the same molecules, whatever the
    number of workers and however often it was stopped. One process writes to a folder at a time.

    Args:
        folder: made if it is not there.
        settings: what decides the affinities and the choice beside the library and the rules, as JSON; a folder made
            with other settings is refused.
        rules: what molecules must be.
        seed: of the choice.
        slopes: prior change of the affinity per unit of each plain feature, kcal/mol; see `Docking.prior_slopes`.

    Raises:
        CampaignError: the folder cannot be used.
        CampaignLockedError: another process is at work in it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settings: Mapping[str, Any],
        rules: Rules,
        seed: int = 0,
        slopes: Sequence[float] = (),
    ) -> None:
        rules.validator()  # a SMARTS that cannot be read is said before a folder is made
        self.folder, self.rules, self.seed, self.slopes = folder, rules, seed, tuple(slopes)
        self._settings = {**settings, "seed": seed, "preset": rules.preset}
        self._settings |= {"keep": list(rules.keep), "exclude": list(rules.exclude)}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CampaignError(f"{folder} cannot be used as a run folder: {error.strerror or error}") from error
        if (folder / TABLE).exists() and not (folder / DATABASE).exists():
            raise CampaignError(f"{folder} holds {TABLE} and no {DATABASE}: give a folder of its own")
        self._stop, self._ended = Stop(folder), ""
        self._lock = Lock(folder).__enter__()
        try:
            self.store = ScreenStore(folder / DATABASE)
        except BaseException:
            self._lock.__exit__()
            raise

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *error: object) -> None:
        self.store.close()
        self._lock.__exit__()

    def stop(self, why: str = "asked to") -> None:
        """End the screen after what is being looked at or docked, as a file STOP in its folder does.

        Args:
            why: for the result.
        """
        self._stop.ask(why)

    def read(self, library: LibraryFile, *, workers: int = 1, watch: Watch = lambda _: None) -> None:
        """Take in the library, as far as the folder does not hold it.

        Args:
            library: to choose from.
            workers: processes that look at molecules.
            watch: called as it goes.

        Raises:
            SettingsChangedError: the folder was made with another library or other settings.
            InputFileError: the library cannot be read, or nothing in it can be docked.
        """
        settings = {**self._settings, "library": dict(library.spec)}
        if (before := self.store.meta("settings")) is not None:
            compare(self.folder, before, settings)
        self.store.set_meta("settings", settings)
        asked = self._stop.asked
        take_in(self.store, library.entries(), self.rules, workers, total=library.total, watch=watch, stop=asked)
        if self.store.meta("complete") and not self.store.size():
            counts = ", ".join(f"{kind}: {count}" for kind, count in self.store.counts().items())
            self.write()
            raise InputFileError(f"nothing of the library is left to dock ({counts}); left_out.csv says why, by line")

    def dock(
        self, docker: DockerLike, docks: int, *, batch: int | None = None, watch: Watch = lambda _: None
    ) -> Screened:
        """Dock until so many molecules were chosen in all, and write the results, also where it is stopped.

        Args:
            docker: what docks.
            docks: molecules in all, those of an earlier session counted.
            batch: molecules chosen at a time; by default a twentieth of the docks.
            watch: called after each dock.
        """
        self.store.set_meta(DOCKS, min(docks, self.store.size()))
        chooser = Chooser(self.store, Plan.of(docks, batch), self.seed, self.slopes)
        docking = _Docking(self.store, docker, min(docks, self.store.size()), watch)
        try:
            picks = self._waiting() or chooser.next_batch() if self.store.meta("complete") else []
            while picks and not self._halted():
                docking.run(picks[:PART])
                picks = picks[PART:] or chooser.next_batch()
        finally:
            self.write()
        if not self.store.meta("complete"):
            self._halted()
        return self.result()

    def limit(self, hours: float | None) -> None:
        """Let the screen end after so many hours, counted from now.

        Args:
            hours: by the clock; None is no limit.
        """
        self._stop.start(hours)

    def _halted(self) -> bool:
        self._ended = self._ended or self._stop.asked()
        return bool(self._ended)

    def _waiting(self) -> list[Pick]:
        """What was chosen and not docked when an earlier session ended."""
        known = self.store.affinities()
        return [pick for _, pick in self.store.picked() if pick.molecule not in known]

    def write(self) -> None:
        """Write results.csv, poses.sdf and left_out.csv anew."""
        write_results(self.store, self.folder)

    def result(self) -> Screened:
        """What the folder holds."""
        affinities = self.store.affinities()
        found = {molecule: score for molecule, score in affinities.items() if score is not None}
        best = min(found, key=lambda molecule: (found[molecule], molecule), default=None)
        return Screened(
            self.folder,
            int(self.store.meta("read") or 0),
            self.store.size(),
            self.store.counts(),
            len(found),
            len(affinities) - len(found),
            None if best is None else (self.store.molecules([best])[0].name, found[best]),
            self._ended,
        )


class _Docking:
    """Docks batches and tells how long the rest will take."""

    def __init__(self, store: ScreenStore, docker: DockerLike, total: int, watch: Watch) -> None:
        self._store, self._docker, self._total, self._watch = store, docker, total, watch
        known = store.affinities()
        self._before = self._done = len(known)
        self._best = min((score for score in known.values() if score is not None), default=None)
        self._began = time.monotonic()

    def run(self, picks: Sequence[Pick]) -> None:
        molecules = self._store.molecules([pick.molecule for pick in picks])
        states = [molecule.state for molecule in molecules]
        for place, result in self._docker.stream([molecule.smiles for molecule in molecules], states):
            self._store.keep(molecules[place].id, result)
            self._done += 1
            if result.affinity is not None and (self._best is None or result.affinity < self._best):
                self._best = result.affinity
            each = (time.monotonic() - self._began) / (self._done - self._before)
            words = "" if self._best is None else f"best {self._best:.2f} kcal/mol"
            left = each * (self._total - self._done)
            self._watch(Progress("docking", self._done, self._total, left, words))

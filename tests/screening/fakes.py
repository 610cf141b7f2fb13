"""A docker that computes, and libraries for screens; run as a program it screens and is killed on the way."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from molgrad.chem.descriptors import quick
from molgrad.docking.result import DockResult
from molgrad.evaluation import Status
from molgrad.io import stream_libraries
from molgrad.molecule.domain import MoleculeDomain
from molgrad.screening import intake
from molgrad.screening.examining import Rules
from molgrad.screening.intake import lines_of
from molgrad.screening.screen import LibraryFile, Screen, Screened

PIECE = 30  # entries of a transaction, so that a small library has several


def affinity(smiles: str) -> float:
    """Larger and richer in amides is better; no two alike."""
    known = quick(smiles)
    return -1.2 * known["heavy"] ** 0.5 - 1.5 * smiles.count("C(=O)N") - 0.01 * known["tpsa"]


class Computed:
    """Docks by a function; the last of a batch first. What it raises is a failure."""

    def __init__(self, function: Callable[[str], float] = affinity) -> None:
        self.function, self.asked = function, list[str]()

    def stream(
        self, smiles: Sequence[str], docked_states: Sequence[str | None] | None = None
    ) -> Iterator[tuple[int, DockResult]]:
        for place in reversed(range(len(smiles))):
            self.asked.append(smiles[place])
            try:
                yield place, DockResult(smiles[place], smiles[place], affinity=self.function(smiles[place]))
            except RuntimeError as error:
                yield place, DockResult(smiles[place], status=Status.FAILED, reason=str(error))


def assembled(n: int) -> list[str]:
    """Sound molecules from building blocks."""
    domain, found = MoleculeDomain("dockable"), dict[str, None]()
    for seed in range(n):
        found |= dict.fromkeys(value for value, _ in domain.novel(seed, 50))
        if len(found) >= n:
            break
    return list(found)[:n]


def opened(folder: Path, **settings: object) -> Screen:
    return Screen(folder, settings=settings, rules=Rules())


def file(*paths: Path) -> LibraryFile:
    return LibraryFile(lambda: stream_libraries(paths, []), lines_of(paths), {"files": [path.name for path in paths]})


def screened(folder: Path, path: Path, docks: int, docker: Computed | None = None) -> Screened:
    with opened(folder) as screen:
        screen.read(file(path))
        return screen.dock(docker or Computed(), docks)


def main(folder: str, path: str, docks: str, kill_after: str) -> None:
    """Screen, and be killed at a piece of the library (`read:2`) or a dock (`dock:7`)."""
    intake.TOGETHER = PIECE
    stage, _, count = kill_after.partition(":")
    left = [int(count)]

    def once(this: str) -> None:
        left[0] -= this == stage
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def docked(smiles: str) -> float:
        once("dock")
        return affinity(smiles)

    with opened(Path(folder)) as screen:
        screen.read(file(Path(path)), watch=lambda _: once("read"))
        screen.dock(Computed(docked), int(docks))


if __name__ == "__main__":
    main(*sys.argv[1:])

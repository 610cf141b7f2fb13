"""Memory of this process while a library of many lines is read, printed as it goes."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from multiprocessing import Process
from pathlib import Path

import numpy as np

from benchmarks.screen_molecules import library
from molgrad.chem.similarity import PACKED
from molgrad.docking.result import DockResult
from molgrad.io import Entry, stream_libraries
from molgrad.losses.docking import Docking
from molgrad.screening import intake
from molgrad.screening.choosing import Chooser, Plan
from molgrad.screening.examining import CHUNK, Examined, Rules
from molgrad.screening.intake import Progress, lines_of, take_in
from molgrad.screening.store import ScreenStore

TELL = 20  # times that memory is printed
SET, PLAIN = 0.02, 5  # share of the bits that are set, and plain features, where these are drawn


def write_library(path: Path, lines: int) -> None:
    """A file of so many lines: chains of random pieces, so that nearly all are distinct; one line in 500 is rubbish."""
    rng = random.Random(0)
    ends = [smiles for smiles in library(300, seed=1, largest=20) if smiles[0] in "CN" and "." not in smiles]
    links = ["C", "CC", "NC(=O)", "OC", "N", "CO", "S(=O)(=O)N", "C(=O)N", "c1ccc(cc1)", "c1ccnc(c1)", "C1CCN(CC1)"]
    with path.open("w") as file:
        for number in range(lines):
            middle = "".join(rng.choices(links, k=rng.randint(1, 3)))
            text = "not a molecule" if number % 500 == 499 else rng.choice(links[:8]) + middle + rng.choice(ends)
            file.write(f"{text} line{number + 1}\n")


def resident() -> float:
    """MB of this process in memory."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def unexamined(entries: Iterable[Entry], rules: Rules, workers: int) -> Iterator[list[Examined]]:
    """Every entry with a fingerprint drawn by its number, in place of `examine_all`: for the time of a minute."""
    del rules, workers
    rng = np.random.default_rng(0)
    source = iter(entries)
    while chunk := list(islice(source, CHUNK)):
        bits = np.packbits(rng.random((len(chunk), 8 * PACKED)) < SET, axis=1)
        linear = rng.normal(size=(len(chunk), PLAIN)).astype(np.float32)
        drawn = zip(chunk, bits, linear, rng.integers(2**60, size=len(chunk)), strict=True)
        yield [Examined(e, e.smiles, int(key), b.tobytes(), row.tobytes()) for e, b, row, key in drawn]


def report_memory(lines: int, workers: int, *, examined: bool = True) -> None:
    """Read a generated library of so many lines, choose three times from it, and print memory and time.

    Args:
        lines: of the file.
        workers: processes that look at molecules.
        examined: whether molecules are looked at, or features drawn.
    """
    if not examined:
        intake.examine_all = unexamined
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.smi"
        writer = Process(target=write_library, args=(path, lines))  # its memory is not the screen's
        writer.start()
        writer.join()
        store = ScreenStore(Path(folder) / "screen.db")
        began, told = time.monotonic(), [0]

        def watch(progress: Progress) -> None:
            if progress.done >= told[0] or progress.done >= lines:
                told[0] += lines // TELL
                seconds = time.monotonic() - began
                print(f"{progress.done:9} lines  {resident():6.0f} MB  {seconds:6.0f} s  {progress.words}", flush=True)

        take_in(store, stream_libraries([path], []), Rules(), workers, total=lines_of([path]), watch=watch)
        print(f"read in {time.monotonic() - began:.0f} s; left out: {store.counts()}", flush=True)
        chooser = Chooser(store, Plan.of(500), 0, Docking.prior_slopes)
        for turn in ("the first batch", "a batch by the surrogate, all looked at", "one from the shortlist"):
            began = time.monotonic()
            for pick in chooser.next_batch():
                store.keep(pick.molecule, DockResult("C", affinity=-6.0 - pick.molecule % 100 / 50))
            print(f"{turn}: {time.monotonic() - began:.1f} s, {resident():.0f} MB", flush=True)
        print(f"database: {store.path.stat().st_size / 1e6:.0f} MB")
        store.close()

"""What a screen finds for its docks, and what memory it takes.

    python -m benchmarks.screen [--quick] [--molecules 2000] [--share 0.1] [--top 0.01 0.02 0.05] [--seeds 5]
    python -m benchmarks.screen --dock 2000 [--workers 2]      # dock more of the library, once: hours
    python -m benchmarks.screen --lines 1000000 [--workers 2]  # memory while a library of so many lines is read

The library is made by molgrad's own building blocks and transformations (`screen_molecules`), by a seed. The truth is
in results/screen-truth.jsonl: its first molecules docked into 1ia1 at effort fast, once each. Recovery is the fraction
of the true best that is among the molecules docked. Beside molgrad's choice: a random one, the largest molecules first,
and the choice by the expected affinity alone (greedy). `--quick` takes a computed stand-in for docking
instead; with `--lines` it draws fingerprints instead of looking at molecules, which takes 2 ms each.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.screen_memory import report_memory
from benchmarks.screen_molecules import library, stand_in
from benchmarks.screen_truth import dock_all, truth
from molgrad.chem.descriptors import quick
from molgrad.docking.result import DockResult
from molgrad.io import Entry
from molgrad.losses.docking import Docking
from molgrad.screening import choosing
from molgrad.screening.choosing import Chooser, Plan
from molgrad.screening.examining import Rules
from molgrad.screening.intake import take_in
from molgrad.screening.store import ScreenStore

Method = Callable[[Mapping[str, float], int, int], Sequence[str]]  # truth, docks, seed -> molecules docked


def by_molgrad(scores: Mapping[str, float], docks: int, seed: int) -> Sequence[str]:
    """As `molgrad screen` chooses."""
    with tempfile.TemporaryDirectory() as folder:
        store = ScreenStore(Path(folder) / "screen.db")
        order = list(scores)
        random.Random(seed).shuffle(order)
        take_in(store, iter([Entry(s, s) for s in order]), Rules("parse"), 1, watch=lambda _: None)
        chooser = Chooser(store, Plan.of(docks), seed, Docking.prior_slopes)
        while picks := chooser.next_batch():
            for molecule in store.molecules([pick.molecule for pick in picks]):
                store.keep(molecule.id, DockResult(molecule.smiles, affinity=scores[molecule.name]))
        found = [molecule.name for molecule in store.molecules(list(store.affinities()))]
        store.close()
    return found


def greedily(scores: Mapping[str, float], docks: int, seed: int) -> Sequence[str]:
    """As `molgrad screen`, by the expected affinity alone."""
    kappa, choosing.KAPPA = choosing.KAPPA, 0.0
    try:
        return by_molgrad(scores, docks, seed)
    finally:
        choosing.KAPPA = kappa


def at_random(scores: Mapping[str, float], docks: int, seed: int) -> Sequence[str]:
    """Any."""
    return random.Random(seed).sample(list(scores), docks)


def by_size(scores: Mapping[str, float], docks: int, seed: int) -> Sequence[str]:
    """The largest, without looking at any affinity; of equals any."""
    order = list(scores)
    random.Random(seed).shuffle(order)
    return sorted(order, key=lambda smiles: -quick(smiles)["heavy"])[:docks]


METHODS: dict[str, Method] = {"molgrad": by_molgrad, "greedy": greedily, "largest": by_size, "random": at_random}


def recovery(scores: Mapping[str, float], docked: Sequence[str], best: int) -> float:
    """The fraction of the true `best` that was docked."""
    top = sorted(scores, key=lambda smiles: (scores[smiles], smiles))[:best]
    return len(set(top) & set(docked)) / best


def compare(scores: Mapping[str, float], share: float, tops: Sequence[float], seeds: int) -> None:
    """Print the recovery of each method, mean and range over seeds; a seed has its own order and first batch."""
    docks, sizes = round(share * len(scores)), [max(1, round(top * len(scores))) for top in tops]
    print(f"{len(scores)} molecules, {docks} docked; recovery of the true best; seeds: {seeds}")
    print(f"  {'':8} " + " ".join(f"{f'{size} best':>20}" for size in sizes))
    for name, method in METHODS.items():
        found = [method(scores, docks, seed) for seed in range(seeds)]
        rates = [[recovery(scores, one, size) for one in found] for size in sizes]
        cells = (f"{statistics.mean(r):.0%} ({min(r):.0%} to {max(r):.0%})" for r in rates)
        print(f"  {name:8} " + " ".join(f"{cell:>20}" for cell in cells), flush=True)


def main() -> None:
    """Print recoveries, or memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--molecules", type=int, default=2000)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--top", type=float, nargs="+", default=[0.01, 0.02, 0.05])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--dock", type=int)
    parser.add_argument("--lines", type=int)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    if given.lines:
        report_memory(given.lines, given.workers, examined=not given.quick)
        return
    if given.dock:
        dock_all(given.dock, given.workers)
    if given.quick:
        print("a computed stand-in for docking")
        scores = {smiles: stand_in(smiles) for smiles in library(given.molecules)}
    else:
        scores = truth(given.molecules)
    compare(scores, given.share, given.top, given.seeds)


if __name__ == "__main__":
    main()

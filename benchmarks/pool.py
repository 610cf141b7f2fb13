"""What workers and the cache are worth: parallel efficiency of docking, and the time of a hit.

    python benchmarks/pool.py [--workers 2] [--effort standard] [--repeats 3]

The 30 reference ligands are docked into 1ia1 with one worker and with several, in turn, without a cache; the receptor
is loaded before the clock starts. Efficiency is wall time with one worker by workers times wall time with all. Run it
on an idle machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from molgrad.docking import Docker
from molgrad.docking.cache import DockCache, software
from molgrad.docking.request import DockRequest, DockSettings, ReceptorContent
from molgrad.receptors import load_receptor
from molgrad.receptors.size import reference_ligands

HITS = 200  # times a result is looked up


def wall(workers: int, effort: str, molecules: list[str]) -> float:
    """Seconds to dock the molecules, the start of the processes left out."""
    with Docker(load_receptor("1ia1"), effort=effort, workers=workers) as docker:
        docker.dock(["c1ccccc1O"] * workers)
        began = time.perf_counter()
        docker.dock(molecules)
        return time.perf_counter() - began


def hit(effort: str) -> float:
    """Milliseconds to find a dock again, median."""
    receptor = load_receptor("1ia1")
    key = ReceptorContent.of(receptor).key
    with tempfile.TemporaryDirectory() as folder:
        cache = DockCache(Path(folder) / "docks.db")
        with Docker(receptor, effort=effort, workers=1, cache=cache) as docker:
            docker.dock(["CC(=O)Nc1ccc(O)cc1"])
        times = []
        for _ in range(HITS):
            began = time.perf_counter()
            request = DockRequest("CC(=O)Nc1ccc(O)cc1", DockSettings.of(effort), key)
            found = cache.get(request.key(docker.engine.spec(), software()))
            times.append(time.perf_counter() - began)
            assert found is not None
        return 1e3 * statistics.median(times)


def main() -> None:
    """Print efficiency and the time of a hit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--effort", default="standard")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    molecules = [smiles for _, smiles in reference_ligands()]
    ratios = []
    for turn in range(given.repeats):
        one, many = wall(1, given.effort, molecules), wall(given.workers, given.effort, molecules)
        ratios.append(one / (given.workers * many))
        print(f"run {turn + 1}: {one:.1f} s with one worker, {many:.1f} s with {given.workers}", flush=True)
    middle, spread = statistics.median(ratios), f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"parallel efficiency, {len(molecules)} ligands, effort {given.effort}: {middle:.2f} ({spread})")
    print(f"a hit in the cache: {hit(given.effort):.2f} ms, median of {HITS}")


if __name__ == "__main__":
    main()

"""What docking through a dask cluster costs: two workers on loopback against two processes, the same ligands.

    python benchmarks/machines.py [--ligands 12] [--effort fast] [--repeats 3]

A scheduler and two workers of one thread each are started as on other machines. Both sides make their maps before the
clock starts; then they dock the ligands in turn, without a cache. Printed is the throughput of the cluster by that of
the processes (goal: 0.9 or more), the median of the turns with the range. Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from molgrad.docking import Docker
from molgrad.receptors import load_receptor
from molgrad.receptors.size import reference_ligands

WORKERS = 2


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a scheduler with two workers of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    common = [sys.executable, "-m", "dask"]
    worker = ["worker", f"127.0.0.1:{port}", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    commands = [["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], *WORKERS * [worker]]
    with tempfile.TemporaryDirectory() as folder:
        started = []
        try:
            for command in commands:
                quiet, env = subprocess.DEVNULL, {**os.environ, "MOLGRAD_CACHE": f"{folder}/docks.db"}
                started.append(subprocess.Popen([*common, *command], stdout=quiet, stderr=quiet, cwd=folder, env=env))
                time.sleep(3.0 if len(started) == 1 else 0.0)
            yield f"dask://127.0.0.1:{port}"
        finally:
            for process in started:
                process.kill()
                process.wait()


def wall(docker: Docker, molecules: Sequence[str]) -> tuple[float, list[float | None]]:
    """Seconds to dock the molecules, and their affinities."""
    began = time.perf_counter()
    rows = docker.dock(molecules)
    return time.perf_counter() - began, [row.affinity for row in rows]


def main() -> None:
    """Print each turn, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ligands", type=int, default=12)
    parser.add_argument("--effort", default="fast")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    molecules = [smiles for _, smiles in reference_ligands()][: given.ligands]
    receptor = load_receptor("1ia1")
    with ExitStack() as stack:
        address = stack.enter_context(cluster())
        local = stack.enter_context(Docker(receptor, effort=given.effort, workers=WORKERS))
        far = stack.enter_context(Docker(receptor, effort=given.effort, executor=address))
        while far.dock(["Oc1ccccc1", "CCO", "CCN", "CCCO"]) and far._executor.workers < WORKERS:
            time.sleep(1.0)
        local.dock(["Oc1ccccc1", "CCO", "CCN", "CCCO"])
        ratios = []
        for turn in range(given.repeats):
            here, mine = wall(local, molecules)
            there, theirs = wall(far, molecules)
            assert mine == theirs, "the same molecules have other scores"
            ratios.append(here / there)
            print(
                f"turn {turn + 1}: {here:.1f} s in {WORKERS} processes, {there:.1f} s on {WORKERS} dask workers",
                flush=True,
            )
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(
        f"throughput of the cluster, {len(molecules)} ligands: {statistics.median(ratios):.2f} ({spread}) of the local"
    )


if __name__ == "__main__":
    main()

"""Memory of the docking processes: the one with the maps, and its workers, while they dock (Linux).

    python benchmarks/memory.py [receptor] [workers] [SMILES]

PSS counts a page shared by n processes as 1/n in each, so the sum is what the machine really spends. A worker
needs 0.3 MB for each pair of the ligand's atoms (without non-polar hydrogens), twice that for a moment while
Vina copies the table: 25 atoms 200 MB, 40 atoms 480 MB.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from molgrad.docking import DockingPool
from molgrad.docking.request import DockRequest, ReceptorContent
from molgrad.receptors import load_receptor

TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


def megabytes(pid: int) -> tuple[float, float, float]:
    """Resident, proportional and private memory of a process in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {key: int(rest.split()[0]) / 1024 for key, _, rest in (line.partition(":") for line in lines)}
    return sizes["Rss"], sizes["Pss"], sizes["Private_Dirty"] + sizes["Private_Clean"]


def main(name: str = "1ia1", workers: str = "2", smiles: str = TRIMETHOPRIM) -> None:
    receptor = load_receptor(name)
    content = ReceptorContent.of(receptor)
    with DockingPool(content, workers=int(workers)) as pool:
        futures = [pool.submit(DockRequest(smiles, receptor=content.key)) for _ in range(int(workers))]
        peak: dict[int, tuple[float, float, float]] = {}
        total = 0.0
        while not all(future.done() for future in futures):
            now = {pid: megabytes(pid) for pid in pool.pids()}
            total = max(total, sum(pss for _, pss, _ in now.values()))
            peak |= {pid: max(sizes, peak.get(pid, sizes), key=lambda s: s[2]) for pid, sizes in now.items()}
            time.sleep(0.02)
        fork_server = pool.pids()[0]
    print(f"{receptor.name}, {workers} workers, {smiles}; peak in MB")
    print(f"{'process':>10} {'RSS':>6} {'PSS':>6} {'private':>8}")
    for pid, (rss, pss, private) in peak.items():
        print(f"{'fork_server' if pid == fork_server else 'worker':>10} {rss:6.0f} {pss:6.0f} {private:8.0f}")
    print(f"together {total:.0f} MB (sum of PSS)")


if __name__ == "__main__":
    main(*sys.argv[1:])

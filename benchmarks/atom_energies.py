"""What explaining a pose costs: milliseconds a pose, median, for the per-atom energies and for the facts.

    python benchmarks/atom_energies.py [receptor] [repeats]

Docks a handful of molecules first (exhaustiveness 1). The goal is under 5 ms a pose.
"""

from __future__ import annotations

import sys
import time
from statistics import median

from molgrad.docking import Docker
from molgrad.interactions import energy_facts, per_atom_energies
from molgrad.receptors import load_receptor

MOLECULES = ("COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "CC(=O)Nc1ccc(S(N)(=O)=O)cc1", "CN1CCN(Cc2ccc(F)cc2)CC1")


def main() -> None:
    receptor = load_receptor(sys.argv[1] if len(sys.argv) > 1 else "1ia1")
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    with Docker(receptor, exhaustiveness=1, workers=1) as docker:
        blocks = [block for result in docker.dock(MOLECULES) for block in result.poses]
    per_atom_energies(blocks[0], receptor.pdbqt)  # the receptor is read once
    for_energies, for_facts = [], []
    for _ in range(repeats):
        for block in blocks:
            began = time.perf_counter()
            energies = per_atom_energies(block, receptor.pdbqt)
            assert energies.atoms.size
            between = time.perf_counter()
            energy_facts(energies)
            for_energies.append(between - began)
            for_facts.append(time.perf_counter() - between)
    print(f"{len(blocks)} poses in {receptor.name}, ms a pose:")
    print(f"{1e3 * median(for_energies):.1f} for energies (goal < 5), {1e3 * median(for_facts):.1f} for facts")


if __name__ == "__main__":
    main()

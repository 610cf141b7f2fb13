"""Which plan of short searches is the cheapest whose ranking holds: where the first effort `fast` came from.

    python benchmarks/plans.py [--out FILE] [--against FILE] [--receptors KIT,DRD2] [--report]

Each plan's searches are made one after the other on the reference ligands, and judged after each: the best score so far
against the better of exhaustiveness 8 and `standard`, which benchmarks/docking.py has put in the second file. CPU
seconds are shared out evenly over a plan's searches. Results are kept in the first file, and a later run goes on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from docking import REFERENCE, Results, ligands, ours, prepared
from scipy.stats import spearmanr

from molgrad.docking.effort import Effort
from molgrad.receptors.receptor import load_receptor

KEPT = Path(__file__).with_name("results")
PLANS = {
    "25k": Effort("25k", evaluations=25_000, searches=8),
    "50k": Effort("50k", evaluations=50_000, searches=6),
    "100k": Effort("100k", evaluations=100_000, searches=3),
}


def measure(results: Results, receptors: list[str]) -> None:
    """Every plan on every ligand."""
    for name in receptors:
        receptor = load_receptor(name)
        engine = prepared(receptor)
        for label, smiles in ligands(quick=False):
            print(f"{name}: {label}", flush=True)
            for plan, effort in PLANS.items():
                results.get((name, label, plan), ours, engine, smiles, effort)


def report(results: Results, against: Results) -> None:
    """A line for each plan cut after each search."""
    print(f"{'evaluations':>11} {'searches':>8} {'n':>3} {'worse by':>8} {'rho':>5} {'CPU s':>6}")
    for plan, effort in PLANS.items():
        rows = [
            (row, min(against.rows[*key[:2], method]["affinity"] for method in (REFERENCE, "standard")))
            for key, row in results.rows.items()
            if key[2] == plan and row["affinity"] is not None
        ]
        best = np.array([affinity for _, affinity in rows])
        for made in range(1, effort.searches + 1):
            found = np.array([min(row["effort"]["scores"][:made]) for row, _ in rows])
            cpu = np.mean([row["cpu"] * made / effort.searches for row, _ in rows])
            rho = spearmanr(found, best).statistic
            print(f"{plan:>11} {made:8} {len(rows):3} {np.mean(found - best):+8.3f} {rho:5.2f} {cpu:6.2f}")
    print("worse by: kcal/mol against the better of exhaustiveness 8 and standard, mean; rho: rank correlation with it")


def main() -> None:
    """Measure what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=KEPT / "plans.jsonl")
    parser.add_argument("--against", type=Path, default=KEPT / "docking.jsonl")
    parser.add_argument("--receptors", default="KIT,DRD2")
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    results = Results(given.out)
    if not given.report:
        measure(results, given.receptors.split(","))
    report(results, Results(given.against))


if __name__ == "__main__":
    main()

"""Do the winners of a search hold up? Each docked again, unseeded and thoroughly, and in DOCKSTRING's own box.

    python benchmarks/finalists.py FILE [--top 5] [--method molgrad] [--tasks F2] [--workers 2]

FILE holds runs of benchmarks/search.py with one receptor. Of each run the `top` best molecules that pass the
filters are docked at effort `thorough` in the box of the search, the best one also at exhaustiveness 8 in the 30 Å box
that DOCKSTRING's published numbers come from. A positive change is affinity lost, in kcal/mol.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import molgrad as mg

KAPPA_WIDE = 30.0  # Å; García-Ortegón et al., J. Chem. Inf. Model. 62 (2022) 3486


def finalists(run: dict[str, Any], top: int) -> list[dict[str, Any]]:
    """The best molecules of a run that pass the filters, best first."""
    rows = [m for m in run["molecules"] if m["J"] is not None and m["passes_filters"]]
    return sorted(rows, key=lambda m: m["J"])[:top]


def again(name: str, molecules: list[str], workers: int, *, wide: bool) -> list[float | None]:
    """Affinities (kcal/mol) of a second, independent look; None where it failed."""
    receptor = mg.load_receptor(name)
    if wide:
        receptor = replace(receptor, box=mg.Box(receptor.box.center, (KAPPA_WIDE,) * 3))
    plan: dict[str, Any] = {"exhaustiveness": 8} if wide else {"effort": "thorough"}
    loss = mg.Docking(receptor, seed=1, workers=workers, poses=1, **plan)
    found = [evaluation.score for evaluation in loss.evaluate(molecules)]
    loss.close()
    return found


def report(run: dict[str, Any], top: int, workers: int) -> list[float]:
    """Prints a run's finalists; how much affinity each lost."""
    best = finalists(run, top)
    name = run["key"][1].removesuffix(" lead")
    second = again(name, [m["smiles"] for m in best], workers, wide=False)
    (published,) = again(name, [best[0]["smiles"]], workers, wide=True)
    print(f"\n{' '.join(map(str, run['key']))}\n{'J':>7} {'fast':>7} {'thorough':>8}")
    for molecule, score in zip(best, second, strict=True):
        shown = "failed" if score is None else f"{score:.2f}"
        print(f"{molecule['J']:7.2f} {molecule['affinities'][0]:7.2f} {shown:>8} {molecule['smiles']}")
    if published is not None:
        penalty = best[0]["J"] - best[0]["affinities"][0]
        print(f"the best at exhaustiveness 8 in a {KAPPA_WIDE:g} Å box: {published:.2f}, J {published + penalty:.2f}")
    return [score - m["affinities"][0] for m, score in zip(best, second, strict=True) if score is not None]


def main() -> None:
    """Dock the finalists of each run, then print what they lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--top", type=int, default=5)
    parser.add_argument("--method", default="molgrad")
    parser.add_argument("--tasks", default="")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    runs = [json.loads(line) for line in given.file.read_text().splitlines()]
    wanted = set(filter(None, given.tasks.split(",")))
    lost: list[float] = []
    for run in runs:
        single = finalists(run, 1) and len(finalists(run, 1)[0]["affinities"]) == 1
        if run["key"][0] == given.method and single and (not wanted or run["key"][1] in wanted):
            lost += report(run, given.top, given.workers)
    if lost:
        middle = f"{np.mean(lost):+.2f} kcal/mol in the mean, {np.median(lost):+.2f} in the median"
        print(f"\n{len(lost)} finalists lost {middle}")


if __name__ == "__main__":
    main()

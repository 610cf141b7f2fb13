"""What the sparse surrogate costs in accuracy, and what it saves in time and memory.

    python benchmarks/surrogate_rows.py --data FOLDER [--rows 1500] [--points 300]

FOLDER holds ic50.csv of the COVID Moonshot (columns `suspected_SMILES`, `IC50_(µM)`). Of four random divisions, `rows`
molecules teach the whole process, the sparse one with `points` inducing points, and the whole one of so many random
rows only. The rest is predicted: error in units of log10 IC50, Spearman's rank correlation, how many of the true best
fifty are among the predicted best fifty, and the deviation of errors by predicted deviation (1 is right). Then time and
memory of the sparse process with its usual settings at 2,000 to 20,000 synthetic rows.
"""

from __future__ import annotations

import argparse
import csv
import resource
import time
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from molgrad.autograd.domain import Features
from molgrad.errors import MolgradError
from molgrad.molecule.domain import MOLECULES
from molgrad.optim import surrogate
from molgrad.optim.inducing import chosen

BEST, DIVISIONS = 50, 4


def read(path: Path) -> tuple[list[Features], np.ndarray]:
    """Features and log10 of the IC50 in µM; a bound counts as its number."""
    found = []
    for row in csv.DictReader(path.open(encoding="utf-8")):
        try:
            number = float(row["IC50_(µM)"].strip().lstrip("<>= "))
            value = MOLECULES.canonical(row["suspected_SMILES"].split()[0])
        except (MolgradError, ValueError, IndexError):
            continue
        if number > 0:
            found.append((MOLECULES.features(value), np.log10(number)))
    return [features for features, _ in found], np.array([score for _, score in found])


def judged(model: surrogate.Surrogate, features: list[Features], truth: np.ndarray) -> tuple[float, ...]:
    """Error, rank correlation, share of the best found, deviations."""
    found = model.predict(features)
    gap = found.mean - truth
    best = {*np.argsort(truth)[:BEST]} & {*np.argsort(found.mean)[:BEST]}
    rank = spearmanr(found.mean, truth)[0]
    return float(np.sqrt(np.mean(gap**2))), float(rank), len(best) / BEST, float(np.std(gap / found.sd))


def quality(path: Path, rows: int, points: int) -> None:
    """Print the table of accuracy."""
    features, scores = read(path)
    surrogate.chosen = lambda known: chosen(known, points)
    found: dict[str, list[tuple[float, ...]]] = {"whole": [], "sparse": [], "fewer rows": []}
    for seed in range(DIVISIONS):
        order = np.random.default_rng(seed).permutation(len(scores))
        known, new = order[:rows], order[rows:]
        for name, used, exact in (("whole", known, rows), ("sparse", known, 0), ("fewer rows", known[:points], rows)):
            model = surrogate.Surrogate(exact=exact).fit([features[i] for i in used], scores[used].tolist())
            found[name].append(judged(model, [features[i] for i in new], scores[new]))
    surrogate.chosen = chosen
    print(f"{rows} of {len(scores)} rows, {points} points   error   rank   best   deviations")
    for name, cells in found.items():
        print(f"{name:28} " + "  ".join(f"{cell:5.2f}" for cell in np.mean(cells, axis=0)))


def cost() -> None:
    """Print the table of time and memory."""
    rng = np.random.default_rng(0)
    print("   rows   fit (s)   predict 500 (s)   peak memory (MB)")
    for n in (500, 1000, 2000, 2001, 5000, 10_000, 20_000):
        keys = rng.zipf(1.3, size=(n + 500, 60)) % 30_000
        made = [Features(dict.fromkeys(row.tolist(), 1), (float(len({*row})),)) for row in keys]
        scores = rng.normal(size=n).tolist()
        began = time.monotonic()
        model = surrogate.Surrogate().fit(made[:n], scores)
        fitted = time.monotonic()
        model.predict(made[n:])
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{n:7} {fitted - began:9.2f} {time.monotonic() - fitted:17.2f} {memory:18.0f}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of ic50.csv")
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--points", type=int, default=300)
    given = parser.parse_args()
    if given.data is not None:
        quality(given.data / "ic50.csv", given.rows, given.points)
    cost()


if __name__ == "__main__":
    main()

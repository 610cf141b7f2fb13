"""When a dock may stop: single searches of a ligand, drawn again in many orders, under several rules.

    python benchmarks/stops.py --data FOLDER [--ligands 3] [--report]

FOLDER, the ligands' order and the best score known of each are those of convergence.py, which is run first; ligands
without a reference there are not counted. Of each ligand 24 searches from anywhere in the box are made, as effort
`standard` makes them, and 24 half as long. A rule stops once at least so many searches were made, and four of them and
such a share found the best score, within 0.2 kcal/mol. Printed for each: how often the score found is within 0.3 of the
best known, how often it is not although half of the searches found it, and the CPU beside one search of exhaustiveness
8; means over ligands. Rows are kept in benchmarks/results/stops.jsonl.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from convergence import CLOSE, KEPT, REFERENCE, Bench, _order, _seconds
from docking import Results
from series_data import Posed, Series, read_series

from molgrad.docking.effort import EFFORTS
from molgrad.docking.repeatability import SAME_SCORE
from molgrad.docking.searching import Search, SearchError

ROWS = Path(__file__).parent / "results" / "stops.jsonl"
SEARCHES, ORDERS = 24, 1000
REPEATS = 4
LENGTHS = {"standard": 1.0, "half as long": 0.5}
# Searches at least and at most, and the share of them that must have found the best score.
RULES = ((4, 10, 0.5), (6, 10, 0.5), (6, 10, 0.7), (6, 12, 0.7), (8, 20, 0.5))

Row = dict[str, Any]


def searched(bench: Bench, series: Series, ligand: Posed, length: float) -> Row:
    """Single searches of a ligand, each from a conformer of its own with its shapes in turn."""
    from molgrad.docking.ligand import prepare_ligand, reshaped

    engine, ready = bench.engine(series, 0), prepare_ligand(ligand.smiles, seed=0)
    evaluations = round(length * EFFORTS["standard"].evaluations_for(ready.torsions))
    scores: list[float | None] = []
    seconds = []
    for turn in range(SEARCHES):
        began = time.process_time()
        start = reshaped(ready, 0, turn + 1, turn % len(ready.shapes))
        try:
            scores.append(engine.search(Search(start, 1, evaluations, 1, turn + 1)).affinities[0])
        except SearchError:
            scores.append(None)
        seconds.append(round(time.process_time() - began, 3))
    engine.forget()
    return {"scores": scores, "seconds": seconds}


def stopped(scores: np.ndarray, rule: tuple[int, int, float]) -> tuple[int, float]:
    """How many searches a rule makes of these, and the share of them that found the best score."""
    least, most, share = rule
    for made in range(1, most + 1):
        times = int((scores[:made] <= scores[:made].min() + SAME_SCORE).sum())
        if made >= least and times >= max(REPEATS, share * made):
            break
    return made, times / made


def judged(row: Row, best: float, seconds: float, rule: tuple[int, int, float]) -> tuple[float, float, float]:
    """Of many orders of a ligand's searches: the share that is right, that is wrong without a sign, and the CPU."""
    rng = np.random.default_rng(0)
    scores = np.array([0.0 if score is None else score for score in row["scores"]])
    costs = np.array(row["seconds"])
    right, silent, cost = [], [], []
    for _ in range(ORDERS):
        order = rng.permutation(len(scores))
        made, found = stopped(scores[order], rule)
        right.append(bool(scores[order][:made].min() <= best + CLOSE))
        silent.append(not right[-1] and found >= 0.5)
        cost.append(costs[order][:made].sum() / seconds)
    return float(np.mean(right)), float(np.mean(silent)), float(np.mean(cost))


def report(known: Results, results: Results) -> None:
    """The table."""
    best: dict[tuple[str, ...], float] = {}
    for rows in (known.rows, results.rows):
        for key, row in rows.items():
            found = [*row.get("scores", ()), row.get("given"), row.get("affinity")]
            best[key[:2]] = min([best.get(key[:2], 0.0), *(score for score in found if score is not None)])
    ligands = [key[:2] for key in results.rows if key[2] == "standard" and (*key[:2], REFERENCE) in known.rows]
    print(f"{len(ligands)} ligands")
    print(f"{'searches':12} {'until':>10} {'made':>9} {'within 0.3':>11} {'wrong, no sign':>15} {'CPU':>5}")
    for name in LENGTHS:
        for rule in RULES:
            told = [
                judged(results.rows[(*one, name)], best[one], _seconds(known.rows, one), rule)
                for one in ligands
                if (*one, name) in results.rows
            ]
            right, silent, cost = np.mean(told, axis=0)
            made = f"{rule[0]} to {rule[1]}"
            print(f"{name:12} {rule[2]:>10.0%} {made:>9} {right:>11.0%} {silent:>15.1%} {cost:>5.0%}")


def measure(data: Path, ligands: int, known: Results, results: Results, work: Path | None) -> None:
    """What is missing of the first ligands of each series."""
    chosen: Sequence[Series] = read_series(data, [])
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(work or Path(folder), {})
        for series in chosen:
            for ligand in _order(series)[:ligands]:
                key = series.name, str(ligand.index)
                if (*key, REFERENCE) not in known.rows:
                    continue
                for name, length in LENGTHS.items():
                    results.get((*key, name), searched, bench, series, ligand, length)


def main() -> None:
    """Measure what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--ligands", type=int, default=3)
    parser.add_argument("--work", type=Path, help="a folder in which prepared receptors are kept")
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    known, results = Results(KEPT), Results(ROWS)
    if not given.report:
        if given.data is None:
            parser.error("--data FOLDER is needed to measure")
        measure(given.data, given.ligands, known, results, given.work)
    report(known, results)


if __name__ == "__main__":
    main()

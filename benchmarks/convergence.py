"""How often a dock finds the best score that there is, and what it costs beside exhaustiveness 8.

    python benchmarks/convergence.py --data FOLDER [--quick] [--report] [--ligands 5] [--seeds 1] [--label before]

FOLDER holds a folder for each series with `protein.pdb` and `ligands.sdf` (posed ligands with a measured affinity). The
best score of a ligand is the lowest of eight searches of exhaustiveness 8, each from a conformer of its own with its
ring shapes in turn, of the given pose refined, and of the plans themselves. Each plan docks each ligand in the state as
drawn. CPU seconds of one core, beside the mean of those eight searches; a receptor's maps are made once and left out.

Rows are kept as they come in benchmarks/results/convergence.jsonl (series, place in the file, numbers; no structures);
a later run goes on from there. The ligands of a series come in an order that is always the same; the first third of it
is where numbers may be chosen. --ligands N: so many of each series. --quick: the one of each series with the fewest
atoms, about 15 minutes. --label NAME: under which the plans' rows are kept; with PYTHONPATH naming another checkout,
they are of another version: "before" is that of 763fccf, whose searches are those of 9cbb036.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from docking import Results
from rdkit import Chem
from series_data import Posed, Series, read_series, receptor_of, rmsd, shuffled, tuning

from molgrad.docking.effort import EFFORTS
from molgrad.docking.request import DockRequest, DockSettings, ReceptorContent
from molgrad.docking.searching import Search, SearchError
from molgrad.docking.vina import Vina

KEPT = Path(__file__).parent / "results" / "convergence.jsonl"
REFERENCE, NOW = "reference", "now"
SEARCHES, EXHAUSTIVENESS = 8, 8
LOST = 99.0  # kcal/mol, the miss of a dock without a score
CLOSE = 0.3  # kcal/mol above the best score
PLANS = ("fast", "standard", "thorough")
AS_DRAWN = "none"

Row = dict[str, Any]


@dataclass
class Bench:
    """The receptors of the series, each loaded when it is first needed."""

    folder: Path
    engines: dict[tuple[str, int], Vina]

    def engine(self, series: Series, seed: int) -> Vina:
        key = series.name, seed
        if key not in self.engines:
            self.engines = {}  # one at a time: a set of maps is 200 MB
            engine = Vina()
            engine.warm_up()
            engine.prepare(ReceptorContent.of(receptor_of(series, self.folder)), seed)
            self.engines[key] = engine
        return self.engines[key]


def reference(bench: Bench, series: Series, ligand: Posed) -> Row:
    """Eight long searches, and the given pose refined."""
    from molgrad.docking.ligand import placed, prepare_ligand, reshaped

    engine, ready = bench.engine(series, 0), prepare_ligand(ligand.smiles, seed=100)
    scores: list[float | None] = []
    rmsds: list[float | None] = []
    seconds = []
    for turn in range(SEARCHES):
        start = reshaped(ready, 100, turn + 1, turn % len(ready.shapes))
        began = time.process_time()
        try:
            found = engine.search(Search(start, EXHAUSTIVENESS, 0, 1, 1))
            scores.append(found.affinities[0])
            rmsds.append(round(rmsd(found.poses[0], ligand.mol), 2))
        except SearchError:
            scores.append(None)
            rmsds.append(None)
        seconds.append(round(time.process_time() - began, 2))
    given = []
    from molgrad.docking.seed_poses import seeded_conformers

    for seed in seeded_conformers(ready.mol, Chem.MolToMolBlock(ligand.mol), 5).seeds:
        try:
            given.append(engine.relax(placed(ready, seed.mol)).affinities[0])
        except SearchError:
            continue
    engine.forget()
    return {"scores": scores, "rmsds": rmsds, "seconds": seconds, "given": min(given, default=None)}


def planned(bench: Bench, series: Series, ligand: Posed, plan: str, seed: int) -> Row:
    """One dock by a plan."""
    engine = bench.engine(series, seed)
    settings = DockSettings.of(plan, seed=seed, poses=1, protonation=AS_DRAWN)
    receptor = engine.receptor.key if engine.receptor else ""
    began = time.process_time()
    done = engine.dock(DockRequest(ligand.smiles, settings, receptor))
    made = done.provenance.to_json()
    row = {"affinity": done.affinity, "seconds": round(time.process_time() - began, 2), "searches": made["searches"]}
    row |= {name: made.get(name) for name in ("repeatability", "agreed", "sd")}
    if done.poses:
        row["rmsd"] = round(rmsd(Chem.MolFromMolBlock(done.poses[0]), ligand.mol), 2)
    return row


def measure(given: argparse.Namespace, results: Results, chosen: Sequence[tuple[Series, list[Posed]]]) -> None:
    """What is missing, ligand by ligand in turns through the series."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given.work or Path(folder), {})
        for turn in range(max(len(ligands) for _, ligands in chosen)):
            for series, ligands in chosen:
                if turn >= len(ligands):
                    continue
                ligand = ligands[turn]
                print(f"{series.name} {ligand.index}, {ligand.mol.GetNumAtoms()} atoms", flush=True)
                name = series.name, str(ligand.index)
                if given.label == NOW:
                    results.get((*name, REFERENCE), reference, bench, series, ligand)
                for plan in given.plans.split(","):
                    for seed in range(given.seeds):
                        key = (*name, given.label, plan, str(seed))
                        results.get(key, planned, bench, series, ligand, plan, seed)


def report(results: Results, every: Sequence[Series], names: set[tuple[str, str]] | None = None) -> None:
    """The tables."""
    rows = results.rows
    known = [key[:2] for key in rows if key[2] == REFERENCE and (names is None or key[:2] in names)]
    best = {}
    for name in known:
        row = rows[(*name, REFERENCE)]
        found = [*row["scores"], row["given"]]
        found += [other["affinity"] for key, other in rows.items() if key[:2] == name and key[2] != REFERENCE]
        best[name] = min(score for score in found if score is not None)
    tuned = {(series.name, str(index)) for series in every for index in tuning(series)}
    print(f"{len(known)} ligands, {len(set(known) - tuned)} of them outside the third on which numbers were chosen")
    print(f"{'':28} docks  within {CLOSE} (not tuned on)  worst miss  CPU against exhaustiveness 8  native-like")
    singles = [
        (score - best[name] if score is not None else LOST, name, 1.0)
        for name in known
        for score in rows[(*name, REFERENCE)]["scores"]
    ]
    _line("exhaustiveness 8, one search", singles, tuned, "")
    labels = sorted({key[2] for key in rows if len(key) == 5})
    for label in labels:
        for plan in PLANS:
            docks = [
                (row["affinity"] - best[key[:2]] if row["affinity"] is not None else LOST, key[:2], row)
                for key, row in rows.items()
                if len(key) == 5 and key[2:4] == (label, plan) and key[:2] in best
            ]
            if docks:
                timed = [
                    (miss, name, row["seconds"] / np.mean(rows[(*name, REFERENCE)]["seconds"]))
                    for miss, name, row in docks
                ]
                near = [row["rmsd"] <= 2.0 for _, _, row in docks if "rmsd" in row]
                _line(f"{plan}, {label}", timed, tuned, f"{np.mean(near):.0%}")
                if label == NOW:
                    _by_repeatability(docks)


def _seconds(rows: dict[tuple[str, ...], Row], name: tuple[str, str]) -> float:
    """CPU seconds of one search of exhaustiveness 8."""
    return float(np.mean(rows[(*name, REFERENCE)]["seconds"]))


def _order(series: Series) -> list[Posed]:
    """Two ligands that numbers were not chosen on, then one that they may have been, and so on."""
    tuned = tuning(series)
    first = [ligand for ligand in shuffled(series) if ligand.index in tuned]
    rest = [ligand for ligand in shuffled(series) if ligand.index not in tuned]
    order: list[Posed] = []
    while first or rest:
        order += [*rest[:2], *first[:1]]
        first, rest = first[1:], rest[2:]
    return order


def _line(title: str, docks: Sequence[tuple[float, tuple[str, str], float]], tuned: set[Any], near: str) -> None:
    within = [miss <= CLOSE for miss, _, _ in docks]
    fresh = [miss <= CLOSE for miss, name, _ in docks if name not in tuned]
    kept = f"{np.mean(fresh):.0%}" if fresh else "-"
    ratio = np.mean([cost for _, _, cost in docks])
    worst = max(miss for miss, _, _ in docks)
    print(f"{title:28} {len(docks):5}  {np.mean(within):10.0%} ({kept:>4}) {worst:20.2f} {ratio:20.0%} {near:>18}")


def _by_repeatability(docks: Sequence[tuple[float, tuple[str, str], Row]]) -> None:
    """What the repeatability and the uncertainty of a score said, and what was true."""
    for low, high in ((0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.01)):
        part = [(miss, row) for miss, _, row in docks if low <= (row["repeatability"] or 0.0) < high]
        if part:
            near = np.mean([miss <= CLOSE for miss, _ in part])
            off = np.sqrt(np.mean([min(miss, 5.0) ** 2 for miss, _ in part]))
            said = np.sqrt(np.mean([(row["sd"] or 0.0) ** 2 for _, row in part]))
            print(
                f"    repeatability {low:.2f} to {min(high, 1.0):.2f}: {len(part):4} docks, {near:.0%} within {CLOSE}, "
                f"off by {off:.2f} (root mean square), uncertainty said {said:.2f}"
            )


def main() -> None:
    """Measure what is missing, then print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=KEPT)
    parser.add_argument("--series", default="", help="names, by commas; all when left out")
    parser.add_argument("--plans", default="fast,standard")
    parser.add_argument("--ligands", type=int, default=1_000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--label", default=NOW)
    parser.add_argument("--work", type=Path, help="a folder in which prepared receptors are kept")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    if unknown := set(given.plans.split(",")) - set(EFFORTS):
        parser.error(f"no such plan: {', '.join(sorted(unknown))}")
    every = read_series(given.data, [name for name in given.series.split(",") if name])
    chosen = [(series, _order(series)[: given.ligands]) for series in every]
    names = None
    if given.quick:
        chosen = [(series, sorted(shuffled(series), key=lambda one: one.mol.GetNumAtoms())[:1]) for series in every]
        names = {(series.name, str(ligand.index)) for series, ligands in chosen for ligand in ligands}
    results = Results(given.out)
    if not given.report:
        measure(given, results, chosen)
    report(results, every, names)


if __name__ == "__main__":
    main()

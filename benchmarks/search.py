"""Optimizers side by side: molgrad's campaign, Graph GA and simpler peers, on the same oracle and budget.

    python benchmarks/search.py [--quick] [--out FILE ...] [--tasks F2,JAK2,PPAR] [--seeds 3] [--docks 100] [--report]
                                [--methods molgrad,greedy] [--figure FILE.svg] [--today]

Every method is given the same starts, the same loss (fast, unseeded docks in 22 Å boxes, J = Vina + 10 (1 - QED)) and
the same number of molecules to measure. A molecule counts one in every method, whatever it costs in CPU seconds. Each
finished run is a line in FILE, so that the table can be made in pieces; docks are found again in the user's cache.
Needs the extra `bench` (mol_ga for Graph GA, matplotlib for the figure). --quick: DRD2, 40 docks, two seeds.
"""

from __future__ import annotations

import argparse
import functools
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from oracle import Oracle, row, rules, starts, task
from rows import intervals, keep, read
from searchers import METHODS

from molgrad.chem.similarity import scaffold

Run = dict[str, Any]
TOP = 10
RUN = ("key", "molecules")  # what each line of a file holds
NONE = 0.0  # J stands for a place in the top ten that nothing filled; every molecule that docks is below


def measure(
    out: Path, tasks: Sequence[str], methods: Sequence[str], seeds: int, docks: int, workers: int
) -> None:  # fmt: skip
    """Run what is not in the file yet."""
    done = {tuple(run["key"]) for run in read(out, *RUN)}
    for name in tasks:
        for seed in range(seeds):
            for method in methods:
                key = (method, name, seed, docks)
                if key in done:
                    continue
                began = time.monotonic()
                said = functools.partial(print, *key, flush=True)
                oracle = Oracle(task(name, workers), docks, rules(name), said)
                METHODS[method](oracle, starts(name), seed)
                oracle.loss.close()
                run = {
                    "key": key, "seconds": round(time.monotonic() - began, 1),
                    "molecules": [row(measured) for measured in oracle.log],
                }  # fmt: skip
                keep(out, run)
                print(*key, "best passing", round(summary(run)["best"], 2), f"{run['seconds']:.0f} s", flush=True)


def summary(run: Run, docks: int | None = None) -> dict[str, float]:
    """The numbers of a run, or of its first `docks` molecules."""
    rows = [r for r in run["molecules"][:docks] if r["J"] is not None]
    rows.sort(key=lambda r: r["J"])
    fine = [r["J"] for r in rows if r["passes_filters"]]
    top = rows[:20]
    return {
        "raw": rows[0]["J"], "raw10": float(np.mean(filled([r["J"] for r in rows]))),
        "best": fine[0] if fine else NONE, "top10": float(np.mean(filled(fine))),
        "passes_filters": float(np.mean([r["passes_filters"] for r in top])),
        "scaffolds": float(len({scaffold(r["smiles"]) for r in top})),
    }  # fmt: skip


def filled(scores: list[float]) -> list[float]:
    """The ten best scores, absent ones as `NONE`."""
    return (scores + [NONE] * TOP)[:TOP]


def table(runs: Sequence[Run]) -> Iterator[str]:
    """A line for each task, budget and method: medians over seeds, spread as half the range."""
    groups: dict[tuple[str, int], dict[str, list[dict[str, float]]]] = {}
    for run in runs:
        method, name, _, docks = run["key"]
        groups.setdefault((name, docks), {}).setdefault(method, []).append(summary(run))
    for (name, docks), found in groups.items():
        yield f"\n{name}, {docks} molecules measured; J, lower is better"
        yield (
            f"{'':20} {'seeds':>5} {'best passing':>14} {'top 10 passing':>14} {'best, raw':>14} {'top 10, raw':>14} "
            f"{'of 20 pass':>10} {'scaffolds':>9}"
        )
        for method in sorted(found, key=list(METHODS).index):
            rows = found[method]
            cells = [spread([r[key] for r in rows]) for key in ("best", "top10", "raw", "raw10")]
            passes_filters, scaffolds = (
                float(np.median([r[key] for r in rows])) for key in ("passes_filters", "scaffolds")
            )
            middle = " ".join(f"{cell:>14}" for cell in cells)
            yield f"{method:20} {len(rows):5} {middle} {passes_filters:10.0%} {scaffolds:9.0f}"


def against(runs: Sequence[Run], rival: str) -> Iterator[str]:
    """molgrad minus a rival, over the pairs of runs with the same task, seed and budget."""
    known = {tuple(run["key"]): summary(run) for run in runs}
    pairs = [
        (found["best"] - other["best"], found["top10"] - other["top10"])
        for key, found in known.items()
        if key[0] == "molgrad" and (other := known.get((rival, *key[1:])))
    ]
    if len(pairs) < 2:
        return
    best, top = intervals(pairs)
    yield f"molgrad minus {rival}, {len(pairs)} pairs: best {best}; top 10 {top}"


def differences(runs: Sequence[Run]) -> Iterator[str]:
    """molgrad minus each rival, on each task and on all together; nothing where there are no pairs."""
    tasks = list(dict.fromkeys(run["key"][1] for run in runs))
    head = "\npassing J, mean of pairs, lower is better (95 % of bootstrap draws over the pairs)"
    for name in [*(tasks if len(tasks) > 1 else ()), ""]:
        chosen = [run for run in runs if name in ("", run["key"][1])]
        lines = [line for rival in METHODS if rival != "molgrad" for line in against(chosen, rival)]
        if lines and head:
            yield head
            head = ""
        if lines and len(tasks) > 1:
            yield f"{name or 'all'}:"
        yield from lines


def refused(runs: Sequence[Run]) -> Iterator[str]:
    """What the validator, which may have become stricter since, refuses today of what was measured after the starts."""
    for method in METHODS:
        made = [
            (r, run) for run in runs if run["key"][0] == method for r in run["molecules"][len(starts(run["key"][1])) :]
        ]
        found = [r for r, run in made if rules(run["key"][1]).validate(r["smiles"])]
        best = min((r["J"] for r in found if r["J"] is not None), default=None)
        if made:
            yield f"{method:20} {len(found):5} of {len(made)}" + (
                "" if best is None else f", the best with J {best:.2f}"
            )


def curve(run: Run) -> list[float]:
    """The best J of what passes the filters, after each molecule."""
    best, found = NONE, []
    for one in run["molecules"]:
        if one["J"] is not None and one["passes_filters"]:
            best = min(best, one["J"])
        found.append(best)
    return found


def figure(runs: Sequence[Run], path: Path) -> None:
    """Best passing J against molecules measured: medians over seeds, a panel for each task (needs matplotlib)."""
    from matplotlib.figure import Figure

    tasks = sorted({run["key"][1] for run in runs})
    sheet = Figure(figsize=(5.0 * len(tasks), 3.8), layout="constrained")
    for place, name in enumerate(tasks):
        axes = sheet.add_subplot(1, len(tasks), place + 1)
        for method in METHODS:
            curves = [curve(run) for run in runs if run["key"][:2] == [method, name]]
            if curves:
                length = min(map(len, curves))
                axes.plot(np.median([one[:length] for one in curves], axis=0), label=f"{method} ({len(curves)})")
        axes.set(title=name, xlabel="molecules measured", ylabel="best passing J, lower is better")
    axes.legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.savefig(path)


def spread(values: Sequence[float]) -> str:
    """The median, and half the range."""
    return f"{np.median(values):.2f} ± {(max(values) - min(values)) / 2:.2f}"


def main() -> None:
    """Measure, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = ",".join(METHODS).replace("Graph GA, checked", "Graph GA; checked")
    parser.add_argument("--quick", action="store_true", help="DRD2, 40 molecules, two seeds")
    parser.add_argument("--report", action="store_true", help="measure nothing, print what the files hold")
    parser.add_argument("--out", type=Path, nargs="+", help="runs go to the first; the report is of all")
    parser.add_argument("--tasks", default="F2,JAK2,PPAR", help="these, 'F2 lead', or any receptor [%(default)s]")
    parser.add_argument("--methods", default=every, help="[%(default)s]")
    parser.add_argument("--seeds", type=int, default=3, help="0, 1, ... to one less than this [%(default)s]")
    parser.add_argument("--docks", type=int, default=100, help="molecules that a run measures [%(default)s]")
    parser.add_argument("--workers", type=int, default=2, help="docks at once [%(default)s]")
    parser.add_argument("--today", action="store_true", help="how many molecules today's validator would refuse")
    parser.add_argument("--figure", type=Path, help="best passing J against molecules, as SVG or PNG")
    given = parser.parse_args()
    if given.quick:
        given.tasks, given.seeds, given.docks = "DRD2", 2, 40
    out = given.out or [Path("runs") / f"benchmark-search{'-quick' if given.quick else ''}.jsonl"]
    methods = [name.replace(";", ",") for name in given.methods.split(",")]
    if unknown := [name for name in methods if name not in METHODS]:
        parser.error(f"no method {', '.join(unknown)}; there are {every}")
    if not given.report:
        measure(out[0], given.tasks.split(","), methods, given.seeds, given.docks, given.workers)
    runs = [run for path in out for run in read(path, *RUN)]
    if not runs:
        parser.error(f"{', '.join(map(str, out))}: no run there")
    print("\n".join(table(runs)))
    for line in differences(runs):
        print(line)
    if given.today:
        print("\nrefused by the validator of today:")
        print("\n".join(refused(runs)))
    if given.figure:
        figure(runs, given.figure)
        print(f"\n{given.figure}: best passing J against molecules measured")


if __name__ == "__main__":
    main()

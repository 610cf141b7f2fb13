"""What feedback from a laboratory is worth: measured tables played as a virtual lab.

    python benchmarks/lab.py --data FOLDER [--quick] [--report] [--seeds 20] [--tables NAMES] [--baybe PYTHON]

FOLDER is described in lab_data.py. Moonshot: 24 molecules at random, then eight batches of eight; an active is one of
the most potent 4 %. A series: four at random, then two at a time until half is measured; an active is one
of the most potent quarter. Every method begins with the same molecules for a seed. Printed: actives found, and the mean
difference from molgrad, seed by seed, with its 95 % bootstrap interval. Kept are the places of molecules, no structure.
--quick takes three seeds of Moonshot and of two series. --baybe names the Python of an environment with `baybe[chem]`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from lab_data import Game, games
from lab_methods import Method, at_random, baybe, by_docking, molgrad, plain
from rows import intervals, keep, read

KEPT = Path(__file__).with_name("results") / "lab.jsonl"
QUICK = ("moonshot", "tyk2", "cmet")
MOLGRAD, WITH_DOCKING, RANDOM, BAYBE = "molgrad", "molgrad with docking", "random", "BayBE 0.15, ECFP"
METHODS: dict[str, Method] = {
    MOLGRAD: molgrad,
    RANDOM: at_random,
    "plain GP, expected improvement": plain,
    "plain GP, best means": partial(plain, improvement=False),
}
OF_PLATES: dict[str, Method] = {
    "molgrad, first plate by k-medoids": partial(molgrad, plate="medoids"),
    "molgrad, first plate by MaxMin": partial(molgrad, plate="max_min"),
}
OF_BOUNDS: dict[str, Method] = {
    "molgrad, bounds as values": partial(molgrad, bounds="values"),
    "molgrad, bounds dropped": partial(molgrad, bounds="dropped"),
}
OF_DOCKING: dict[str, Method] = {"docking alone": by_docking, WITH_DOCKING: partial(molgrad, docking=True)}


def methods(game: Game) -> dict[str, Method]:
    """What is played on a table; first plates and bounds on the large one only."""
    bounded = any(one.relation != "=" for told in game.told for one in told)
    return METHODS | (OF_PLATES | OF_BOUNDS if bounded else {}) | (OF_DOCKING if game.docked is not None else {})


def play(found: list[Game], seeds: int, out: Path, peer: Path | None) -> None:
    """Play what is not kept yet, and keep it."""
    kept = {(row["table"], row["method"], row["seed"]) for row in read(out, "table", "method", "seed")}
    for game in found:
        for name, method in methods(game).items():
            for seed in range(seeds):
                if (game.name, name, seed) not in kept:
                    began = time.monotonic()
                    _keep(out, game, name, seed, method(game, seed), time.monotonic() - began)
        left = [seed for seed in range(seeds) if (game.name, BAYBE, seed) not in kept]
        if peer is not None and left:
            began = time.monotonic()
            for seed, picked in zip(left, baybe(game, left, peer), strict=True):
                _keep(out, game, BAYBE, seed, picked, (time.monotonic() - began) / len(left))


def _keep(out: Path, game: Game, name: str, seed: int, picked: list[int], seconds: float) -> None:
    keep(out, {"table": game.name, "method": name, "seed": seed, "picked": picked, "seconds": round(seconds, 1)})


def report(found: list[Game], out: Path) -> Iterator[str]:
    """The table of each game, in Markdown."""
    rows = read(out, "table", "method", "seed", "picked")
    for game in found:
        actives = game.actives
        counts: dict[str, dict[int, int]] = {}
        for row in rows:
            if row["table"] == game.name:
                counts.setdefault(row["method"], {})[row["seed"]] = len(actives.intersection(row["picked"]))
        if counts:
            yield from _lines(game, counts, len(actives))


def _lines(game: Game, counts: dict[str, dict[int, int]], actives: int) -> Iterator[str]:
    measured = game.starts + game.batch * game.batches
    yield f"\n**{game.name}**: {measured} of {len(game.values)} molecules measured, {actives} of them active\n"
    yield "| method | actives found | times random | molgrad finds more by |\n|---|---|---|---|"
    chance = float(np.mean(list(counts[RANDOM].values()))) if RANDOM in counts else float("nan")
    for name, found in counts.items():
        mean = float(np.mean(list(found.values())))
        shared = sorted(found.keys() & counts[MOLGRAD].keys())
        gaps = [[counts[MOLGRAD][seed] - found[seed]] for seed in shared]
        told = "" if name == MOLGRAD else intervals(gaps)[0]
        few = "" if len(found) == len(counts[MOLGRAD]) else f" ({len(found)} run{'s' if len(found) > 1 else ''})"
        yield f"| {name}{few} | {mean:.1f} | {mean / chance:.1f} | {told} |"


def docking_adds(found: list[Game], out: Path) -> Iterator[str]:
    """What docking scores add to molgrad's choice on each series, with the interval."""
    rows = read(out, "table", "method", "seed", "picked")
    by = {(row["table"], row["method"], row["seed"]): set(row["picked"]) for row in rows}
    every: list[list[float]] = []
    for game in found:
        seeds = [seed for table, method, seed in by if table == game.name and method == WITH_DOCKING]
        if not seeds:
            continue
        actives = game.actives
        gaps = [
            [float(len(actives & by[game.name, WITH_DOCKING, s]) - len(actives & by[game.name, MOLGRAD, s]))]
            for s in seeds
        ]
        every += gaps
        yield f"| {game.name} | {intervals(gaps)[0]} |"
    if every:
        yield f"| all | {intervals(every)[0]} |"


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=KEPT)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--tables", nargs="*", default=[])
    parser.add_argument("--baybe", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--report", action="store_true", help="print what is kept, play nothing")
    given = parser.parse_args()
    found = games(given.data, QUICK if given.quick else given.tables)
    if not given.report:
        play(found, 3 if given.quick else given.seeds, given.out, given.baybe)
    print("\n".join(report(found, given.out)))
    if added := list(docking_adds(found, given.out)):
        print("\n**What docking scores add to molgrad's choice**, in actives found\n\n| series | |\n|---|---|")
        print("\n".join(added))


if __name__ == "__main__":
    main()

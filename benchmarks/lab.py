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


def counted(found: list[Game], out: Path) -> dict[str, dict[str, dict[int, int]]]:
    """Actives found: table -> method -> seed."""
    actives = {game.name: game.actives for game in found}
    counts: dict[str, dict[str, dict[int, int]]] = {}
    for row in read(out, "table", "method", "seed", "picked"):
        if row["table"] in actives:
            hits = len(actives[row["table"]].intersection(row["picked"]))
            counts.setdefault(row["table"], {}).setdefault(row["method"], {})[row["seed"]] = hits
    return counts


def report(found: list[Game], counts: dict[str, dict[str, dict[int, int]]]) -> Iterator[str]:
    """The table of each game without docking scores, then one of all series, in Markdown."""
    for game in found:
        if game.docked is None and game.name in counts:
            yield from _lines(game, counts[game.name])
    series = [game for game in found if game.docked is not None and game.name in counts]
    if series:
        yield from _series(series, counts)


def _lines(game: Game, counts: dict[str, dict[int, int]]) -> Iterator[str]:
    measured = game.starts + game.batch * game.batches
    yield f"\n**{game.name}**: {measured} of {len(game.values)} molecules measured, {len(game.actives)} of all active\n"
    yield "| method | actives found | times random | molgrad finds more by |\n|---|---|---|---|"
    for name, hits in counts.items():
        times = _mean(hits) / _mean(counts[RANDOM])
        few = "" if len(hits) == len(counts[MOLGRAD]) else f" ({len(hits)} runs)"
        told = "" if name == MOLGRAD else _gap(counts[MOLGRAD], hits)
        yield f"| {name}{few} | {_mean(hits):.1f} | {times:.1f} | {told} |"


def _series(found: list[Game], counts: dict[str, dict[str, dict[int, int]]]) -> Iterator[str]:
    """Actives found on each series, and what docking scores add to molgrad's choice."""
    names = [name for name in (*METHODS, *OF_DOCKING, BAYBE) if any(name in counts[game.name] for game in found)]
    yield f"\n| series | measured | actives | {' | '.join(names)} | docking adds |"
    yield "|---|---|---|" + "---|" * (len(names) + 1)
    added: list[list[float]] = []
    for game in found:
        own = counts[game.name]
        cells = [f"{_mean(own[name]):.1f}{_few(own, name)}" if name in own else "" for name in names]
        measured = f"{game.starts + game.batch * game.batches} of {len(game.values)}"
        adds = _gap(own[WITH_DOCKING], own[MOLGRAD]) if WITH_DOCKING in own else ""
        added += _gaps(own.get(WITH_DOCKING, {}), own[MOLGRAD])
        yield f"| {game.name} | {measured} | {len(game.actives)} | {' | '.join(cells)} | {adds} |"
    if added:
        yield f"\nDocking adds, over all series: {intervals(added)[0]}"


def _few(counts: dict[str, dict[int, int]], name: str) -> str:
    """The number of runs where it is another than molgrad's, with molgrad's mean of the same seeds."""
    hits = counts[name]
    if len(hits) == len(counts[MOLGRAD]):
        return ""
    same = _mean({seed: counts[MOLGRAD][seed] for seed in hits if seed in counts[MOLGRAD]})
    return f" ({len(hits)} runs; molgrad {same:.1f})"


def _mean(hits: dict[int, int]) -> float:
    return float(np.mean(list(hits.values())))


def _gaps(first: dict[int, int], second: dict[int, int]) -> list[list[float]]:
    return [[float(first[seed] - second[seed])] for seed in sorted(first.keys() & second.keys())]


def _gap(first: dict[int, int], second: dict[int, int]) -> str:
    return intervals(_gaps(first, second))[0]


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
    print("\n".join(report(found, counted(found, given.out))))


if __name__ == "__main__":
    main()

"""Prompt optimizers at equal calls: molgrad's searches, textgrad, gepa, DSPy's GEPA and MIPROv2.

    python benchmarks/text.py [--quick] [--only NAME ...] [--kinds KIND ...] [--calls 150 400] [--seeds 10]

The tasks are those of `molgrad.testing.rubric`: no key, no network but the package index, from which each peer is
installed into an environment of its own (`--environments`). Calls of all roles count; after the last the server
refuses, and the best prompts so far are taken. Their truth is exact. Each run is a line of
benchmarks/results/text.jsonl, and is not made again. `--quick` makes two seeds at 150 calls. `--table` prints
what is there and runs nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from text_ours import METHODS  # noqa: E402 - the checkout must be found first
from text_peers import PEERS, VARIANTS, Outcome, running  # noqa: E402
from text_table import Row, against, medians  # noqa: E402

from molgrad.testing import rubric  # noqa: E402

RESULTS = Path(__file__).with_name("results") / "text.jsonl"
FIRST = 1000  # the first seed; smaller ones were looked at while molgrad's searches were developed
Run = Callable[[rubric.Task, str, int, int], Outcome]


def key(row: Row) -> tuple[str, str, int, int]:
    return row["method"], row["kind"], row["calls"], row["seed"]


def read(path: Path) -> list[Row]:
    """The runs that are there; a later line of the same run counts."""
    lines = path.read_text().splitlines() if path.exists() else []
    return list({key(row): row for row in map(json.loads, lines)}.values())


def measured(method: str, run: Run, kind: str, calls: int, seed: int) -> Row:
    """One run."""
    task = rubric.make(kind, seed)
    began = time.perf_counter()
    with task.serve(calls) as url:
        outcome = run(task, url, seed, calls)
    prompts = outcome.prompts or task.prompts
    return {
        "method": method, "kind": kind, "calls": calls, "seed": seed, "truth": round(task.truth(prompts), 4),
        "start": round(task.truth(task.prompts), 4), "used": task.calls, "tokens": task.tokens,
        "seconds": round(time.perf_counter() - began, 1), "error": outcome.error, "prompts": prompts,
    }  # fmt: skip


@contextlib.contextmanager
def opened(method: str, folder: Path, log: IO[str]):
    """What runs a method: a function of ours, or a peer's process."""
    if method in METHODS:
        yield METHODS[method]
        return
    with running({**PEERS, **VARIANTS}[method], folder, log) as runner:
        yield lambda task, url, seed, calls: runner.run({"kind": task.kind, "seed": seed, "calls": calls, "url": url})


def run_all(args: argparse.Namespace) -> None:
    known = {key(row) for row in read(args.results)}
    args.results.parent.mkdir(parents=True, exist_ok=True)
    seeds = range(FIRST, FIRST + args.seeds)
    for method in args.only:
        jobs = [
            (method, kind, calls, seed) for calls in args.calls for kind in args.kinds for seed in seeds
            if (method, kind, calls, seed) not in known
        ]  # fmt: skip
        if not jobs:
            continue
        with tempfile.TemporaryFile("w+") as log, opened(method, args.environments, log) as run:
            for _, kind, calls, seed in jobs:
                row = measured(method, run, kind, calls, seed)
                with args.results.open("a") as out:
                    out.write(json.dumps(row) + "\n")
                used = sum(row["used"].values())
                told = f"{row['truth']:.3f} with {used} calls, {row['seconds']} s {row['error']}"
                print(f"{method} {kind} {calls} seed {seed}: {told}", flush=True)


def show(rows: Sequence[Row], args: argparse.Namespace) -> None:
    there = [method for method in [*METHODS, *PEERS, *VARIANTS] if any(row["method"] == method for row in rows)]
    print("\nMedian truth over seeds, by kind and calls\n")
    print(medians(rows, there, args.kinds, args.calls))
    print("\nOur best search minus each peer: mean of paired differences, 95 % bootstrap interval\n")
    ours = [method for method in METHODS if method in there]
    peers = [method for method in [*PEERS, *VARIANTS] if method in there]
    print(against(rows, ours, peers, args.kinds, args.calls))
    print("\nThe same of the default search alone\n")
    print(against(rows, ["molgrad-pareto"], peers, args.kinds, args.calls))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", nargs="+", default=[*METHODS, *PEERS], choices=[*METHODS, *PEERS, *VARIANTS], metavar="NAME"
    )
    parser.add_argument("--kinds", nargs="+", default=list(rubric.KINDS), choices=list(rubric.KINDS))
    parser.add_argument("--calls", nargs="+", type=int, default=[150, 400])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--environments", type=Path, default=Path(tempfile.gettempdir()) / "molgrad-text-peers")
    parser.add_argument("--quick", action="store_true", help="two seeds, 150 calls")
    parser.add_argument("--table", action="store_true", help="print the table of what is there")
    args = parser.parse_args()
    if args.quick:
        args.seeds, args.calls = min(args.seeds, 2), args.calls[:1]
    if not args.table:
        run_all(args)
    show(read(args.results), args)


if __name__ == "__main__":
    main()

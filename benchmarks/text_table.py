"""Medians, paired intervals and tokens of benchmarks/text.py as markdown."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import mean, median
from typing import Any

Row = dict[str, Any]
RESAMPLES = 4_000


def truths(rows: Sequence[Row], method: str, kind: str, calls: int) -> dict[int, float]:
    """The truth by seed."""
    return {r["seed"]: r["truth"] for r in rows if (r["method"], r["kind"], r["calls"]) == (method, kind, calls)}


def interval(differences: Sequence[float]) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the mean of paired differences."""
    rng = random.Random(0)
    means = sorted(mean(rng.choices(differences, k=len(differences))) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]


def medians(rows: Sequence[Row], methods: Sequence[str], kinds: Sequence[str], budgets: Sequence[int]) -> str:
    """A table of the median truth, a row a method, a column a kind and budget; then thousands of tokens a run."""
    columns = [(kind, calls) for kind in kinds for calls in budgets]
    heads = [f"{kind}, {calls}" for kind, calls in columns] + [f"tokens at {calls}, thousands" for calls in budgets]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for method in methods:
        found = [list(truths(rows, method, kind, calls).values()) for kind, calls in columns]
        cells = [f"{median(values):.2f}" if values else "" for values in found]
        cells += [_thousands(rows, method, calls) for calls in budgets]
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _thousands(rows: Sequence[Row], method: str, calls: int) -> str:
    """The mean tokens of a run, in thousands."""
    tokens = [sum(row["tokens"].values()) / 1000 for row in rows if (row["method"], row["calls"]) == (method, calls)]
    return f"{mean(tokens):.0f}" if tokens else ""


def best_of(rows: Sequence[Row], ours: Sequence[str], kind: str, calls: int) -> str | None:
    """Our search with the highest median, and among equals the highest mean."""
    found = {method: list(truths(rows, method, kind, calls).values()) for method in ours}
    known = {method: (median(values), mean(values)) for method, values in found.items() if values}
    return max(known, key=lambda method: known[method]) if known else None


def against(
    rows: Sequence[Row], ours: Sequence[str], peers: Sequence[str], kinds: Sequence[str], budgets: Sequence[int]
) -> str:
    """A table of the mean paired difference of our best search from each peer, with its interval."""
    lines = ["| kind, calls | ours | " + " | ".join(f"minus {peer}" for peer in peers) + " |",
             "|---" * (len(peers) + 2) + "|"]  # fmt: skip
    for kind in kinds:
        for calls in budgets:
            mine = best_of(rows, ours, kind, calls)
            if mine is None:
                continue
            us = truths(rows, mine, kind, calls)
            cells = []
            for peer in peers:
                them = truths(rows, peer, kind, calls)
                differences = [us[seed] - them[seed] for seed in sorted(us.keys() & them.keys())]
                cells.append("" if not differences else _difference(differences))
            lines.append(f"| {kind}, {calls} | {mine.removeprefix('molgrad-')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _difference(differences: Sequence[float]) -> str:
    low, high = interval(differences)
    return f"{mean(differences):+.2f} [{low:+.2f}, {high:+.2f}]"

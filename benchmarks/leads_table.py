"""Tables of runs from leads: what each method gained, what it wasted, and what it kept of the lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from leads_data import LEADS
from rows import intervals

from molgrad.chem.commonness import uncommon

Run = dict[str, Any]
TOP = 10
WORSE = 0.5  # units of J above the lead's from which a dock was wasted
OURS = ("analogues", "free")


def summary(run: Run) -> dict[str, float]:
    """The numbers of a run: gains below the lead's J, and fractions of the molecules made from it."""
    lead = LEADS[run["key"][1]]
    first, *made = run["molecules"]
    scores = sorted(row["J"] for row in run["molecules"] if row["J"] is not None)
    top = (scores + [first["J"]] * TOP)[:TOP]
    worse = [row["J"] is None or row["J"] > first["J"] + WORSE for row in made]
    contacts = [row["contacts"] for row in made if row["contacts"] is not None]
    series = [
        row["J"] for row in made if row["J"] is not None and row["contacts"] == 1.0 and lead.keeps_core(row["smiles"])
    ]
    return {
        "best": scores[0] - first["J"], "series": min([first["J"], *series]) - first["J"],
        "top": float(np.mean(top)) - first["J"],
        "worse": mean(worse), "core": mean([lead.keeps_core(row["smiles"]) for row in made]),
        "common": mean([not uncommon(row["smiles"]) for row in made]),
        "contacts": mean(contacts), "whole": mean([one == 1.0 for one in contacts]),
    }  # fmt: skip


def mean(numbers: Sequence[float]) -> float:
    """The mean; not a number where there is nothing."""
    return float(np.mean(numbers)) if len(numbers) else float("nan")


def table(runs: Sequence[Run], methods: Sequence[str]) -> Iterator[str]:
    """A line for each method, then differences of pairs."""
    known = {(run["key"][0], run["key"][1], run["key"][2]): summary(run) for run in runs}
    docks = runs[0]["key"][3]
    leads = list(dict.fromkeys(lead for _, lead, _ in known))
    yield f"{docks} docks from each of {len(leads)} leads: {', '.join(leads)}; J below the lead's, lower is better"
    yield (
        f"{'':14} {'runs':>4} {'best':>6} {'in series':>9} {'top 10':>6} {'worse by 0.5':>12} {'core kept':>9} "
        f"{'contacts kept':>13} {'all kept':>8} {'common rings':>12} {'spread of best':>14}"
    )
    for method in methods:
        mine = {key[1:]: found for key, found in known.items() if key[0] == method}
        if mine:
            yield _line(method, mine)
    yield "in series: the best of those that keep the core and every hydrogen bond of the lead's pose, else the lead"
    yield "spread of best: half its range over seeds, mean over leads; contacts: hydrogen bonds of the lead's pose"
    for ours in OURS:
        lines = list(_differences(known, ours, methods))
        if lines:
            yield f"\n{ours} minus each other, mean of pairs (95 % of bootstrap draws over them)"
            yield from lines


def _line(method: str, found: dict[tuple[str, int], dict[str, float]]) -> str:
    rows = list(found.values())
    means = {name: mean([row[name] for row in rows if not np.isnan(row[name])]) for name in rows[0]}
    halves = []
    for lead in dict.fromkeys(lead for lead, _ in found):
        bests = [row["best"] for (of, _), row in found.items() if of == lead]
        if len(bests) > 1:
            halves.append((max(bests) - min(bests)) / 2)
    spread = f"{mean(halves):14.2f}" if halves else f"{'-':>14}"
    return (
        f"{method:14} {len(rows):4} {means['best']:6.2f} {means['series']:9.2f} {means['top']:6.2f} "
        f"{means['worse']:12.0%} {means['core']:9.0%} {means['contacts']:13.0%} "
        f"{means['whole']:8.0%} {means['common']:12.0%} {spread}"
    )


def _differences(
    known: dict[tuple[str, str, int], dict[str, float]], ours: str, methods: Sequence[str]
) -> Iterator[str]:
    for other in methods:
        pairs = [
            [found[name] - rival[name] for name in ("best", "series", "top", "worse")]
            for (method, *rest), found in known.items()
            if method == ours and other != ours and (rival := known.get((other, rest[0], rest[1])))
        ]
        if pairs:
            best, series, top, worse = intervals(pairs)
            front = f"{other:14} {len(pairs):3} pairs: best {best}; in series {series}"
            yield f"{front}; top 10 {top}; worse by 0.5 {worse}"


def information(runs: Sequence[Run]) -> Iterator[str]:
    """Facts minus no facts, over the pairs of lead and seed."""
    known = {(run["key"][0], run["key"][1], run["key"][2]): summary(run) for run in runs}
    yield f"{'':10} {'pairs':>5} {'best J':>24} {'top 10':>24} {'worse by 0.5':>24}   facts minus no facts"
    found = {
        key[1:]: [row[name] - other[name] for name in ("best", "top", "worse")]
        for key, row in known.items()
        if key[0] == "facts" and (other := known.get(("no facts", *key[1:])))
    }
    for name in [*dict.fromkeys(lead for lead, _ in found), "all"]:
        pairs = [gaps for (lead, _), gaps in found.items() if name in (lead, "all")]
        if pairs:
            yield f"{name:10} {len(pairs):5} " + " ".join(f"{cell:>24}" for cell in intervals(pairs))
    yield "mean over pairs of lead and seed, 95 % of bootstrap draws over them in brackets; lower is better"

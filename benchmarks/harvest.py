"""What the end of a budget is worth when it is spent on what is expected to be best: the same states continued twice.

    python benchmarks/harvest.py [--states FILE] [--receptors KIT] [--seeds 3] [--docks 40] [--out FILE] [--report]

Each state is what a run of benchmarks/gradient.py had measured (its arm `with`). From there the search goes on for as
many molecules as --docks says, once not knowing that its budget ends there and once knowing. Poses are not kept with
the states, so both arms know only those that they dock themselves.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from oracle import FRAGMENTS, sane, task

from molgrad.advisors.chemist import Chemist
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Variable
from molgrad.config import search_settings
from molgrad.evaluation import Evaluation
from molgrad.molecule.domain import MoleculeDomain
from molgrad.optim.archive import Archive, Record
from molgrad.optim.search import PopulationSearch

ARMS = ("unaware", "harvest")
BATCH = 5
STATES = Path("benchmarks/results/gradient.jsonl")


def state(run: dict[str, Any], loss: Loss) -> Archive:
    """What a run had measured, with QED computed anew; what gave no number is left out."""
    archive = Archive()
    for place, measured in enumerate(run["molecules"]):
        if measured["J"] is None or measured["smiles"] in archive.taken:
            continue
        affinity = float(measured["affinities"][0])

        def known(term: Evaluation, sign: float, affinity: float = affinity) -> float:
            del term, sign
            return affinity

        (exact,) = loss.exact([measured["smiles"]])
        batch = max(0, 1 + (place - len(FRAGMENTS)) // BATCH)
        archive.add(Record(Proposal(measured["smiles"]), loss.filled(exact, known), batch=batch))
    return archive


def go_on(receptor: str, run: dict[str, Any], arm: str, docks: int, workers: int) -> dict[str, Any]:
    """One state continued, and what the ten best and the best are before and after."""
    loss, chemist, domain = task(receptor, workers), Chemist(MoleculeDomain("strict")), MoleculeDomain("strict")
    archive = state(run, loss)
    seed = int(run["key"][2])
    search = PopulationSearch(loss, domain, chemist, seed=seed + 100, settings=search_settings(FRAGMENTS))
    before, scores = numbers(archive), []

    def critic(record: Record) -> Gradient:
        return chemist.critique(Variable(record.value, role_description="molecule", domain=domain), [record.evaluation])

    for batch in range(docks // BATCH):
        left = docks - BATCH * batch if arm == "harvest" else None
        chosen = search.propose(archive, BATCH, 20 + batch, critic, "molecule", left=left)
        for proposal, evaluation in zip(chosen, loss.evaluate([p.value for p in chosen]), strict=True):
            archive.add(Record(proposal, evaluation, batch=20 + batch))
            scores.append(evaluation.score)
    loss.close()
    measured = [score for score in scores if score is not None]
    return {
        "key": [receptor, arm, seed, docks], "before": before, "after": numbers(archive),
        "mean": float(np.mean(measured)), "failed": len(scores) - len(measured),
    }  # fmt: skip


def numbers(archive: Archive) -> dict[str, float]:
    """The best sane J and the mean of the ten best."""
    found = [r.known_score for r in archive.ranked() if r.known_score is not None and sane(r.value)]
    return {"best": found[0], "top10": float(np.mean(found[:10]))}


def report(rows: list[dict[str, Any]]) -> None:
    """Each state before, and after either arm."""
    known = {tuple(row["key"]): row for row in rows}
    print(f"{'':14} {'before':>16} {'unaware':>24} {'harvest':>24}   best / top 10 / mean of the new, sane J")
    gaps = []
    for key, row in known.items():
        other = known.get((key[0], "harvest", *key[2:]))
        if key[1] != "unaware" or other is None:
            continue
        start = f"{row['before']['best']:.2f} / {row['before']['top10']:.2f}"
        cells = [f"{r['after']['best']:.2f} / {r['after']['top10']:.2f} / {r['mean']:.2f}" for r in (row, other)]
        print(f"{key[0] + ' ' + str(key[2]):14} {start:>16} {cells[0]:>24} {cells[1]:>24}")
        gaps.append([other["after"][k] - row["after"][k] for k in ("best", "top10")] + [other["mean"] - row["mean"]])
    if gaps:
        means = ", ".join(
            f"{name} {m:+.2f}" for name, m in zip(("best", "top 10", "mean"), np.mean(gaps, axis=0), strict=True)
        )
        print(f"harvest minus unaware, {len(gaps)} states: {means}")


def main() -> None:
    """Measure what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", type=Path, default=STATES)
    parser.add_argument("--receptors", default="KIT")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--docks", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/benchmark-harvest.jsonl"))
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.out.read_text().splitlines()] if given.out.is_file() else []
    done = {tuple(row["key"]) for row in rows}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    for line in () if given.report else given.states.read_text().splitlines():
        run = json.loads(line)
        receptor, kind, seed = run["key"][:3]
        if kind != "with" or receptor not in given.receptors.split(",") or seed >= given.seeds:
            continue
        for arm in ARMS:
            if (receptor, arm, seed, given.docks) in done:
                continue
            rows.append(go_on(receptor, run, arm, given.docks, given.workers))
            with given.out.open("a") as stream:
                stream.write(json.dumps(rows[-1]) + "\n")
            print(*rows[-1]["key"], rows[-1]["after"], flush=True)
    report(rows)


if __name__ == "__main__":
    main()

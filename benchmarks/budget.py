"""What it is worth that a search knows its budget: the same beginnings, gone on with twice.

    python benchmarks/budget.py [--states FILE] [--receptors KIT] [--seeds 3] [--out FILE] [--report]

Exploitation phase: each state is what a run of benchmarks/gradient.py had measured (its arm `with`). From there the
search goes on for 40 molecules, once without knowing that its budget ends there and once knowing it. Poses are not kept
with the states, so both arms know only those that they dock themselves. Initial design: campaigns of 40 molecules from
the eight fragments, with an initial design of 15 new scaffolds, as for larger budgets, and of 8, a fifth.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from archives import BATCH, archive_of, critics_of, from_fragments
from oracle import passes_filters, task
from rows import keep, read

from molgrad.advisors.chemist.chemist import Chemist
from molgrad.molecule.domain import MoleculeDomain
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import Task
from molgrad.optim.record import Record
from molgrad.optim.search import PopulationSearch
from molgrad.optim.settings import FROM_FRAGMENTS

ARMS = ("unaware", "exploitation")
DESIGNS = {"initial 15": 15, "initial 8": 8}  # batches of five make it 15 and 10
DOCKS = 40
STATES = Path(__file__).parent / "results" / "gradient.jsonl"


def from_design(receptor: str, seed: int, arm: str, workers: int) -> dict[str, Any]:
    """One campaign with a larger or a smaller initial design."""
    settings = replace(FROM_FRAGMENTS, initial_design=DESIGNS[arm], initial_share=1.0)
    domain = MoleculeDomain("strict")
    with from_fragments(task(receptor, workers), seed, domain=domain, search=settings) as campaign:
        campaign.run(docks=DOCKS)
        return {"key": [receptor, arm, seed, DOCKS], "after": numbers(campaign.archive())}


def go_on(receptor: str, run: dict[str, Any], arm: str, workers: int) -> dict[str, Any]:
    """One state continued, and what the ten best and the best are before and after."""
    loss, chemist, domain = task(receptor, workers), Chemist(MoleculeDomain("strict")), MoleculeDomain("strict")
    archive = archive_of(run["molecules"], loss)
    seed = int(run["key"][2])
    critics = critics_of(chemist, domain, loss)
    search = PopulationSearch(
        Task(loss, domain, chemist, seed=seed + 100, role="molecule", settings=FROM_FRAGMENTS, critics=critics)
    )
    search.observe(archive.records)
    before = numbers(archive)
    for batch in range(DOCKS // BATCH):
        left = DOCKS - BATCH * batch if arm == "exploitation" else None
        chosen = search.propose(BATCH, batch=20 + batch, left=left)
        found = zip(chosen, loss.evaluate([p.value for p in chosen]), strict=True)
        search.observe([Record(proposal, evaluation, batch=20 + batch) for proposal, evaluation in found])
    loss.close()
    return {"key": [receptor, arm, seed, DOCKS], "before": before, "after": numbers(search.archive)}


def numbers(archive: Archive) -> dict[str, float]:
    """The best J of what passes the filters, and the mean of the ten best."""
    found = [r.known_score for r in archive.ranked() if r.known_score is not None and passes_filters(r.value)]
    return {"best": found[0], "top10": float(np.mean(found[:10]))}


def report(rows: list[dict[str, Any]]) -> None:
    """Each pair of arms, and the mean difference."""
    known = {tuple(row["key"]): row for row in rows}
    for first, second in (ARMS, tuple(DESIGNS)):
        print(f"\n{'':8} {'before':>16} {first:>16} {second:>16}   best / top 10, passing J, lower is better")
        gaps = []
        for key, row in known.items():
            other = known.get((key[0], second, *key[2:]))
            if key[1] != first or other is None:
                continue
            cells = [_cell(row.get("before")), _cell(row["after"]), _cell(other["after"])]
            print(f"{key[0] + ' ' + str(key[2]):8} " + " ".join(f"{cell:>16}" for cell in cells))
            gaps.append([other["after"][name] - row["after"][name] for name in ("best", "top10")])
        if gaps:
            best, top = np.mean(gaps, axis=0)
            print(f"{second} minus {first}, mean of {len(gaps)}: best {best:+.2f}, top 10 {top:+.2f}")


def _cell(found: dict[str, float] | None) -> str:
    return f"{found['best']:.2f} / {found['top10']:.2f}" if found else "-"


def main() -> None:
    """Measure what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", type=Path, default=STATES)
    parser.add_argument("--receptors", default="KIT")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/benchmark-budget.jsonl"))
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    rows = read(given.out)
    done = {tuple(row["key"]) for row in rows}
    states = {tuple(run["key"][:3]): run for run in read(given.states)}
    plan = [
        (r, arm, seed) for r in given.receptors.split(",") for seed in range(given.seeds) for arm in (*ARMS, *DESIGNS)
    ]
    for receptor, arm, seed in () if given.report else plan:
        start = states.get((receptor, "with", seed))
        if (receptor, arm, seed, DOCKS) in done or (arm in ARMS and start is None):
            continue
        if arm in ARMS and start is not None:
            rows.append(go_on(receptor, start, arm, given.workers))
        else:
            rows.append(from_design(receptor, seed, arm, given.workers))
        keep(given.out, rows[-1])
        print(*rows[-1]["key"], rows[-1]["after"], flush=True)
    report(rows)


if __name__ == "__main__":
    main()

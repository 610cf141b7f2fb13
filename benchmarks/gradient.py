"""Does the located gradient carry information? The same chemist's pool with and without it, side by side.

    python benchmarks/gradient.py [--receptors KIT,DRD2] [--seeds 5] [--first-seed 0] [--docks 60] [--out FILE]

Both arms are the same campaign: same chemist, same rules, same surrogate, same seeds, seeded poses allowed. The arm
`without` is asked for proposals with the edits taken out of the gradient and the facts about the pose out of the
measurement, so that it chooses among the same neighbours without being told what is wrong where. Runs are kept in FILE.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from archives import from_fragments
from oracle import FRAGMENTS, Measured, row
from rows import intervals, keep, read

import molgrad as mg
from molgrad.advisors.chemist.chemist import Chemist
from molgrad.autograd.advisor import ProposalRequest
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation

ARMS = ("with", "without")


class Blindfolded(Chemist):
    """The chemist, told what each term costs but not where, nor what would answer it."""

    def _propose(self, request: ProposalRequest, n: int, avoid: Collection[str], exact: Loss | None) -> list[Proposal]:
        given = [None if g.evaluation is None else _bare(g.evaluation) for g in request.gradients]
        bare = [Gradient("", evaluation=evaluation) for evaluation in given]
        return super()._propose(replace(request, gradients=bare), n, avoid, exact)


def _bare(evaluation: Evaluation) -> Evaluation:
    facts = tuple(fact for fact in evaluation.facts if not fact.kind.startswith("pose_"))
    return replace(evaluation, facts=facts, terms=tuple(_bare(term) for term in evaluation.terms))


def run(receptor: str, arm: str, seed: int, docks: int, workers: int) -> dict[str, Any]:
    """One campaign of one arm."""
    loss = mg.Docking(receptor, effort="fast", workers=workers, poses=1) + 10 * mg.QED()
    advisor = Chemist() if arm == "with" else Blindfolded()
    with from_fragments(loss, seed, engine=advisor) as campaign:
        campaign.run(docks=docks)
        table = campaign.hypotheses()
        docked = table[table.term == "docking"]
        pose = docked.cause.str.startswith("pose_")
        rows = [row(Measured(r.value, r.evaluation.score, r.evaluation)) for r in campaign.records()]
        return {
            "key": [receptor, arm, seed, docks], "molecules": rows,
            **{
                name: {str(verdict): int(count) for verdict, count in rows_of.verdict.value_counts().items()}
                for name, rows_of in (("spatial", docked[pose]), ("others", docked[~pose]))
            },
        }  # fmt: skip


def numbers(found: dict[str, Any]) -> tuple[float, float, float]:
    """Best J, mean of the ten best, and mean of all after the starts."""
    scores = [r["J"] for r in found["molecules"] if r["J"] is not None]
    best = sorted(scores)
    return best[0], float(np.mean(best[:10])), float(np.mean(scores[len(FRAGMENTS) :]))


def report(runs: Sequence[dict[str, Any]]) -> None:
    """Each receptor's paired differences, with minus without."""
    known = {tuple(r["key"]): r for r in runs}
    print(f"{'':8} {'pairs':>5} {'best J':>24} {'top 10':>24} {'mean J':>24}   with minus without, lower is better")
    for receptor in dict.fromkeys(key[0] for key in known):
        pairs = [
            np.subtract(numbers(found), numbers(other))
            for key, found in known.items()
            if key[:2] == (receptor, "with") and (other := known.get((receptor, "without", *key[2:])))
        ]
        if not pairs:
            continue
        print(f"{receptor:8} {len(pairs):5} " + " ".join(f"{cell:>24}" for cell in intervals(pairs)))
        for name, whose in (("spatial", "edits that answer the pose"), ("others", "all others")):
            found = [f[name] for key, f in known.items() if key[:2] == (receptor, "with") and name in f]
            if not found:  # runs made before they were counted
                continue
            counts = {v: sum(one.get(v, 0) for one in found) for v in ("confirmed", "open", "refuted")}
            print(f"{'':8} docking predictions of {whose}: {counts}")
    print("mean over seeds, 95 % of bootstrap draws over seeds in brackets")


def main() -> None:
    """Measure what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receptors", default="KIT,DRD2")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--docks", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/benchmark-gradient.jsonl"))
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    runs = read(given.out)
    done = {tuple(r["key"]) for r in runs}
    for seed in range(given.first_seed, given.first_seed + given.seeds):
        for receptor in given.receptors.split(","):
            for arm in ARMS:
                if given.report or (receptor, arm, seed, given.docks) in done:
                    continue
                runs.append(run(receptor, arm, seed, given.docks, given.workers))
                keep(given.out, runs[-1])
                print(receptor, arm, seed, [round(x, 2) for x in numbers(runs[-1])], flush=True)
    report(runs)


if __name__ == "__main__":
    main()

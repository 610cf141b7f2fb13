"""What asking for routes costs in the score: the same leads, docks and seeds, with and without --require-route.

    python -m benchmarks.route_cost                     # two leads, two seeds, 20 docks each, fast: eight runs
    python -m benchmarks.route_cost --lead SMILES --receptor CDK2 --docks 40 --seeds 3

A run's result is its best loss without the term `route`, which the other runs do not have; lower is better. Beside it
stands how many of its twenty best have a route of at most three reactions from common reagents, the seconds of the run,
and how long a molecule's routes took when they were looked for once more.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import molgrad as mg
from molgrad.evaluation import Evaluation
from molgrad.synthesis.search import Planner
from molgrad.synthesis.stock import open_stock

LEADS = ("Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1", "NS(=O)(=O)c1ccc(Nc2nccc(-c3ccccc3)n2)cc1")  # of kinase inhibitors
BEST = 20  # molecules of which the share with a route is told


class Outcome(NamedTuple):
    """What one run gave.

    Attributes:
        best: the best loss, without the term `route`.
        gain: by how much the lead's is worse.
        routes: how many of the best have a route.
        among: how many these are.
        exchanged: proposals that were an exchange of a partner.
        seconds: of the run.
        each: seconds in which the routes of a molecule were found, the median.
    """

    best: float
    gain: float
    routes: int
    among: int
    exchanged: int
    seconds: float
    each: float


def main() -> None:
    """Print a line for each run, then the means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lead", action="append", help="SMILES; repeatable")
    parser.add_argument("--receptor", default="CDK2")
    parser.add_argument("--docks", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    found: dict[bool, list[Outcome]] = {True: [], False: []}
    for lead in given.lead or LEADS:
        for seed in range(1, given.seeds + 1):
            for asked, outcomes in found.items():
                outcomes.append(one := run(lead, seed, given, asked=asked))
                print(
                    f"{lead} seed {seed} {_how(asked)}: best {one.best:.2f} (gain {one.gain:.2f}), "
                    f"routes {one.routes} of {one.among}, exchanges {one.exchanged}, {one.seconds:.0f} s, "
                    f"{one.each:.2f} s a molecule",
                    flush=True,
                )
    for asked, outcomes in found.items():
        share = sum(one.routes for one in outcomes) / sum(one.among for one in outcomes)
        best, gain = (statistics.mean(getattr(one, name) for one in outcomes) for name in ("best", "gain"))
        print(f"{_how(asked)}: best {best:.2f}, gain {gain:.2f}, with a route {share:.0%}")
    pairs = zip(found[True], found[False], strict=True)
    cost = statistics.mean(one.best - other.best for one, other in pairs)
    print(f"asking for routes costs {cost:+.2f} of the best loss")


def _how(asked: bool) -> str:
    return "with routes" if asked else "without"


def run(lead: str, seed: int, given: argparse.Namespace, *, asked: bool) -> Outcome:
    """One run from a lead.

    Args:
        lead: SMILES.
        seed: of the run.
        given: the command's options.
        asked: whether proposals must have a route.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        settings = mg.RunSettings(
            receptor=given.receptor, start=lead, docks=given.docks, effort="fast", seed=seed, require_route=asked,
            workers=given.workers, out=str(Path(folder) / "run"),
        )  # fmt: skip
        with mg.run(settings) as campaign:
            records = list(campaign.records())
        seconds = time.monotonic() - began
    scores = {record.value: score for record in records if (score := plain(record.evaluation)) is not None}
    best = sorted(scores, key=lambda value: (scores[value], value))[:BEST]
    planner = Planner(open_stock())
    plans = [planner.plan(value) for value in best]
    return Outcome(
        scores[best[0]],
        scores[records[0].value] - scores[best[0]],
        sum(plan.solved for plan in plans),
        len(best),
        sum(record.proposal.advisor == "partner exchange" for record in records),
        seconds,
        statistics.median(plan.seconds for plan in plans),
    )


def plain(evaluation: Evaluation) -> float | None:
    """The loss without the term `route`; None where the measurement failed."""
    if evaluation.score is None:
        return None
    return evaluation.score - sum(term.contribution or 0.0 for term in evaluation.all_terms() if term.loss == "route")


if __name__ == "__main__":
    main()

"""Several docks of one molecule as one measurement: its score, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import stdev
from typing import Any

from molgrad.evaluation import Evaluation, Fact

MAX_LINES = 12  # of the text: what a person reads beside the pose; the facts themselves are all kept
REPEATED = "docking_repeated"  # the kind of the fact that says what each dock of a molecule gave


def joined(before: Evaluation, again: Evaluation) -> Evaluation:
    """Two evaluations of a molecule as one: the lower score with its pose, and how often it was docked.

    Args:
        before: what was measured so far.
        again: one more dock.
    """
    docks = [*docks_of(before), *docks_of(again)]
    scores = tuple(one["affinity"] for one in docks)
    best = again if again.number() < before.number() else before
    whole = replace(best, repeats=scores, sd=deviation_of_best(scores, [one["sd"] for one in docks]))
    said = Fact(REPEATED, f"{whole.history} kcal/mol; the lowest counts", (), None, float(len(docks)))
    facts = (best.facts[0], said, *(fact for fact in best.facts[1:] if fact.kind != REPEATED))
    return replace(whole, facts=facts, text=lines(facts), details={**best.details, "docks": docks})


def deviation_of_best(scores: Sequence[float], sds: Sequence[float | None]) -> float:
    """Standard deviation of the lowest of several scores as an estimate of what a converged search would give.

    A search misses by an amount that is never negative. Where the amounts are distributed exponentially with the
    standard deviation s, the least of n has s / n. s is the root mean square of what is known of each dock and of the
    standard deviation of the scores.

    Args:
        scores: of two or more docks, kcal/mol.
        sds: of each dock by itself, None where it is not known.
    """
    known = [stdev(scores), *(sd for sd in sds if sd is not None)]
    return round(math.sqrt(sum(sd**2 for sd in known) / len(known)) / len(scores), 3)


def docks_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Affinity (kcal/mol), standard deviation and seed of each dock in an evaluation.

    Args:
        evaluation: of a molecule that was docked, once or more.
    """
    if "docks" in evaluation.details:
        return list(evaluation.details["docks"])
    seed = evaluation.details["provenance"]["seed"]
    return [{"affinity": evaluation.number(), "sd": evaluation.sd, "seed": seed}]


def lines(facts: Sequence[Fact]) -> str:
    """The text of an evaluation: a line for each of its first facts.

    Args:
        facts: strongest first.
    """
    return "\n".join(fact.text for fact in facts[:MAX_LINES])

"""Which measured values are best at something: at one term of the evaluation, the total, or a compromise."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from molgrad.optim.record import Record

FEW = 8  # terms below which compromises between them are looked at: with many examples the winners differ enough
COMPROMISES = 16  # directions between few terms
TOTAL = ""  # the key of the total among the terms
_SAME = 1e-9  # in the unit of a term: equal but for rounding


def aims(record: Record) -> dict[str, float]:
    """What is to be low of a record: each term, turned where its weight is negative, and under "" the total.

    Args:
        record: a measured value.
    """
    terms = {
        t.loss: t.score if t.weight >= 0 else -t.score for t in record.evaluation.all_terms() if t.score is not None
    }
    total = record.known_score
    return terms if total is None else {**terms, TOTAL: total}


def wins(records: Iterable[Record], seed: int = 0) -> list[tuple[Record, int]]:
    """The records that are best at something that no better record is best at too, with at how much they are best.

    The method of GEPA (Agrawal et al. 2025, algorithm 2): the winners of each term are collected, ties included; from
    the worst total on, a winner is dropped while each of its terms keeps another. With fewer than `FEW` terms the
    winners of compromises between them are winners too (weighted Chebyshev distance from the best of each term, each
    in units of its spread; Steuer & Choo 1983), so that the middle of a front is reached.

    Args:
        records: measured values, best first; of equals the first stays.
        seed: of the compromises.
    """
    known = [(record, aims(record)) for record in records]
    winners = {
        name: _lowest([one.get(name) for _, one in known]) for name in dict.fromkeys(n for _, a in known for n in a)
    }
    for place, direction in enumerate(_compromises([one for _, one in known], seed)):
        winners[f"\x1f{place}"] = _lowest(direction)
    held: dict[int, list[str]] = {}
    for name, places in winners.items():
        for place in places:
            held.setdefault(place, []).append(name)
    left = {name: len(places) for name, places in winners.items()}
    for place in sorted(held, reverse=True):
        if all(left[name] > 1 for name in held[place]):
            for name in held.pop(place):
                left[name] -= 1
    return [(known[place][0], len(held[place])) for place in sorted(held)]


def _lowest(scores: Sequence[float | None]) -> list[int]:
    least = min((score for score in scores if score is not None), default=0.0)
    return [place for place, score in enumerate(scores) if score is not None and score <= least + _SAME]


def _compromises(known: Sequence[Mapping[str, float]], seed: int) -> list[list[float | None]]:
    """For each direction, how far each record is from the best of all terms; None where it lacks one."""
    names = [name for name in dict.fromkeys(n for one in known for n in one) if name != TOTAL]
    if not 1 < len(names) < FEW:
        return []
    best = {name: min(one[name] for one in known if name in one) for name in names}
    spread = {name: max(one[name] for one in known if name in one) - best[name] or 1.0 for name in names}
    draw = random.Random(seed)  # noqa: S311 - sampling, not secrets
    found: list[list[float | None]] = []
    for _ in range(COMPROMISES):
        weights = {name: draw.expovariate(1.0) for name in names}
        found.append(
            [
                max(weights[n] * (one[n] - best[n]) / spread[n] for n in names)
                if all(n in one for n in names)
                else None
                for one in known
            ]
        )
    return found

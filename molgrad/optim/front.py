"""Trade-offs: which measured values no other beats in everything, and the volume that they dominate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from molgrad.errors import UnknownNameError
from molgrad.optim.record import Record

Point = tuple[float, ...]


def objectives(record: Record, terms: Sequence[str]) -> Point | None:
    """The scores of the named terms, lower being better; None where one is missing."""
    scores = {term.loss: term.score for term in record.evaluation.all_terms()}
    found = [scores.get(name) for name in terms]
    return None if any(score is None for score in found) else tuple(float(score or 0.0) for score in found)


def front(records: Sequence[Record], terms: Sequence[str]) -> list[Record]:
    """The records that no other dominates in these terms, in the order proposed.

    One dominates another when it is at least as good in every term and better in one; of equals the first is kept.
    A term with a negative weight is still better when its score is lower: name what should be low.

    Raises:
        UnknownNameError: no record has a term of that name.
    """
    known = {term.loss for record in records for term in record.evaluation.all_terms()}
    for name in terms if known else ():
        if name not in known:
            raise UnknownNameError("term", name, known)
    scored = [(record, point) for record in records if (point := objectives(record, terms)) is not None]
    kept: list[Record] = []
    for i, (record, point) in enumerate(scored):
        beaten = any(_dominates(other, point) for _, other in scored)
        repeated = any(other == point for _, other in scored[:i])
        if not beaten and not repeated:
            kept.append(record)
    return kept


def _dominates(one: Point, other: Point) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True)) and one != other


def hypervolume(points: Sequence[Point], reference: Point) -> float:
    """The volume between the points and a reference that is worse in every objective, in the product of their units.

    Exact, by slices along the last objective (Zitzler & Thiele 1998); quick for two to four objectives and some
    hundred points. Points that are not better than the reference everywhere add nothing.

    Raises:
        ValueError: points and reference differ in length.
    """
    if any(len(point) != len(reference) for point in points):
        raise ValueError(f"each point needs {len(reference)} objectives, as the reference has")
    inside = [point for point in points if all(a < b for a, b in zip(point, reference, strict=True))]
    if not inside:
        return 0.0
    if len(reference) == 1:
        return reference[0] - min(point[0] for point in inside)
    levels = sorted({point[-1] for point in inside})
    edges = np.diff([*levels, reference[-1]])
    return float(
        sum(
            depth * hypervolume([p[:-1] for p in inside if p[-1] <= level], reference[:-1])
            for level, depth in zip(levels, edges.tolist(), strict=True)
        )
    )

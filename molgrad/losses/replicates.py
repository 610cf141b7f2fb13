"""Several results of one molecule put together: exact values, bounds, and both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

ABOUT = 0.3  # log10 units: a value given with "~" is good to about a factor of two


@dataclass(frozen=True, slots=True)
class Point:
    """One result on the scale on which results are averaged (log10 for concentrations).

    Attributes:
        at: the number.
        side: how the truth lies: "" at the number, "above" at it or higher, "below" at it or lower.
        sd: standard deviation of one measurement, None where it is not known.
        n: how many measurements the number is the mean of.
        about: whether the number was given as a rough one.
    """

    at: float
    side: str = ""
    sd: float | None = None
    n: int = 1
    about: bool = False


@dataclass(frozen=True, slots=True)
class Combined:
    """What several results say together.

    Attributes:
        at: the mean, or the tightest bound.
        side: "" for a value, "above" or "below" for a bound.
        spread: standard deviation of one measurement; None where it is not known.
        error: standard error of `at`; None where it is not known.
        n: how many measurements it rests on.
        about: whether it is a rough value.
        said: what is odd of the results together; "" where nothing is.
    """

    at: float
    side: str
    spread: float | None
    error: float | None
    n: int
    about: bool = False
    said: str = ""


def combined(points: Sequence[Point]) -> Combined:
    """Results of one molecule as one.

    Exact values are averaged, each weighted by its n. A bound that their mean satisfies adds nothing; one that it does
    not satisfy counts as a value at the bound. Bounds alone: the tightest; an upper and a lower one: the middle between
    them, uncertain by the width over the root of 12 (a flat distribution).

    Args:
        points: one or more results.
    """
    exact = [point for point in points if not point.side]
    bounds = [point for point in points if point.side]
    if not exact:
        return _of_bounds(bounds)
    centre = _mean(exact)
    against = [point for point in bounds if not _satisfied(point, centre)]
    counted = [*exact, *against]
    n = sum(point.n for point in counted)
    spread = _spread(counted)
    error = None if spread is None else spread / math.sqrt(n)
    said = "a bound and a value that exclude each other were averaged" if against else ""
    return Combined(_mean(counted), "", spread, error, n, all(point.about for point in counted), said)


def _mean(points: Sequence[Point]) -> float:
    return sum(point.n * point.at for point in points) / sum(point.n for point in points)


def _satisfied(bound: Point, at: float) -> bool:
    return at >= bound.at if bound.side == "above" else at <= bound.at


def _spread(points: Sequence[Point]) -> float | None:
    """Standard deviation of one measurement: within the rows where they say it, and between them."""
    if all(point.about for point in points):
        return ABOUT
    free = squares = 0.0
    for point in points:
        if point.sd is not None:
            degrees = max(point.n - 1, 1)
            free, squares = free + degrees, squares + degrees * point.sd**2
    if len(points) > 1:
        centre = _mean(points)
        free += len(points) - 1
        squares += sum(point.n * (point.at - centre) ** 2 for point in points)
    return math.sqrt(squares / free) if free else None


def _of_bounds(bounds: Sequence[Point]) -> Combined:
    n = sum(point.n for point in bounds)
    least = max((point.at for point in bounds if point.side == "above"), default=None)
    most = min((point.at for point in bounds if point.side == "below"), default=None)
    if most is None or least is None:
        return Combined(least if most is None else most, bounds[0].side, None, None, n)  # type: ignore[arg-type]  # one is there
    width = abs(most - least) / math.sqrt(12.0)
    said = "" if least <= most else "an upper and a lower bound that exclude each other were averaged"
    return Combined((least + most) / 2, "", width, width, n, about=True, said=said)

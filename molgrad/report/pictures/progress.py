"""The loss of each measured molecule in order, with the running best: the curve beside a run that is at work."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from molgrad.report.pictures.canvas import Canvas, Spot
from molgrad.report.pictures.colours import CHANGE, GREY, KEEP, RULE

SIZE = (360, 220)  # pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 26, 34  # pixels around the plot
_SHARE = 0.9  # of the scores that decide where the axis ends: a few that failed badly must not flatten the rest


def progress(scores: Sequence[float | None], budget: int | None = None, size: tuple[int, int] = SIZE) -> Canvas:
    """The picture.

    Args:
        scores: in the order measured; None where a molecule gave no number.
        budget: measurements that are granted, where the axis ends; the number of scores by default.
        size: width and height, pixels.
    """
    canvas = Canvas(size)
    known = sorted(score for score in scores if score is not None)
    low, high = (known[0], known[max(0, round(_SHARE * len(known)) - 1)]) if known else (0.0, 1.0)
    if high - low < 1e-6:
        low, high = low - 0.5, high + 0.5
    low, high = low - 0.06 * (high - low), high + 0.06 * (high - low)
    last = max(budget or 0, len(scores), 2)

    def spot(place: int, score: float) -> Spot:
        across = _LEFT + (size[0] - _LEFT - _RIGHT) * (place - 1) / (last - 1)
        share = min(1.0, max(0.0, (high - score) / (high - low)))
        return across, _TOP + (size[1] - _TOP - _BOTTOM) * share

    _axes(canvas, low, high, last, spot(last, low)[1])
    for place, score in enumerate(scores, start=1):
        if score is None:
            x, y = spot(place, high)
            canvas.line([(x - 3, y - 3), (x + 3, y + 3)], CHANGE, 1.5)
            canvas.line([(x - 3, y + 3), (x + 3, y - 3)], CHANGE, 1.5)
        else:
            canvas.dot(spot(place, score), 2.6, "#8A8A8A")
    steps = [spot(place, score) for place, score in _running(scores)]
    stairs = [corner for one, other in pairwise(steps) for corner in (one, (other[0], one[1]))]
    if stairs:
        canvas.line([*stairs, steps[-1]], KEEP, 2.2)
    return canvas


def _running(scores: Sequence[float | None]) -> list[tuple[int, float]]:
    """The best so far after each measurement, from the first that gave a number."""
    found: list[tuple[int, float]] = []
    for place, score in enumerate(scores, start=1):
        if found or score is not None:
            known = [value for value in (score, found[-1][1] if found else None) if value is not None]
            found.append((place, min(known)))
    return found


def _axes(canvas: Canvas, low: float, high: float, last: int, bottom: float) -> None:
    width = canvas.size[0]
    for part in (0.0, 0.5, 1.0):
        y = _TOP + (bottom - _TOP) * part
        canvas.line([(_LEFT, y), (width - _RIGHT, y)], RULE, 1)
        canvas.words(f"{high - part * (high - low):.1f}", (_LEFT - 6, y), GREY, 11, "end")
    for place in (1, last):
        x = _LEFT if place == 1 else width - _RIGHT
        canvas.words(str(place), (x, bottom + 12), GREY, 11, "start" if place == 1 else "end")
    canvas.words("measured", ((width + _LEFT) / 2, bottom + 22), GREY, 11)
    canvas.words("loss", (_LEFT - 6, 9), GREY, 11, "end")

"""The loss of each measured molecule in order, with the running best: the curve beside a run that is at work."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from molgrad.report.pictures.colours import CHANGE, GREY, KEEP, RULE
from molgrad.report.pictures.sheet import Point, Sheet, Words, width_of

SIZE = (360, 220)  # pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 26, 34  # pixels around the plot
_LETTER = 11  # pixels
_COLUMNS = 150  # of the plot in which points are told apart: more could not be seen, and slow the run
_SHARE = 0.9  # of the scores that decide where the axis ends: a few that failed badly must not flatten the rest


def progress(
    scores: Sequence[float | None],
    budget: int | None = None,
    size: tuple[int, int] = SIZE,
    scale: float = 2.0,
    *,
    maximize: bool = False,
) -> bytes:
    """The picture, a PNG file.

    Args:
        scores: in the order measured; None where a molecule gave no number.
        budget: measurements that are granted, where the axis ends; the number of scores by default.
        size: width and height, pixels.
        scale: pixels of the file per pixel on the page.
        maximize: whether a higher score is better.
    """
    if maximize:  # what follows is told for numbers of which the lower is better
        scores = [None if score is None else -score for score in scores]
    sheet = Sheet(*size, scale)
    sheet.polygon([(0, 0), (size[0], 0), size, (0, size[1])], "#FFFFFF")
    known = sorted(score for score in scores if score is not None)
    low, high = (known[0], known[max(0, round(_SHARE * len(known)) - 1)]) if known else (0.0, 1.0)
    if high - low < 1e-6:
        low, high = low - 0.5, high + 0.5
    low, high = low - 0.06 * (high - low), high + 0.06 * (high - low)
    last = max(budget or 0, len(scores), 2)

    def spot(place: int, score: float) -> Point:
        across = _LEFT + (size[0] - _LEFT - _RIGHT) * (place - 1) / (last - 1)
        share = min(1.0, max(0.0, (high - score) / (high - low)))
        share = 1.0 - share if maximize else share
        return across, _TOP + (size[1] - _TOP - _BOTTOM) * share

    axis = (-high, -low, "score") if maximize else (low, high, "loss")
    _axes(sheet, axis, last, float(size[1] - _BOTTOM))
    for place, score in _seen(scores, last):
        if score is None:
            x, y = spot(place, high)
            sheet.line((x - 3, y - 3), (x + 3, y + 3), CHANGE, 1.5)
            sheet.line((x - 3, y + 3), (x + 3, y - 3), CHANGE, 1.5)
        else:
            sheet.disc(spot(place, score), 2.6, "#8A8A8A")
    steps = [spot(place, score) for place, score in _running(scores)]
    stairs = [corner for one, other in pairwise(steps) for corner in (one, (other[0], one[1]))]
    for one, other in pairwise([*stairs, *steps[-1:]]):
        sheet.line(one, other, KEEP, 2.2)
    return bytes(sheet.finished())


def _seen(scores: Sequence[float | None], last: int) -> list[tuple[int, float | None]]:
    """What is drawn: of each narrow column of the plot the lowest and the highest score, and one failure."""
    found: dict[tuple[int, str], tuple[int, float | None]] = {}
    for place, score in enumerate(scores, start=1):
        column = place if last <= _COLUMNS else place * _COLUMNS // last
        if score is None:
            found.setdefault((column, "failed"), (place, None))
            continue
        low, high = (found.get((column, side), (place, score)) for side in ("low", "high"))
        found[column, "low"] = (place, score) if low[1] is None or score <= low[1] else low
        found[column, "high"] = (place, score) if high[1] is None or score >= high[1] else high
    return list(dict.fromkeys(found.values()))


def _running(scores: Sequence[float | None]) -> list[tuple[int, float]]:
    """The best so far where it changed, from the first measurement that gave a number, and at the end."""
    found: list[tuple[int, float]] = []
    for place, score in enumerate(scores, start=1):
        if score is not None and (not found or score < found[-1][1]):
            found.append((place, score))
    if found and found[-1][0] < len(scores):
        found.append((len(scores), found[-1][1]))
    return found


def _axes(sheet: Sheet, axis: tuple[float, float, str], last: int, bottom: float) -> None:
    low, high, word = axis
    right = sheet.width - _RIGHT
    for part in (0.0, 0.5, 1.0):
        y = _TOP + (bottom - _TOP) * part
        sheet.line((_LEFT, y), (right, y), RULE, 1)
        _ending(sheet, f"{high - part * (high - low):.1f}", (_LEFT - 6, y))
    sheet.words(Words("1", (_LEFT, bottom + 12), _LETTER, GREY))
    _ending(sheet, str(last), (right, bottom + 12))
    sheet.words(Words("measured", ((right + _LEFT) / 2, bottom + 22), _LETTER, GREY))
    _ending(sheet, word, (_LEFT - 6, 9))


def _ending(sheet: Sheet, text: str, at: Point) -> None:
    """Words that end at a place."""
    sheet.words(Words(text, (at[0] - width_of(text, _LETTER) / 2, at[1]), _LETTER, GREY))
